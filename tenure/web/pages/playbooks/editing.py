"""Writing a playbook: what opens it, and its tasks."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tenure.playbooks import actions, queries
from tenure.playbooks.errors import PlaybookInvalid, PlaybookTaken
from tenure.playbooks.types import OwnerRule, Question, TaskKind, TaskTemplate, Trigger, TriggerKind
from tenure.segments import queries as segments
from tenure.segments.types import Subject
from tenure.signals.registry import signal_rules
from tenure.web.pages.accounts.forms import KINDS
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

MOST_TASKS = 12


class PlaybookForm(forms.Form):
    """A playbook's name and what opens it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    about = forms.CharField(label=gettext_lazy("What it is for"), max_length=300, required=False)
    trigger = forms.ChoiceField(label=gettext_lazy("Opens"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entering = [
            (f"segment:{s.id}", _("when an account enters “%(segment)s”") % {"segment": s.name})
            for s in segments.segments(subject=Subject.ACCOUNT)
        ]
        self.fields["trigger"].choices = [  # type: ignore[attr-defined]
            ("manual", _("when a member starts it")),
            *(
                (f"signal:{rule.kind}", _("when the signal “%(signal)s” opens") % {"signal": rule.name()})
                for rule in signal_rules()
            ),
            *entering,
        ]

    def chosen(self) -> Trigger:
        """Return what opens it."""
        kind, _colon, what = self.cleaned_data["trigger"].partition(":")
        return Trigger(
            kind=TriggerKind(kind),
            signal_kind=what if kind == TriggerKind.SIGNAL else "",
            segment_id=int(what) if kind == TriggerKind.SEGMENT else None,
        )


class TaskForm(forms.Form):
    """One task; an empty title leaves it out."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[(k.value, name) for k, name in KINDS.items()])
    due_in_days = forms.IntegerField(
        label=gettext_lazy("Due after working days"), min_value=0, max_value=365, initial=0
    )
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=480, initial=15)
    script = forms.CharField(
        label=gettext_lazy("Script"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    questions = forms.CharField(
        label=gettext_lazy("Questions, one a line"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Add “= trait” to keep the answer as a fact: What do you use today? = current_tool"),
    )

    def task(self) -> TaskTemplate | None:
        """Return the task, or None when it is left out."""
        given = self.cleaned_data
        if not given.get("title"):
            return None
        asked = [line.strip() for line in given["questions"].splitlines() if line.strip()]
        return TaskTemplate(
            kind=TaskKind(given["kind"]),
            title=given["title"],
            due_in_days=given["due_in_days"],
            minutes=given["minutes"],
            script=given["script"],
            questions=tuple(_question(line) for line in asked),
            owner=OwnerRule.ACCOUNT_OWNER,
        )


TaskForms = forms.formset_factory(TaskForm, extra=1, max_num=MOST_TASKS)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(PermissionRole.ADMIN)
def new(request: Visit) -> HttpResponse:
    """Write a new playbook."""
    return _write(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(PermissionRole.ADMIN)
def edit(request: Visit, pk: int) -> HttpResponse:
    """Change a playbook; runs that are under way keep their tasks."""
    return _write(request, queries.playbook(pk))


@require_POST
@needs(PermissionRole.ADMIN)
def archive(request: Visit, pk: int) -> HttpResponse:
    """Stop a playbook from opening runs; those under way go on."""
    found = actions.archive_playbook(queries.playbook(pk), by=request.member)
    say(request, _("“%(name)s” opens no more runs.") % {"name": found.name})
    return redirect("playbooks")


def _write(request: Visit, playbook: Any) -> HttpResponse:
    form = PlaybookForm(request.POST or None, initial=_initial(playbook))
    tasks = TaskForms(request.POST or None, prefix="task", initial=_initial_tasks(playbook))
    status = 200
    if request.method == "POST":
        status = 422
        if "more" in request.POST:
            grown = request.POST.copy()
            grown["task-TOTAL_FORMS"] = str(min(MOST_TASKS, int(grown.get("task-TOTAL_FORMS") or 0) + 1))
            form, tasks, status = PlaybookForm(grown), TaskForms(grown, prefix="task"), 200
        elif form.is_valid() and tasks.is_valid():
            wanted = [t for t in (f.task() for f in tasks.forms) if t is not None]
            try:
                saved = _save(request, playbook, form, wanted)
            except (PlaybookInvalid, PlaybookTaken) as error:
                form.add_error(None, str(error))
            else:
                say(request, _("Saved “%(name)s”.") % {"name": saved.name})
                return redirect("playbook", saved.pk)
    shown = {"form": form, "tasks": tasks, "playbook": playbook}
    return render(request, "playbooks/edit.html", shown, status=status)


def _save(request: Visit, playbook: Any, form: PlaybookForm, tasks: list[TaskTemplate]) -> Any:
    given = form.cleaned_data
    values: dict[str, Any] = {"trigger": form.chosen(), "tasks": tasks, "about": given["about"], "by": request.member}
    if playbook is None:
        return actions.define_playbook(given["name"], **values)
    return actions.change_playbook(playbook, name=given["name"], pool=playbook.pool, **values)


def _question(line: str) -> Question:
    text, _equals, trait = line.rpartition("=")
    return Question(text=text.strip(), trait=trait.strip()[:100]) if text else Question(text=line)


def _initial(playbook: Any) -> dict[str, Any]:
    if playbook is None:
        return {}
    trigger = queries.playbook_trigger(playbook)
    what = trigger.signal_kind or str(trigger.segment_id or "")
    return {
        "name": playbook.name,
        "about": playbook.about,
        "trigger": f"{trigger.kind.value}:{what}" if what else trigger.kind.value,
    }


def _initial_tasks(playbook: Any) -> list[dict[str, Any]]:
    if playbook is None:
        return []
    return [
        {
            "title": t.title,
            "kind": t.kind.value,
            "due_in_days": t.due_in_days,
            "minutes": t.minutes,
            "script": t.script,
            "questions": "\n".join(f"{q.text} = {q.trait}" if q.trait else q.text for q in t.questions),
        }
        for t in queries.playbook_tasks(playbook)
    ]
