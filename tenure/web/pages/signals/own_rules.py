"""Rules of one's own: when an account enters a segment, open a signal. As a form and as text."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.kernel.errors import DomainError
from tenure.segment_signals import actions, queries
from tenure.segment_signals.errors import SegmentSignalNameTaken, SegmentSignalTextWrong
from tenure.segment_signals.types import Present, Problem, Terms
from tenure.segments import queries as segments
from tenure.segments.types import Subject
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

BY_MONEY = "money"


class RuleForm(forms.Form):
    """What opens the signal, and how severe it is."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("What its signals are called: Premium and quiet."),
    )
    segment = forms.TypedChoiceField(label=gettext_lazy("When an account enters the segment"), coerce=int)
    severity = forms.ChoiceField(label=gettext_lazy("Severity"))
    confidence = forms.IntegerField(
        label=gettext_lazy("How sure, in percent"), min_value=1, max_value=100, initial=80, required=False,
        help_text=gettext_lazy("Counts only where the severity comes from money and confidence."),
    )  # fmt: skip
    closes_on_leaving = forms.BooleanField(
        label=gettext_lazy("Close the signal by itself when the account leaves the segment"),
        required=False,
        initial=True,
    )
    present = forms.BooleanField(
        label=gettext_lazy("Open one now for each account that is in it already"), required=False
    )

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(s.id, f"{s.name} ({s.size})") for s in segments.segments(subject=Subject.ACCOUNT)]
        self.fields["segment"].choices = listed  # type: ignore[attr-defined]
        severities = [
            (BY_MONEY, _("by money and confidence")),
            ("0.8", _("high")),
            ("0.5", _("medium")),
            ("0.2", _("low")),
        ]
        self.fields["severity"].choices = severities  # type: ignore[attr-defined]
        if not is_new:
            del self.fields["present"]

    def terms(self) -> Terms:
        """Return what was chosen."""
        given = self.cleaned_data
        return Terms(
            name=given["name"],
            segment_id=given["segment"],
            confidence=(given["confidence"] or 80) / 100,
            severity=None if given["severity"] == BY_MONEY else float(given["severity"]),
            closes_on_leaving=given["closes_on_leaving"],
        )


@require_http_methods(["GET", "POST"])
@needs(PermissionRole.MEMBER)
def new(request: Visit) -> HttpResponse:
    """Make a rule; a segment may be given in the address."""
    if request.method == "GET":
        form = RuleForm(is_new=True, initial={"segment": request.GET.get("segment")})
        return _shown(request, form)
    if "text" in request.POST:
        return _by_text(request, None)
    form = RuleForm(request.POST, is_new=True)
    if form.is_valid():
        present = Present.OPEN if form.cleaned_data.get("present") else Present.WAIT
        try:
            made = actions.define_segment_signal(form.terms(), by=request.member, present=present)
        except SegmentSignalNameTaken as error:
            form.add_error("name", str(error))
        else:
            say(request, _("“%(name)s” opens signals from now on.") % {"name": made.name})
            return redirect("signal_rule", queries.kind_of(made))
    return _shown(request, form, status=422)


@require_http_methods(["GET", "POST"])
@needs(PermissionRole.MEMBER)
def edit(request: Visit, pk: int) -> HttpResponse:
    """Change a rule, for whoever enters from now on."""
    rule = queries.segment_signal(pk)
    if request.method == "GET":
        severity = BY_MONEY if rule.severity is None else str(rule.severity)
        initial = {
            "name": rule.name, "segment": rule.segment_id, "confidence": round(rule.confidence * 100),
            "closes_on_leaving": rule.closes_on_leaving, "severity": severity,
        }  # fmt: skip
        form = RuleForm(is_new=False, initial=initial)
        _allow(form, severity)
        return _shown(request, form, rule=rule)
    if "text" in request.POST:
        return _by_text(request, pk)
    form = RuleForm(request.POST, is_new=False)
    _allow(form, request.POST.get("severity", ""))
    if form.is_valid():
        try:
            changed = actions.change_segment_signal(pk, form.terms(), by=request.member)
        except SegmentSignalNameTaken as error:
            form.add_error("name", str(error))
        else:
            say(request, _("“%(name)s” is changed, for whoever enters from now on.") % {"name": changed.name})
            return redirect("signal_rule", queries.kind_of(changed))
    return _shown(request, form, rule=rule, status=422)


