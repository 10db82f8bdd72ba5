"""How use is watched: which share of signals may be false, which events count, and what that would have raised."""

import dataclasses
from datetime import timedelta

from django import forms
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tenure.activity import actions, queries
from tenure.activity.errors import ActivityChoiceInvalid
from tenure.activity.types import Choices, PastAlarm
from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.stats.usage import Series
from tenure.tracking import queries as tracking
from tenure.web.exporting import csv_answer
from tenure.web.permission import may
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.errors import RoleTooLow
from tenure.workspaces.types import PermissionRole

SHOWN = 50
SERIES = {
    Series.PEOPLE: gettext_lazy("people"),
    Series.EVENTS: gettext_lazy("events"),
    Series.MINUTES: gettext_lazy("minutes"),
}


class UseForm(forms.Form):
    """What a workspace may choose for the watch over use."""

    false_percent = forms.FloatField(
        label=gettext_lazy("False signals, in percent"),
        min_value=1,
        max_value=50,
        help_text=gettext_lazy(
            "At most this share of the signals of any three months is there by chance. Fewer false ones means that"
            " some declines are noticed later, or not at all."
        ),
    )
    key_events = forms.CharField(
        label=gettext_lazy("Key events, one a line"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=gettext_lazy("What customers pay for. Where none are named, all events count alike."),
    )


class TextForm(forms.Form):
    """The same as text."""

    text = forms.CharField(
        label=gettext_lazy("As text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "form-control font-monospace"}),
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Raised:
    """One signal that would have been opened, as the page lists it."""

    alarm: PastAlarm
    account: str
    left: float
    series: str


def use(request: Visit) -> HttpResponse:
    """Show and change how use is watched; on request show what would have been raised in the last quarter."""
    may_change = may(request, PermissionRole.ADMIN)
    now = queries.choices()
    kept = {"false_percent": round(100 * now.false_share, 2), "key_events": "\n".join(now.key_events)}
    form, text = UseForm(initial=kept), TextForm(initial={"text": queries.choices_text()})
    if request.method == "POST":
        if not may_change:
            raise RoleTooLow
        is_text = "text" in request.POST
        given: forms.Form = TextForm(request.POST) if is_text else UseForm(request.POST)
        if given.is_valid():
            try:
                if is_text:
                    actions.write_choices(given.cleaned_data["text"], by=request.member)
                else:
                    events = tuple(given.cleaned_data["key_events"].splitlines())
                    share = given.cleaned_data["false_percent"] / 100
                    actions.choose_activity(Choices(false_share=share, key_events=events), by=request.member)
            except ActivityChoiceInvalid as wrong:
                given.add_error("text" if is_text else "key_events", str(wrong))
            else:
                say(request, _("Saved. It holds from the next night on."))
                return redirect("settings_use")
        form, text = (form, given) if is_text else (given, text)  # type: ignore[assignment]
    if not may_change:
        for field in [*form.fields.values(), *text.fields.values()]:
            field.disabled = True
    raised = _raised() if "past" in request.GET else None
    shown = {
        "form": form,
        "text": text,
        "may_change": may_change,
        "section": "use",
        "names": [each.name for each in tracking.event_names()[:12]],
        "raised": raised[:SHOWN] if raised is not None else None,
        "count": len(raised) if raised is not None else 0,
        "days": queries.PREVIEW_DAYS,
    }
    return render(request, "settings/use.html", shown, status=422 if form.errors or text.errors else 200)


@require_safe
def use_text(request: Visit) -> HttpResponse:
    """Export the choices as text."""
    answer = HttpResponse(queries.choices_text(), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="use.yaml"'
    return answer


@require_safe
def use_csv(request: Visit) -> HttpResponseBase:
    """Export what would have been raised in the last quarter."""
    header = ("account_id", "account", "day", "since", "series", "left", "confidence", "passed_on")
    rows = (
        (
            each.alarm.account_id, each.account, each.alarm.day, each.alarm.since, each.alarm.leading.value,
            round(each.left, 3), round(each.alarm.confidence, 4), each.alarm.passed_on or "",
        )
        for each in _raised()
    )  # fmt: skip
    return csv_answer("use", header, rows)


def _raised() -> list[Raised]:
    found = queries.preview(clock.now() - timedelta(hours=1))
    names = customers.account_names({alarm.account_id for alarm in found})
    return [
        Raised(
            alarm=alarm,
            account=names.get(alarm.account_id, ""),
            left=alarm.ratio,
            series=str(SERIES[alarm.leading]),
        )
        for alarm in reversed(found)
    ]
