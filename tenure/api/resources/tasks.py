"""Tasks: the human work of a day."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from django.db import transaction
from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.callers import acting_member, member_of, write_down
from tenure.api.calls import ApiCall
from tenure.api.fields import LARGEST_ID, Id, Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_by_id, reachable
from tenure.kernel import clock
from tenure.playbooks import actions, queries
from tenure.playbooks.types import DayOrder, TaskStatus

if TYPE_CHECKING:
    from tenure.playbooks.models import Task

router = Router(tags=["tasks"])


class QuestionOut(Schema):
    """A question of a task's script."""

    text: str = said("What to ask.", "What do you use today?")
    trait: str = said("The fact the answer becomes; empty when it is only kept with the call.", "current_tool")


class TaskOut(Schema):
    """One task."""

    id: int = said("Which task.")
    account_id: int = said("The account it is about.")
    account_name: str = said("What the account is called.")
    person_id: int | None = said("Whom to reach.")
    owner_id: int | None = said("Whose task it is.", 3)
    owner_name: str = said("What that member is called.", "Ada Park")
    run_id: int | None = said("The run it belongs to.")
    playbook_name: str = said("The playbook of that run; empty without one.")
    kind: str = said("call, email, check_in or todo.", "call")
    title: str = said("What is to be done.")
    script: str = said("How to go about it.", "Ask what has changed since March.")
    questions: list[QuestionOut] = said("What to ask.")
    status: str = said("open, done, skipped or cancelled.", "open")
    minutes: int = said("How long it may take.", 15)
    due_at: datetime = said("When it is due.")
    starts_at: datetime | None = said("The moment it was arranged for; null means any time of the day.")
    calls_tried: int = said("How often somebody has called in vain.", 0)
    completed_at: datetime | None = said("When it was done, skipped or cancelled.")
    note: str = said("What was noted then.", "")


class DayTaskOut(Schema):
    """One line of a member's day, with the reason for its place."""

    id: int = said("Which task.")
    account_id: int = said("The account it is about.")
    account_name: str = said("What the account is called.")
    person_id: int | None = said("Whom to reach.")
    person_name: str = said("What they are called.")
    run_id: int | None = said("The run it belongs to.")
    kind: str = said("call, email, check_in or todo.", "call")
    title: str = said("What is to be done.")
    playbook_name: str = said("The playbook it comes from; empty without one.")
    due_at: datetime = said("When it is due.")
    starts_at: datetime | None = said("The moment it was arranged for; null means any time of the day.")
    days_late: int = said("How many working days it is late.", 0)
    minutes: int = said("How long it may take.", 15)
    status: str = said("open, done or skipped.", "open")
    completed_at: datetime | None = said("When it was done or skipped.")
    severity: float = said("How much it matters, 0 to 1.", 0.72)
    mrr: float | None = said("The account's monthly revenue, if it is known.", 490.0)
    value: float = said("Severity times revenue: what the day is sorted by.", 352.8)
    why: str = said("The reason for its place, in words.", "serious (72 of 100) · 490 EUR a month")
    reason: dict[str, Any] = said("What opened the run it belongs to.", {"percent": 46})


class DayOut(Schema):
    """A member's day."""

    day: date = said("Which day, in the workspace's time zone.")
    due: list[DayTaskOut] = said("What is due today or late, in the order a member sees it.")
    ahead: list[DayTaskOut] = said("What is due in the seven days after, the soonest first.", [])
    finished: list[DayTaskOut] = said("What was done or skipped today, the latest first.", [])
    minutes_due: int = said("How long what is due may take.", 45)
    minutes_done: int = said("How long what is done may have taken.", 15)


class CompleteIn(Schema):
    """What was noted when it was done."""

    note: Text = said("What to remember of it.", "Sent the guide.", max_length=4_000, default="")


class SkipIn(Schema):
    """Why it was left out."""

    reason: Text = said("The reason.", "They called us.", max_length=1_000, default="")


class SnoozeTaskIn(Schema):
    """Until when a task may wait."""

    until: date | None = said(
        "A day from today on, in the workspace's time zone; null for the next working day.", "2026-03-05", default=None
    )


class HandOverIn(Schema):
    """Whose task it becomes."""

    to_id: Id = said("A member's id.", 4)


