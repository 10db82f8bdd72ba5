"""My day, and one task with its script."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.playbooks import queries
from tenure.playbooks.types import DayOrder, DayTask, TaskKind, TaskStatus
from tenure.web.pages.my_day.forms import TaskCallForm
from tenure.web.pages.my_day.words import ICONS, kind_name, reason_words
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces

MOST_AHEAD = 12


@require_safe
def my_day(request: Visit) -> HttpResponse:
    """Answer the question: what do I do now?"""
    order = DayOrder.TIME if request.GET.get("order") == "time" else DayOrder.VALUE
    team = list(workspaces.members())
    asked = request.GET.get("of", "")
    of = next((m for m in team if str(m.pk) == asked), request.member)
    day = queries.my_day(of, clock.now(), order=order)
    arranged = [t for t in day.due if t.starts_at is not None]
    anytime = [t for t in day.due if t.starts_at is None]
    shown = {
        "day": day,
        "of": of,
        "team": team,
        "is_mine": of.pk == request.member.pk,
        "arranged": [_line(t) for t in sorted(arranged, key=lambda t: t.due_at)],
        "anytime": [_line(t) for t in anytime],
        "ahead": [_line(t) for t in day.ahead[:MOST_AHEAD]],
        "finished": [_line(t) for t in day.finished],
        "due_count": len(day.due),
        "nobody_known": not day.due and not customers.accounts().exists(),
        "hours": round(day.minutes_due / 60, 1),
    }
    return render(request, "my_day/my_day.html", shown)


def _line(task: DayTask) -> dict[str, Any]:
    return {"task": task, "icon": ICONS[task.kind], "kind": kind_name(task.kind), "reason": reason_words(task.reason)}


@require_safe
def task(request: Visit, pk: int) -> HttpResponse:
    """Show one task: what to do, the script, whom to reach, and the form to log the call with."""
    return render(request, "my_day/task.html", task_page(queries.task(pk)))


def task_page(found: Any, form: TaskCallForm | None = None) -> dict[str, Any]:
    """Return what the page of a task shows; `form` when what was typed has to come back."""
    account = customers.account(found.account_id)
    questions = queries.questions_of(found)
    people = customers.people_of(account.pk)
    return {
        "task": found,
        "account": account,
        "people": people[:6],
        "kind": kind_name(found.kind),
        "instead_of": kind_name(found.instead_of) if found.instead_of else "",
        "icon": ICONS[TaskKind(found.kind)],
        "is_open": found.status == TaskStatus.OPEN,
        "reason": reason_words(found.run.reason) if found.run else "",
        "call_form": form or TaskCallForm(people=people, questions=questions, known=account.traits),
        "team": workspaces.members(),
        "questions": questions,
    }
