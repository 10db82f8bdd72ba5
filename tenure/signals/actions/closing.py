"""Closing signals, and what there was to them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce, announce_all
from tenure.signals.announcements import SignalClosed, SignalOpened
from tenure.signals.errors import SignalAlreadyClosed, SignalStillOpen, SignalUnknown
from tenure.signals.models import Signal
from tenure.signals.rules import closed_by_churn, false_reason_kept, outcome_of
from tenure.signals.types import CloseReason, FalseReason, Outcome, SignalStatus
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

_CLOSING = [
    "status", "snoozed_until", "snoozed_by", "closed_at", "closed_by", "close_reason", "outcome", "note",
    "false_reason",
]  # fmt: skip


@transaction.atomic
def close_signals(signal_ids: Sequence[int], *, reason: CloseReason) -> int:
    """Close signals that nobody needs to look at any more; returns how many were still open.

    No member has judged them, so they have an outcome only where the reason gives one.
    """
    now = clock.now()
    outcome = outcome_of(reason)
    found = list(
        Signal.objects.select_for_update().filter(pk__in=signal_ids).exclude(status=SignalStatus.CLOSED).order_by("pk")
    )
    Signal.objects.filter(pk__in=[s.pk for s in found]).update(
        status=SignalStatus.CLOSED.value,
        closed_at=now,
        close_reason=reason.value,
        outcome=outcome.value if outcome else "",
    )
    announce_all(
        SignalClosed(
            workspace_id=tenancy.current_workspace_id(),
            at=now,
            account_id=s.account_id,
            signal_id=s.pk,
            signal_kind=s.kind,
            reason=reason.value,
            outcome=outcome.value if outcome else "",
            closed_by_id=None,
        )
        for s in found
    )
    return len(found)


@transaction.atomic
def close_churned(kind: str, churned_at: Mapping[int, datetime]) -> int:
    """Close the signals of a kind whose accounts churned; true alarms are those that were opened before that.

    Returns how many were still open.
    """
    found = Signal.objects.filter(kind=kind, account_id__in=list(churned_at)).exclude(status=SignalStatus.CLOSED)
    by_reason: dict[CloseReason, list[int]] = defaultdict(list)
    for pk, account_id, opened_at in found.order_by("pk").values_list("pk", "account_id", "opened_at"):
        by_reason[closed_by_churn(opened_at, churned_at[account_id])].append(pk)
    return sum(close_signals(ids, reason=reason) for reason, ids in by_reason.items())


@transaction.atomic
def close_signal(
    signal: Signal, *, outcome: Outcome, by: "Member", note: str = "", false_reason: FalseReason | None = None
) -> Signal:
    """Close a signal and say whether there was something to it, and if not, why; raises `SignalAlreadyClosed`."""
    signal = locked(signal)
    signal.status = SignalStatus.CLOSED.value
    signal.closed_at = clock.now()
    signal.closed_by = by
    signal.close_reason = CloseReason.MEMBER.value
    signal.outcome = outcome.value
    signal.note = note
    signal.false_reason = false_reason_kept(outcome, false_reason)
    signal.save(update_fields=["status", "closed_at", "closed_by", "close_reason", "outcome", "note", "false_reason"])
    announce(
        SignalClosed(
            workspace_id=tenancy.current_workspace_id(),
            at=signal.closed_at,
            account_id=signal.account_id,
            signal_id=signal.pk,
            signal_kind=signal.kind,
            reason=signal.close_reason,
            outcome=signal.outcome,
            closed_by_id=by.pk,
        )
    )
    return signal


@transaction.atomic
def record_outcome(
    signal: Signal, *, outcome: Outcome, by: "Member", false_reason: FalseReason | None = None
) -> Signal:
    """Say of a closed signal whether there was something to it, or say it anew; raises `SignalStillOpen`."""
    found = Signal.objects.select_for_update().filter(pk=signal.pk).first()
    if found is None:
        raise SignalUnknown
    if found.status != SignalStatus.CLOSED:
        raise SignalStillOpen
    signal, before = found, found.outcome
    signal.outcome = outcome.value
    signal.false_reason = false_reason_kept(outcome, false_reason)
    signal.closed_by = signal.closed_by or by
    signal.save(update_fields=["outcome", "closed_by", "false_reason"])
    said = {"signal_id": signal.pk, "outcome": signal.outcome, "false_reason": signal.false_reason, "before": before}
    record_audit("signals.judge", by=by, subject=str(signal.account), details=said)
    return signal


@transaction.atomic
def reopen_signal(signal: Signal, *, by: "Member") -> Signal:
    """Take back a closing (undo); raises `SignalStillOpen` when it is open, or open again for the same reason."""
    now = clock.now()
    found = Signal.objects.select_for_update().filter(pk=signal.pk).first()
    if found is None:
        raise SignalUnknown
    signal = found
    rivals = Signal.objects.filter(account_id=signal.account_id, kind=signal.kind, reason_key=signal.reason_key)
    is_rivalled = rivals.exclude(status=SignalStatus.CLOSED).exists()
    if signal.status != SignalStatus.CLOSED or is_rivalled or not opened_again([signal], now):
        raise SignalStillOpen
    announce(
        SignalOpened(
            workspace_id=tenancy.current_workspace_id(),
            at=now,
            account_id=signal.account_id,
            signal_id=signal.pk,
            signal_kind=signal.kind,
            severity=signal.severity,
            owner_id=signal.owner_id,
            summary={"reopened_by_id": by.pk},
            amount_minor=signal.amount_minor,
            currency=signal.currency,
            confidence=signal.confidence,
        )
    )
    record_audit("signals.reopen", by=by, subject=str(signal.account), details={"signal_id": signal.pk})
    return signal


def opened_again(signals: Sequence[Signal], now: datetime) -> list[Signal]:
    """Let closed signals be as they were, still put off if they were put off until later than now; returns which are.

    Those for whose reason somebody opens another one at this moment stay closed.
    """
    for signal in signals:
        is_put_off = signal.snoozed_until is not None and signal.snoozed_until > now
        signal.status = (SignalStatus.SNOOZED if is_put_off else SignalStatus.OPEN).value
        if not is_put_off:
            signal.snoozed_until = signal.snoozed_by = None
        signal.closed_at = signal.closed_by = None
        signal.close_reason = signal.outcome = signal.note = signal.false_reason = ""
    try:
        with transaction.atomic():
            Signal.objects.bulk_update(signals, _CLOSING, batch_size=1_000)
    except IntegrityError:  # rare: one by one, to find out whose
        return [each for signal in signals for each in opened_again([signal], now)] if len(signals) > 1 else []
    return list(signals)


def locked(signal: Signal) -> Signal:
    """Return a signal that is not closed, locked; raises `SignalUnknown` and `SignalAlreadyClosed`."""
    found = Signal.objects.select_for_update().filter(pk=signal.pk).first()
    if found is None:
        raise SignalUnknown
    if found.status == SignalStatus.CLOSED:
        raise SignalAlreadyClosed
    return found