@lists(router, "", TaskOut, summary="List tasks")
def list_tasks(
    request: ApiCall,
    account_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those of an account."),
    owner_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those of a member."),
    run_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those of a run."),
    status: Literal["open", "done", "skipped", "cancelled"] | None = Query(
        None, description="Only those that stand so."
    ),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List tasks, newest first."""
    wanted = TaskStatus(status) if status else None
    found = queries.tasks(account_id=account_id, owner_id=owner_id, run_id=run_id, status=wanted)
    return page_by_id(found, cursor, limit, task_shown)


@router.get("/day", response=DayOut, summary="A member's day")
def read_day(
    request: ApiCall,
    member_id: int = Query(..., ge=1, le=LARGEST_ID, description="Whose day."),
    order: Literal["value", "time"] = Query("value", description="Sorted by what it is worth, or by when it is due."),
) -> Any:
    """Return what is due today and what is done, in the order a member sees it."""
    return queries.my_day(member_of(member_id), clock.now(), order=DayOrder(order))


@router.get("/{int:task_id}", response=TaskOut, summary="One task")
def read_task(request: ApiCall, task_id: int) -> Any:
    """Return one task with its script and questions."""
    return task_shown(queries.task(reachable(task_id)))


@router.post("/{int:task_id}/complete", response=TaskOut, summary="Complete a task")
@transaction.atomic
def complete_task(request: ApiCall, task_id: int, given: CompleteIn) -> Any:
    """Mark a task done; the last one of a run ends the run."""
    by, task = acting_member(request), queries.task(reachable(task_id))
    actions.complete_task(task, by=by, note=given.note)
    return _changed("tasks.complete", by, task)


@router.post("/{int:task_id}/skip", response=TaskOut, summary="Leave a task out")
@transaction.atomic
def skip_task(request: ApiCall, task_id: int, given: SkipIn) -> Any:
    """Leave a task undone, with the reason; the last one of a run ends the run."""
    by, task = acting_member(request), queries.task(reachable(task_id))
    actions.skip_task(task, by=by, reason=given.reason)
    return _changed("tasks.skip", by, task)


@router.post("/{int:task_id}/undo", response=TaskOut, summary="Open a task again")
@transaction.atomic
def undo_task(request: ApiCall, task_id: int) -> Any:
    """Take completing or skipping back."""
    by, task = acting_member(request), queries.task(reachable(task_id))
    actions.undo_task(task, by=by)
    return _changed("tasks.undo", by, task)


@router.post("/{int:task_id}/snooze", response=TaskOut, summary="Put a task off")
@transaction.atomic
def snooze_task(request: ApiCall, task_id: int, given: SnoozeTaskIn) -> Any:
    """Put a task off to a day."""
    by, task = acting_member(request), queries.task(reachable(task_id))
    until = given.until or queries.next_day_at_work(clock.now())
    actions.snooze_task(task, until=until, by=by)
    return _changed("tasks.snooze", by, task, until=until.isoformat())


@router.post("/{int:task_id}/hand-over", response=TaskOut, summary="Hand a task over")
@transaction.atomic
def hand_over_task(request: ApiCall, task_id: int, given: HandOverIn) -> Any:
    """Make a task another member's."""
    by, task, to = acting_member(request), queries.task(reachable(task_id)), member_of(given.to_id)
    actions.hand_over_task(task, to=to, by=by)
    return _changed("tasks.hand_over", by, task, to=to.name)


def _changed(action: str, by: Any, task: "Task", **details: object) -> dict[str, Any]:
    write_down(action, by=by, subject=task, task_id=task.pk, **details)
    return task_shown(queries.task(task.pk))


def task_shown(task: "Task") -> dict[str, Any]:
    """Return a task as the API shows it."""
    fields = (
        "account_id", "person_id", "owner_id", "run_id", "kind", "title", "script", "status", "minutes", "due_at",
        "starts_at", "calls_tried", "completed_at", "note",
    )  # fmt: skip
    return {
        "id": task.pk,
        "account_name": str(task.account),
        "owner_name": task.owner.name if task.owner else "",
        "playbook_name": task.run.playbook.name if task.run else "",
        "questions": list(queries.questions_of(task)),
        **{field: getattr(task, field) for field in fields},
    }