@require_POST
@needs(PermissionRole.MEMBER)
def archive(request: Visit, pk: int) -> HttpResponse:
    """Open nothing by it any more; the note offers the way back."""
    rule = actions.archive_segment_signal(pk, by=request.member)
    say(
        request,
        _("“%(name)s” opens nothing any more.") % {"name": rule.name},
        undo=reverse("segment_signal_restore", args=[pk]),
    )
    return redirect("signal_rules")


@require_POST
@needs(PermissionRole.MEMBER)
def restore(request: Visit, pk: int) -> HttpResponse:
    """Take archiving back."""
    rule = actions.restore_segment_signal(pk, by=request.member)
    say(request, _("“%(name)s” opens signals again.") % {"name": rule.name})
    return redirect("signal_rule", queries.kind_of(rule))


@require_safe
def as_text(request: Visit, pk: int) -> HttpResponse:
    """Download a rule as text."""
    rule = queries.segment_signal(pk)
    answer = HttpResponse(queries.text_of(rule), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="signal-rule-{pk}.yaml"'
    return answer


def _by_text(request: Visit, pk: int | None) -> HttpResponse:
    text = request.POST.get("text", "").replace("\x00", "")
    try:
        terms = queries.read_terms(text)
        if pk is None:
            kept = actions.define_segment_signal(terms, by=request.member)
        else:
            kept = actions.change_segment_signal(pk, terms, by=request.member)
    except SegmentSignalTextWrong as error:
        problems = [problem_words(each) for each in error.problems]
    except DomainError as error:
        problems = [str(error)]
    else:
        say(request, _("“%(name)s” opens signals from now on.") % {"name": kept.name})
        return redirect("signal_rule", queries.kind_of(kept))
    rule = None if pk is None else queries.segment_signal(pk)
    form = RuleForm(is_new=pk is None)
    return _shown(request, form, rule=rule, text=text, problems=problems, status=422)


def _shown(request: Visit, form: RuleForm, *, rule: Any = None, status: int = 200, **more: Any) -> HttpResponse:
    example = "name: Premium and quiet\nsegment: \nconfidence: 0.8\ncloses_on_leaving: true\n"
    shown = {"form": form, "rule": rule, "text": queries.text_of(rule) if rule else example, "problems": []} | more
    return render(request, "signals/own_rule.html", shown, status=status)


def _allow(form: RuleForm, severity: str) -> None:
    """Offer the severity a rule has, when it came as text and is none of the usual three."""
    choices = form.fields["severity"].choices  # type: ignore[attr-defined]
    try:
        known = 0 <= float(severity) <= 1
    except ValueError:
        return
    if known and severity not in dict(choices):
        form.fields["severity"].choices = [*choices, (severity, severity)]  # type: ignore[attr-defined]


def problem_words(problem: Problem) -> str:
    """Say what is wrong with a text, and in which line."""
    said: Mapping[str, str] = {
        "text_too_long": _("the text is too long"),
        "not_yaml": _("this is not YAML"),
        "not_a_rule": _("a rule is written as lines of name: value"),
        "key_unknown": _("“%(key)s” is not known; a rule has name, segment, confidence, severity, closes_on_leaving"),
        "key_twice": _("“%(key)s” is there twice"),
        "key_missing": _("“%(key)s” is missing"),
        "value_wrong": _("“%(key)s” has one value"),
        "share_wrong": _("“%(key)s” is a number from 0 to 1"),
        "yes_or_no": _("closes_on_leaving is true or false"),
        "segment_unknown": _("there is no segment of accounts called “%(segment)s”"),
    }
    words = said.get(problem.code, problem.code) % dict(problem.params)
    return _("Line %(line)d: %(words)s") % {"line": problem.line, "words": words}
