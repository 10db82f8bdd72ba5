"""Doing tasks, putting them off, handing them over, and taking it back."""

from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce
from tenure.playbooks import rules
from tenure.playbooks.actions.running import finish_all
from tenure.playbooks.announcements import TaskCompleted, TaskUndone
from tenure.playbooks.errors import DueInPast, TaskNotDone, TaskNotOpen, TaskUnknown
from tenure.playbooks.models import Run, Task
from tenure.playbooks.queries.week import working_week
from tenure.playbooks.types import CancelReason, NextStep, RunOutcome, RunStatus, TaskStatus
from tenure.touch_models import actions as touch_models
from tenure.touch_models.errors import NoSuchStep

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def add_task(
    account_id: int,
    *,
    step: NextStep,
    owner: "Member",
    person_id: int | None = None,
    script: str = "",
    follows: Task | None = None,
) -> Task:
    """Put one task on somebody's list, outside any playbook or as what follows from another."""
    due = due_moment(step)
    return Task.objects.create(
        run_id=follows.run_id if follows else None,
        account_id=account_id,
        person_id=person_id if person_id is not None else (follows.person_id if follows else None),
        owner=owner,
        position=follows.position if follows else 0,
        kind=step.kind.value,
        title=step.title.strip()[:200],
        script=script,
        minutes=step.minutes,
        status=TaskStatus.OPEN.value,
        created_at=clock.now(),
        due_at=due,
        starts_at=step.starts_at,
        first_due_at=due,
        follows=follows,
    )


@transaction.atomic
def complete_task(task: Task, *, by: "Member", note: str = "") -> Task:
    """Mark a task done; the last one of a run ends the run. Raises `TaskNotOpen`."""
    task = locked_open(task)
    close_task(task, TaskStatus.DONE, by=by, note=note)
    finish_run_if_done(task, by=by)
    return task


@transaction.atomic
def skip_task(task: Task, *, by: "Member", reason: str) -> Task:
    """Leave a task undone for a reason; the last one of a run ends the run. Raises `TaskNotOpen`."""
    task = locked_open(task)
    close_task(task, TaskStatus.SKIPPED, by=by, note=reason)
    finish_run_if_done(task, by=by)
    return task


@transaction.atomic
def undo_task(task: Task, *, by: "Member") -> Task:
    """Take back a task's being done or skipped; a run that ended with it is open again. Raises `TaskNotDone`."""
    task = _locked(task)
    if task.status not in {TaskStatus.DONE, TaskStatus.SKIPPED}:
        raise TaskNotDone
    run = Run.objects.select_for_update().filter(pk=task.run_id).first() if task.run_id else None
    if run is not None and run.status != RunStatus.OPEN:
        ended_with_it = run.finished_at == task.completed_at and run.outcome == RunOutcome.DONE
        if not ended_with_it or Run.objects.filter(dedupe_key=run.dedupe_key, status=RunStatus.OPEN.value).exists():
            raise TaskNotDone("the run this task belongs to is finished")
        run.status, run.outcome, run.finished_at, run.finished_by = RunStatus.OPEN.value, "", None, None
        run.save(update_fields=["status", "outcome", "finished_at", "finished_by"])
    if task.transition_step_id is not None:
        with suppress(NoSuchStep):
            touch_models.reopen_step(task.transition_step_id, by=by)
    task.status = TaskStatus.OPEN.value
    task.completed_at = task.completed_by = None
    task.note = ""
    task.save(update_fields=["status", "completed_at", "completed_by", "note"])
    announce(
        TaskUndone(
            workspace_id=tenancy.current_workspace_id(),
            at=clock.now(),
            account_id=task.account_id,
            person_id=task.person_id,
            task_id=task.pk,
            kind=task.kind,
            title=task.title,
            undone_by_id=by.pk,
            undone_by=by.name,
        )
    )
    return task


@transaction.atomic
def snooze_task(task: Task, *, until: date | datetime, by: "Member") -> Task:
    """Put a task off to a day, or to a moment it is arranged for; raises `TaskNotOpen`, `DueInPast`."""
    task = locked_open(task)
    put_off(task, until)
    task.snoozed_times += 1
    task.save(update_fields=["due_at", "starts_at", "snoozed_times"])
    return task


@transaction.atomic
def hand_over_task(task: Task, *, to: "Member", by: "Member") -> Task:
    """Make a task somebody else's; raises `TaskNotOpen`."""
    task = locked_open(task)
    task.owner = to
    task.save(update_fields=["owner"])
    return task


def due_moment(step: NextStep) -> datetime:
    """Say when a next step is due: its moment, the end of its day, or the end of the next working day."""
    week = working_week()
    today = rules.local_day(clock.now(), week)
    if step.starts_at is not None:
        return step.starts_at
    if step.due_on is not None and step.due_on < today:
        raise DueInPast
    return rules.end_of_day(step.due_on or rules.next_working_day(today), week)


def put_off(task: Task, until: date | datetime) -> None:
    """Set a later day or moment on a task, unsaved."""
    now = clock.now()
    week = working_week()
    if isinstance(until, datetime):
        if until <= now:
            raise DueInPast
        task.due_at = task.starts_at = until
    else:
        if until < rules.local_day(now, week):
            raise DueInPast
        task.due_at, task.starts_at = rules.end_of_day(until, week), None


def close_task(task: Task, status: TaskStatus, *, by: "Member", note: str) -> None:
    """Close a locked task and say so."""
    task.status = status.value
    task.completed_at, task.completed_by, task.note = clock.now(), by, note
    task.save(update_fields=["status", "completed_at", "completed_by", "note"])
    if task.transition_step_id is not None:
        close_step = touch_models.complete_step if status == TaskStatus.DONE else touch_models.leave_out_step
        with suppress(NoSuchStep):  # another change came meanwhile
            close_step(task.transition_step_id, by=by)
    if status == TaskStatus.DONE:
        announce(
            TaskCompleted(
                workspace_id=tenancy.current_workspace_id(),
                at=task.completed_at,
                account_id=task.account_id,
                person_id=task.person_id,
                task_id=task.pk,
                kind=task.kind,
                title=task.title,
                completed_by_id=by.pk,
                completed_by=by.name,
            )
        )


def finish_run_if_done(task: Task, *, by: "Member") -> None:
    """End the run of a closed task when nothing is left to do in it."""
    if task.run_id is None:
        return
    run = Run.objects.select_for_update().filter(pk=task.run_id, status=RunStatus.OPEN.value).first()
    if run is not None and not Task.objects.filter(run=run, status=TaskStatus.OPEN.value).exists():
        finish_all(
            [run],
            outcomes={run.pk: RunOutcome.DONE},
            at=task.completed_at or clock.now(),
            by=by,
            cancel=CancelReason.RUN_FINISHED,
        )


def locked_open(task: Task) -> Task:
    """Lock a task that is still to be done; raises `TaskNotOpen`, `TaskUnknown`."""
    found = _locked(task)
    if found.status != TaskStatus.OPEN:
        raise TaskNotOpen
    return found


def _locked(task: Task) -> Task:
    if task.run_id is not None:  # the run first, as everywhere, so that two members never wait for each other
        Run.objects.select_for_update().filter(pk=task.run_id).first()
    found = Task.objects.select_for_update().filter(pk=task.pk).first()
    if found is None:
        raise TaskUnknown
    return found
