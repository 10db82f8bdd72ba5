"""Beginning a playbook for many accounts by hand, and taking that back while nobody has done anything."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction

from tenure.kernel import clock
from tenure.playbooks.actions.running import finish_all, start_runs
from tenure.playbooks.errors import RunUnknown
from tenure.playbooks.models import Playbook, Run, Task
from tenure.playbooks.types import (
    CancelReason,
    Cause,
    RunOutcome,
    RunStatus,
    StartedByHand,
    TakenBack,
    TaskStatus,
    TriggerKind,
)
from tenure.workspaces import queries as workspaces
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

_STARTED = "playbooks.start_runs"


@transaction.atomic
def start_runs_by_hand(playbook: Playbook, account_ids: Iterable[int], *, by: "Member") -> StartedByHand:
    """Open a run for each account; where one is open already it is left as it is. What was opened can be taken back."""
    listed = sorted(set(account_ids))
    open_already = set(
        Run.objects.filter(playbook=playbook, account__in=listed, status=RunStatus.OPEN.value).values_list(
            "account_id", flat=True
        )
    )
    causes = [Cause(account_id=each) for each in listed if each not in open_already]
    opened = start_runs(playbook, causes, trigger=TriggerKind.MANUAL, by=by).opened
    if not opened:
        return StartedByHand(opened=(), audit_id=None)
    entry = record_audit(
        _STARTED, by=by, subject=playbook.name, details={"playbook_id": playbook.pk, "run_ids": list(opened)}
    )
    return StartedByHand(opened=opened, audit_id=entry.pk)


@transaction.atomic
def take_back_runs(audit_id: int, *, by: "Member") -> TakenBack:
    """End the runs that a member opened at once and in which nothing was done yet; the others go on.

    Raises `RunUnknown` for what this member did not begin.
    """
    entry = workspaces.audit_trail().filter(pk=audit_id, action=_STARTED, member=by).first()
    if entry is None:
        raise RunUnknown
    locked = Run.objects.select_for_update().filter(pk__in=entry.details["run_ids"], status=RunStatus.OPEN.value)
    runs = list(locked.order_by("pk"))
    begun = set(
        Task.objects.filter(run__in=runs).exclude(status=TaskStatus.OPEN.value).values_list("run_id", flat=True)
    )
    ended = [run for run in runs if run.pk not in begun]
    finish_all(
        ended,
        outcomes={run.pk: RunOutcome.TAKEN_BACK for run in ended},
        at=clock.now(),
        by=by,
        cancel=CancelReason.RUN_FINISHED,
    )
    record_audit("playbooks.take_back_runs", by=by, subject=entry.subject, details={"runs": len(ended)})
    return TakenBack(ended=len(ended), going_on=len(runs) - len(ended))
