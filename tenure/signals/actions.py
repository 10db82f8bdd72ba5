"""Writes to signals."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from tenure.customers import queries as customers
from tenure.customers.actions import follow_merged, follow_parted
from tenure.kernel import clock, tenancy
from tenure.kernel.following import Place
from tenure.kernel.outbox import announce, announce_all
from tenure.signals.announcements import SignalAssigned, SignalClosed, SignalOpened, SignalSnoozed
from tenure.signals.errors import SignalAlreadyClosed, SignalStillOpen, SignalUnknown, SnoozeInThePast
from tenure.signals.models import Signal
from tenure.signals.rules import outcome_of
from tenure.signals.types import CloseReason, Finding, Opened, Outcome, SignalStatus

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

_OPEN_OR_REFRESH = """
    INSERT INTO signals_signal
        (workspace_id, account_id, kind, reason_key, severity, evidence, owner_id, status, opened_at, refreshed_at,
         refreshed_times, close_reason, outcome, note)
    SELECT %s, found.account_id, found.kind, found.reason_key, found.severity, found.evidence::jsonb, found.owner_id,
           'open', %s, %s, 0, '', '', ''
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::float8[], %s::text[], %s::bigint[])
         AS found (account_id, kind, reason_key, severity, evidence, owner_id)
    ON CONFLICT (workspace_id, account_id, kind, reason_key) WHERE status IN ('open', 'snoozed') DO UPDATE
    SET severity = EXCLUDED.severity, evidence = EXCLUDED.evidence, refreshed_at = EXCLUDED.refreshed_at,
        refreshed_times = signals_signal.refreshed_times + 1
    RETURNING id, account_id, kind, reason_key, owner_id, xmax = 0
"""


@transaction.atomic
def open_signals(findings: Sequence[Finding]) -> Opened:
    """Open a signal for each finding, or bring the one that is open for the same reason up to date.

    One statement, whatever the number. New signals belong to the account's owner. Of two findings with one account,
    kind and reason the last counts.
    """
    unique = {(f.account_id, f.kind, f.reason_key): f for f in findings}
    if not unique:
        return Opened(opened=(), refreshed=())
    now = clock.now()
    workspace_id = tenancy.current_workspace_id()
    listed = list(unique.values())
    owners = customers.owners_of(f.account_id for f in listed)
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN_OR_REFRESH,
            [
                workspace_id,
                now,
                now,
                [f.account_id for f in listed],
                [f.kind for f in listed],
                [f.reason_key for f in listed],
                [float(f.severity) for f in listed],
                [json.dumps(f.evidence) for f in listed],
                [owners.get(f.account_id) for f in listed],
            ],
        )
        rows = cursor.fetchall()
    announce_all(
        SignalOpened(
            workspace_id=workspace_id,
            at=now,
            account_id=account_id,
            signal_id=pk,
            signal_kind=kind,
            severity=unique[account_id, kind, reason_key].severity,
            owner_id=owner_id,
            summary=dict(unique[account_id, kind, reason_key].summary),
        )
        for pk, account_id, kind, reason_key, owner_id, is_new in rows
        if is_new
    )
    return Opened(
        opened=tuple(row[0] for row in rows if row[5]),
        refreshed=tuple(row[0] for row in rows if not row[5]),
    )


def open_signal(
    account_id: int,
    kind: str,
    *,
    severity: float,
    evidence: Mapping[str, Any],
    summary: Mapping[str, Any] | None = None,
    reason_key: str = "",
) -> Signal:
    """Open one signal, or bring the open one up to date."""
    done = open_signals(
        [
            Finding(
                account_id=account_id,
                kind=kind,
                severity=severity,
                evidence=evidence,
                summary=summary or {},
                reason_key=reason_key,
            )
        ]
    )
    return Signal.objects.get(pk__in=done.opened + done.refreshed)


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
def close_signal(signal: Signal, *, outcome: Outcome, by: "Member", note: str = "") -> Signal:
    """Close a signal and say whether there was something to it; raises `SignalAlreadyClosed`."""
    signal = _locked(signal)
    signal.status = SignalStatus.CLOSED.value
    signal.closed_at = clock.now()
    signal.closed_by = by
    signal.close_reason = CloseReason.MEMBER.value
    signal.outcome = outcome.value
    signal.note = note
    signal.save(update_fields=["status", "closed_at", "closed_by", "close_reason", "outcome", "note"])
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
def record_outcome(signal: Signal, *, outcome: Outcome, by: "Member") -> Signal:
    """Say of a closed signal whether there was something to it, or say it anew; raises `SignalStillOpen`."""
    signal = Signal.objects.select_for_update().get(pk=signal.pk)
    if signal.status != SignalStatus.CLOSED:
        raise SignalStillOpen
    signal.outcome = outcome.value
    signal.closed_by = signal.closed_by or by
    signal.save(update_fields=["outcome", "closed_by"])
    return signal


@transaction.atomic
def reopen_signal(signal: Signal, *, by: "Member") -> Signal:
    """Take back a closing (undo); raises `SignalStillOpen` when it is open, or open again for the same reason."""
    signal = Signal.objects.select_for_update().get(pk=signal.pk)
    rivals = Signal.objects.filter(account_id=signal.account_id, kind=signal.kind, reason_key=signal.reason_key)
    if signal.status != SignalStatus.CLOSED or rivals.exclude(status=SignalStatus.CLOSED).exists():
        raise SignalStillOpen
    signal.status = SignalStatus.OPEN.value
    signal.closed_at = signal.closed_by = None
    signal.close_reason = signal.outcome = signal.note = ""
    signal.save(update_fields=["status", "closed_at", "closed_by", "close_reason", "outcome", "note"])
    announce(
        SignalOpened(
            workspace_id=tenancy.current_workspace_id(),
            at=clock.now(),
            account_id=signal.account_id,
            signal_id=signal.pk,
            signal_kind=signal.kind,
            severity=signal.severity,
            owner_id=signal.owner_id,
            summary={"reopened_by_id": by.pk},
        )
    )
    return signal


@transaction.atomic
def snooze_signal(signal: Signal, *, until: datetime, by: "Member") -> Signal:
    """Put a signal off; it comes back by itself. Raises `SnoozeInThePast` and `SignalAlreadyClosed`."""
    now = clock.now()
    if until <= now:
        raise SnoozeInThePast
    signal = _locked(signal)
    signal.status = SignalStatus.SNOOZED.value
    signal.snoozed_until = until
    signal.snoozed_by = by
    signal.save(update_fields=["status", "snoozed_until", "snoozed_by"])
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
def wake_signal(signal: Signal) -> Signal:
    """Bring a snoozed signal back before its time (undo); raises `SignalAlreadyClosed`."""
    signal = _locked(signal)
    signal.status = SignalStatus.OPEN.value
    signal.snoozed_until = signal.snoozed_by = None
    signal.save(update_fields=["status", "snoozed_until", "snoozed_by"])
    return signal


def wake_due_signals(now: datetime) -> int:
    """Bring back every snoozed signal, of all workspaces, whose time has come; returns how many."""
    due = Signal.everywhere.filter(status=SignalStatus.SNOOZED, snoozed_until__lte=now)
    return due.update(status=SignalStatus.OPEN.value, snoozed_until=None, snoozed_by=None)


@transaction.atomic
def assign_signal(signal: Signal, *, owner: "Member | None", by: "Member") -> Signal:
    """Make a signal a member's, or nobody's with None; raises `SignalAlreadyClosed`."""
    signal = _locked(signal)
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


def _locked(signal: Signal) -> Signal:
    found = Signal.objects.select_for_update().filter(pk=signal.pk).first()
    if found is None:
        raise SignalUnknown
    if found.status == SignalStatus.CLOSED:
        raise SignalAlreadyClosed
    return found


_PLACES = (Place("signals_signal", "account_id"),)
_END_DOUBLES = """
    WITH merged AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS m (old, new)),
         live AS (
             SELECT s.id, row_number() OVER (
                 PARTITION BY COALESCE(merged.new, s.account_id), s.kind, s.reason_key ORDER BY s.id
             ) AS place
             FROM signals_signal s LEFT JOIN merged ON merged.old = s.account_id
             WHERE s.workspace_id = %s AND s.status IN ('open', 'snoozed')
               AND s.account_id IN (SELECT old FROM merged UNION SELECT new FROM merged)
         )
    UPDATE signals_signal s SET status = 'closed', closed_at = %s, close_reason = 'merged'
    FROM live WHERE live.id = s.id AND live.place > 1
