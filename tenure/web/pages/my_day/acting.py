"""What members do with a task: complete, snooze, hand over, skip, log its call; each can be taken back."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.playbooks import actions, queries
from tenure.playbooks.errors import DueInPast
from tenure.playbooks.types import CallOutcome
from tenure.web.answering import go, go_back
from tenure.web.asked import whole
from tenure.web.pages.my_day.forms import TaskCallForm
from tenure.web.pages.my_day.views import task_page
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole


@require_POST
@needs(PermissionRole.MEMBER)
def complete(request: Visit, pk: int) -> HttpResponse:
    """Mark it done."""
    task = actions.complete_task(queries.task(pk), by=request.member, note=request.POST.get("note", "")[:4_000])
    say(request, _("Done: %(title)s") % {"title": task.title}, undo=reverse("task_undo", args=[pk]))
    return go_back(request, "my_day")


@require_POST
@needs(PermissionRole.MEMBER)
def undo(request: Visit, pk: int) -> HttpResponse:
    """Take completing or skipping back."""
    task = actions.undo_task(queries.task(pk), by=request.member)
    say(request, _("Open again: %(title)s") % {"title": task.title})
    return go_back(request, "my_day")


@require_POST
@needs(PermissionRole.MEMBER)
def snooze(request: Visit, pk: int) -> HttpResponse:
    """Put it off to a day; without one, to tomorrow or the next working day."""
    task = queries.task(pk)
    before = task.due_at.date()
    until = _asked_day(request) or queries.next_day_at_work(clock.now())
    actions.snooze_task(task, until=until, by=request.member)
    said = _("Put off to %(day)s.") % {"day": formats.date_format(until, "DATE_FORMAT")}
    may_undo = before >= clock.now().date()
    say(request, said, undo=f"{reverse('task_unsnooze', args=[pk])}?day={before.isoformat()}" if may_undo else "")
    return go_back(request, "my_day")


@require_POST
@needs(PermissionRole.MEMBER)
def unsnooze(request: Visit, pk: int) -> HttpResponse:
    """Put it back to the day it was due on."""
    actions.snooze_task(queries.task(pk), until=_asked_day(request) or clock.now().date(), by=request.member)
    say(request, _("It is due again as before."))
    return go_back(request, "my_day")


@require_POST
@needs(PermissionRole.MEMBER)
def skip(request: Visit, pk: int) -> HttpResponse:
    """Leave it out, with the reason."""
    task = actions.skip_task(queries.task(pk), by=request.member, reason=request.POST.get("reason", "")[:1_000])
    say(request, _("Left out: %(title)s") % {"title": task.title}, undo=reverse("task_undo", args=[pk]))
    return redirect("my_day")


@require_POST
@needs(PermissionRole.MEMBER)
def hand_over(request: Visit, pk: int) -> HttpResponse:
    """Give it to another member."""
    to = workspaces.member(whole(request.POST.get("to", "")) or 0)
    actions.hand_over_task(queries.task(pk), to=to, by=request.member)
    say(request, _("%(name)s has it now.") % {"name": to.name})
    return redirect("my_day")


@require_POST
@needs(PermissionRole.MEMBER)
def log_call(request: Visit, pk: int) -> HttpResponse:
    """Log the call of a task: outcome, notes, answers, next step. What was typed comes back when it is wrong."""
    task = queries.task(pk)
    questions = queries.questions_of(task)
    form = TaskCallForm(request.POST, people=customers.people_of(task.account_id), questions=questions)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.log_call(
                account_id=task.account_id,
                outcome=CallOutcome(given["outcome"]),
                by=request.member,
                task=task,
                person_id=given["person"],
                notes=given["notes"],
                minutes=given["minutes"],
                answers=form.answers(),
                next_step=form.next_step(),
            )
        except DueInPast:
            form.add_error("next_on", _("This day has passed."))
        else:
            say(request, _("The call is logged."))
            return go(request, "my_day")
    return render(request, "my_day/task.html", task_page(task, form), status=422)


def _asked_day(request: Visit) -> date | None:
    asked = request.POST.get("until") or request.GET.get("day") or ""
    if (days := whole(asked, digits=3)) is not None:
        return clock.now().date() + timedelta(days=days)
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return None
