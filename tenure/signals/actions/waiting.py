"""Putting signals off, and giving them to members."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce
from tenure.signals.actions.closing import locked
from tenure.signals.announcements import SignalAssigned, SignalSnoozed
from tenure.signals.errors import SnoozeInThePast
from tenure.signals.models import Signal
from tenure.signals.types import SignalStatus
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def snooze_signal(signal: Signal, *, until: datetime, by: "Member") -> Signal:
    """Put a signal off; it comes back by itself, or before that when it becomes worse.

    Raises `SnoozeInThePast` and `SignalAlreadyClosed`.
    """
    now = clock.now()
    if until <= now:
        raise SnoozeInThePast
    signal = locked(signal)
    signal.status = SignalStatus.SNOOZED.value
    signal.snoozed_until = until
    signal.snoozed_by = by
    signal.snoozed_severity = signal.severity
    signal.save(update_fields=["status", "snoozed_until", "snoozed_by", "snoozed_severity"])
    announce(
        SignalSnoozed(
            workspace_id=tenancy.current_workspace_id(),
            at=now,
            account_id=signal.account_id,
            signal_id=signal.pk,
            signal_kind=signal.kind,
            until=until,
            snoozed_by_id=by.pk,
        )
    )
    return signal


@transaction.atomic
def wake_signal(signal: Signal, *, by: "Member") -> Signal:
    """Bring a snoozed signal back before its time (undo); raises `SignalAlreadyClosed`."""
    signal = locked(signal)
    signal.status = SignalStatus.OPEN.value
    signal.snoozed_until = signal.snoozed_by = None
    signal.save(update_fields=["status", "snoozed_until", "snoozed_by"])
    record_audit("signals.wake", by=by, subject=str(signal.account), details={"signal_id": signal.pk})
    return signal


def wake_due_signals(now: datetime) -> int:
    """Bring back every snoozed signal, of all workspaces, whose time has come; returns how many."""
    due = Signal.everywhere.filter(status=SignalStatus.SNOOZED, snoozed_until__lte=now)
    return due.update(status=SignalStatus.OPEN.value, snoozed_until=None, snoozed_by=None)


@transaction.atomic
def assign_signal(signal: Signal, *, owner: "Member | None", by: "Member") -> Signal:
    """Make a signal a member's, or nobody's with None; raises `SignalAlreadyClosed`."""
    signal = locked(signal)
    if signal.owner_id == (owner.pk if owner else None):
        return signal
    signal.owner = owner
    signal.save(update_fields=["owner"])
    announce(
        SignalAssigned(
            workspace_id=tenancy.current_workspace_id(),
            at=clock.now(),
            account_id=signal.account_id,
            signal_id=signal.pk,
            signal_kind=signal.kind,
            owner_id=signal.owner_id,
            assigned_by_id=by.pk,
        )
    )
    return signal
