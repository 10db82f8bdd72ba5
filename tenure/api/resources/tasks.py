"""Tasks: the human work of a day."""

from datetime import datetime
from typing import Any, Literal

from ninja import Router, Schema
from ninja.params.functions import Query
from pydantic import Field

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.paging import CURSOR, LIMIT, Page, page_by_id, reachable
from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.playbooks import actions, queries
from tenure.playbooks.types import DayOrder, TaskStatus
from tenure.workspaces import queries as workspaces
from tenure.workspaces.errors import NoSuchMember

router = Router(tags=["tasks"])


class TaskOut(Schema):
    """One task."""

    id: int = Field(validation_alias="pk")
    account_id: int
    person_id: int | None
    owner_id: int | None
    run_id: int | None
    kind: str
    title: str
    status: str
    minutes: int
    due_at: datetime
    completed_at: datetime | None


class DayTaskOut(Schema):
    """One line of a member's day, with the reason for its place."""

    id: int
    account_id: int
    account_name: str
    kind: str
    title: str
    playbook_name: str
    due_at: datetime
    days_late: int
    minutes: int
    status: str
    value: float
    why: str


class DayOut(Schema):
    """A member's day."""

    due: list[DayTaskOut]
    finished: list[DayTaskOut]
    minutes_due: int
    minutes_done: int


class CompleteIn(Schema):
    """What was noted when it was done."""

    note: str = Field("", max_length=4_000)


@router.get("", response=Page[TaskOut], summary="The tasks of an account")
def list_tasks(
    request: ApiCall,
    account_id: int = Query(..., ge=1, lt=2**63),
    status: Literal["open", "done", "skipped", "cancelled"] | None = Query(None),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List an account's tasks, newest first."""
    account = customers.account(account_id)
    wanted = TaskStatus(status) if status else None
    return page_by_id(queries.tasks_of_account(account.pk, status=wanted), cursor, limit)


@router.get("/day", response=DayOut, summary="A member's day")
def read_day(
    request: ApiCall,
    member_id: int = Query(..., ge=1, lt=2**63),
    order: Literal["value", "time"] = Query("value"),
) -> Any:
    """Return what is due today and what is done, in the order a member sees it."""
    member = workspaces.members().filter(pk=member_id).first()
    if member is None:
        raise NoSuchMember
    return queries.my_day(member, clock.now(), order=DayOrder(order))


@router.post("/{int:task_id}/complete", response=TaskOut, summary="Complete a task")
def complete_task(request: ApiCall, task_id: int, given: CompleteIn) -> Any:
    """Mark a task done."""
    task = queries.task(reachable(task_id))
    return actions.complete_task(task, by=acting_member(request), note=given.note.replace("\x00", ""))


@router.post("/{int:task_id}/undo", response=TaskOut, summary="Open a task again")
def undo_task(request: ApiCall, task_id: int) -> Any:
    """Take completing or skipping back."""
    return actions.undo_task(queries.task(reachable(task_id)), by=acting_member(request))