"""
_OPEN_AGAIN = """
    WITH ended AS (
        SELECT s.id, row_number() OVER (PARTITION BY s.account_id, s.kind, s.reason_key ORDER BY s.id) AS place
        FROM signals_signal s
        WHERE s.workspace_id = %s AND s.close_reason = 'merged' AND s.account_id = ANY(%s) AND NOT EXISTS (
            SELECT FROM signals_signal l
            WHERE l.workspace_id = s.workspace_id AND l.account_id = s.account_id AND l.kind = s.kind
              AND l.reason_key = s.reason_key AND l.status IN ('open', 'snoozed')
        )
    )
    UPDATE signals_signal s SET closed_at = NULL, close_reason = '',
        status = CASE WHEN s.snoozed_until IS NULL THEN 'open' ELSE 'snoozed' END
    FROM ended WHERE ended.id = s.id AND ended.place = 1
"""


@transaction.atomic
def follow_merged_accounts(merged: Iterable[int]) -> None:
    """Give the signals of merged accounts to those they joined; of two open for one reason the older stays."""
    ids = set(merged)
    now_is = customers.merged_accounts(ids)
    if now_is:
        with connection.cursor() as cursor:
            workspace_id = tenancy.current_workspace_id()
            cursor.execute(_END_DOUBLES, [list(now_is), list(now_is.values()), workspace_id, clock.now()])
        follow_merged("account", ids, _PLACES)


@transaction.atomic
def follow_parted_accounts(parted: Sequence[int], of: Sequence[int]) -> None:
    """Give accounts that were parted again their signals; those that closed for being double are open again."""
    both = {*parted, *of} | follow_parted("account", parted, of, _PLACES)
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_AGAIN, [tenancy.current_workspace_id(), sorted(both)])
