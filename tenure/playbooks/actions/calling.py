"""Logging calls: what came of one, what was learnt, and what next."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from tenure.customers import actions as customers
from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce
from tenure.playbooks import rules
from tenure.playbooks.actions.tasks import add_task, close_task, finish_run_if_done, locked_open, put_off
from tenure.playbooks.announcements import CallLogged
from tenure.playbooks.errors import CallInvalid
from tenure.playbooks.models import CallLog, Task
from tenure.playbooks.queries.week import working_week
from tenure.playbooks.types import CallOutcome, NextStep, TaskStatus

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def log_call(
    *,
    account_id: int,
    outcome: CallOutcome,
    by: "Member",
    task: Task | None = None,
    person_id: int | None = None,
    notes: str = "",
    minutes: int | None = None,
    answers: Mapping[str, str] | None = None,
    next_step: NextStep | None = None,
    next_owner: "Member | None" = None,
) -> CallLog:
    """Log a call, of a task or by itself.

    `answers` (by trait name) become traits of the account, with the call as their source. `next_step` puts a task on
    the caller's list. A call that reached nobody and leads to nothing keeps its task open for the next working day.
    Raises `CallInvalid`, `TaskNotOpen`, `DueInPast`.
    """
    if outcome == CallOutcome.RESCHEDULED and next_step is None:
        raise CallInvalid("say when you will call again")
    if task is not None:
        task = locked_open(task)
        if task.account_id != account_id:
            raise CallInvalid("this task is about another account")
    now = clock.now()
    kept = {name: value.strip() for name, value in (answers or {}).items() if value.strip()}
    call = CallLog.objects.create(
        account_id=account_id,
        person_id=person_id if person_id is not None else (task.person_id if task else None),
        task=task,
        run_id=task.run_id if task else None,
        called_at=now,
        called_by=by,
        outcome=outcome.value,
        minutes=minutes,
        notes=notes.strip(),
        answers=kept,
    )
    if kept:
        customers.set_account_traits(account_id, kept, source=f"call {call.pk} by {by.name}")
    if next_step is not None:
        call.next_task = add_task(
            account_id, step=next_step, owner=next_owner or by, person_id=call.person_id, follows=task
        )
        call.save(update_fields=["next_task"])
    if task is not None:
        _settle(task, outcome=outcome, next_step=next_step, by=by, notes=call.notes)
    announce(
        CallLogged(
            workspace_id=tenancy.current_workspace_id(),
            at=now,
            account_id=account_id,
            person_id=call.person_id,
            call_id=call.pk,
            task_id=task.pk if task else None,
            outcome=outcome.value,
            notes=call.notes[:500],
            called_by_id=by.pk,
            called_by=by.name,
        )
    )
    return call


def _settle(task: Task, *, outcome: CallOutcome, next_step: NextStep | None, by: "Member", notes: str) -> None:
    """Close the task of a call, or keep it for the next working day."""
    task.calls_tried += 1
    task.save(update_fields=["calls_tried"])
    if rules.closes_task(outcome, next_step):
        close_task(task, TaskStatus.DONE, by=by, note=notes[:2_000])
        finish_run_if_done(task, by=by)
    else:
        put_off(task, rules.next_working_day(rules.local_day(clock.now(), working_week())))
        task.save(update_fields=["due_at", "starts_at"])
