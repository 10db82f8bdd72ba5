"""The steps of changes from one model to another: told when they are due, done, left out, and opened again."""

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce, announce_all
from tenure.touch_models.announcements import TransitionStepClosed, TransitionStepDue, TransitionStepReopened
from tenure.touch_models.errors import NoSuchStep
from tenure.touch_models.models import Standing, TouchModels, Transition, TransitionStep
from tenure.touch_models.rules import text_form
from tenure.workspaces import actions as workspaces
from tenure.workspaces import queries as workspace_queries

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

TOLD_AT_ONCE = 2_000


@transaction.atomic
def tell_due_steps(*, now: datetime) -> int:
    """Announce the steps that are due and were not told yet; returns how many."""
    workspace = workspace_queries.workspace(tenancy.current_workspace_id())
    today = now.astimezone(ZoneInfo(workspace.timezone)).date()
    waiting = TransitionStep.objects.filter(due_on__lte=today, told_at=None, done_at=None, cancelled_at=None)
    # those of accounts that were merged, or are no customers now, wait with them
    waiting = waiting.filter(account__merged_into=None, account__churned_at=None)
    due = list(
        waiting.select_for_update(skip_locked=True, of=("self",))
        .select_related("transition")
        .order_by("pk")[:TOLD_AT_ONCE]
    )
    if not due:
        return 0
    TransitionStep.objects.filter(pk__in=[step.pk for step in due]).update(told_at=now)
    found = TouchModels.objects.first()
    names = {m.key: m.name for m in text_form.stored(found.definition).models} if found else {}
    announce_all(
        TransitionStepDue(
            workspace_id=tenancy.current_workspace_id(),
            at=now,
            account_id=step.account_id,
            transition_id=step.transition_id,
            step_id=step.pk,
            kind=step.kind,
            title=step.title,
            due_on=step.due_on,
            came_from=step.transition.source,
            model=step.transition.target,
            model_name=names.get(step.transition.target, step.transition.target),
            message=step.message,
        )
        for step in due
    )
    return len(due)


@transaction.atomic
def complete_step(step_id: int, *, by: "Member | None") -> TransitionStep:
    """Mark a step done; the last one ends the change. Raises `NoSuchStep`."""
    step = _locked(step_id)
    if step.done_at is None:
        step.done_at, step.done_by = clock.now(), by
        step.save(update_fields=["done_at", "done_by"])
        _record("touch_models.complete_step", step, by)
        announce(
            TransitionStepClosed(
                workspace_id=tenancy.current_workspace_id(),
                at=step.done_at,
                account_id=step.account_id,
                step_id=step.pk,
                title=step.title,
                is_done=True,
                done_by_id=by.pk if by else None,
            )
        )
    _end_if_last(step, at=step.done_at)
    return step


@transaction.atomic
def leave_out_step(step_id: int, *, by: "Member") -> TransitionStep:
    """Mark a step as one that will not be done; the last one ends the change. Raises `NoSuchStep`."""
    step = _locked(step_id)
    if step.done_at is not None:
        raise NoSuchStep
    step.cancelled_at, step.done_by, step.is_left_out = clock.now(), by, True
    step.save(update_fields=["cancelled_at", "done_by", "is_left_out"])
    _record("touch_models.leave_out_step", step, by)
    announce(
        TransitionStepClosed(
            workspace_id=tenancy.current_workspace_id(),
            at=step.cancelled_at,
            account_id=step.account_id,
            step_id=step.pk,
            title=step.title,
            is_done=False,
            done_by_id=by.pk,
        )
    )
    _end_if_last(step, at=step.cancelled_at)
    return step


@transaction.atomic
def reopen_step(step_id: int, *, by: "Member") -> TransitionStep:
    """Take back that a step was done or left out, while no other change has come; raises `NoSuchStep` then too."""
    step = _locked(step_id, left_out=True)
    if step.done_at is not None or step.is_left_out:
        newer = Transition.objects.filter(account=step.account_id, pk__gt=step.transition_id)
        still = Standing.objects.filter(account=step.account_id, left_at=None, model=step.transition.target)
        if newer.exists() or not still.exists():
            raise NoSuchStep
        Transition.objects.filter(pk=step.transition_id).update(ended_at=None)
        step.done_at = step.done_by = step.cancelled_at = None
        step.is_left_out = False
        step.save(update_fields=["done_at", "done_by", "cancelled_at", "is_left_out"])
        _record("touch_models.reopen_step", step, by)
        announce(
            TransitionStepReopened(
                workspace_id=tenancy.current_workspace_id(),
                at=clock.now(),
                account_id=step.account_id,
                step_id=step.pk,
                title=step.title,
            )
        )
    return step


def _record(action: str, step: TransitionStep, by: "Member | None") -> None:
    details = {"account_id": step.account_id, "step_id": step.pk, "title": step.title}
    workspaces.record_audit(action, by=by, subject=str(step.account), details=details)


def _end_if_last(step: TransitionStep, *, at: datetime | None) -> None:
    Transition.objects.select_for_update().get(pk=step.transition_id)  # of two last steps closed at once, one is last
    if not TransitionStep.objects.filter(transition=step.transition_id, done_at=None, cancelled_at=None).exists():
        Transition.objects.filter(pk=step.transition_id, ended_at=None).update(ended_at=at)


def _locked(step_id: int, *, left_out: bool = False) -> TransitionStep:
    found = TransitionStep.objects.select_for_update().filter(pk=step_id)
    wanted = Q(cancelled_at=None) | Q(is_left_out=True) if left_out else Q(cancelled_at=None)
    step = found.filter(wanted).first()
    if step is None:
        raise NoSuchStep
    return step
