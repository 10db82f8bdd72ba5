"""What a member does to many signals at once, each with a way back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce_all
from tenure.signals.actions.closing import opened_again
from tenure.signals.announcements import SignalAssigned, SignalClosed, SignalOpened, SignalSnoozed
from tenure.signals.errors import NothingToTakeBack, SnoozeInThePast
from tenure.signals.models import Signal
from tenure.signals.rules import false_reason_kept
from tenure.signals.types import Changed, CloseReason, FalseReason, Outcome, SignalStatus
from tenure.workspaces import queries as workspaces
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

_NAMED = 3


@transaction.atomic
def close_many(
    signal_ids: Sequence[int],
    *,
    outcome: Outcome,
    by: "Member",
    note: str = "",
    false_reason: FalseReason | None = None,
) -> Changed:
    """Close signals and say whether there was something to them; those that are closed already are left alone."""
    now, found = clock.now(), _live(signal_ids)
    Signal.objects.filter(pk__in=[s.pk for s in found]).update(
        status=SignalStatus.CLOSED.value,
        closed_at=now,
        closed_by=by,
        close_reason=CloseReason.MEMBER.value,
        outcome=outcome.value,
        note=note,
        false_reason=false_reason_kept(outcome, false_reason),
    )
    announce_all(
        SignalClosed(
            workspace_id=tenancy.current_workspace_id(),
            at=now,
            account_id=s.account_id,
            signal_id=s.pk,
            signal_kind=s.kind,
            reason=CloseReason.MEMBER.value,
            outcome=outcome.value,
            closed_by_id=by.pk,
        )
        for s in found
    )
    return _written_down("signals.close", found, by, {"outcome": outcome.value, "closed": {"at": now.isoformat()}})


@transaction.atomic
def snooze_many(signal_ids: Sequence[int], *, until: datetime, by: "Member") -> Changed:
    """Put signals off until a moment or until they become worse; raises `SnoozeInThePast`."""
    now = clock.now()
    if until <= now:
        raise SnoozeInThePast
    found = _live(signal_ids)
    before = {str(s.pk): _snooze_of(s) for s in found if s.snoozed_until is not None}
    for signal in found:
        signal.status, signal.snoozed_until, signal.snoozed_by = SignalStatus.SNOOZED.value, until, by
        signal.snoozed_severity = signal.severity
    Signal.objects.bulk_update(found, ["status", "snoozed_until", "snoozed_by", "snoozed_severity"], batch_size=1_000)
    announce_all(
        SignalSnoozed(
            workspace_id=tenancy.current_workspace_id(),
            at=now,
            account_id=s.account_id,
            signal_id=s.pk,
            signal_kind=s.kind,
            until=until,
            snoozed_by_id=by.pk,
        )
        for s in found
    )
    return _written_down("signals.snooze", found, by, {"until": until.isoformat(), "before": before})


@transaction.atomic
def assign_many(owners: Mapping[int, int | None], *, by: "Member") -> Changed:
    """Make members look after signals, by id (None: nobody); those that have that owner already are left alone."""
    found = [s for s in _live(list(owners)) if s.owner_id != owners[s.pk]]
    before = {str(s.pk): s.owner_id for s in found}
    for signal in found:
        signal.owner_id = owners[signal.pk]
    Signal.objects.bulk_update(found, ["owner"], batch_size=1_000)
    now = clock.now()
    announce_all(
        SignalAssigned(
            workspace_id=tenancy.current_workspace_id(),
            at=now,
            account_id=s.account_id,
            signal_id=s.pk,
            signal_kind=s.kind,
            owner_id=s.owner_id,
            assigned_by_id=by.pk,
        )
        for s in found
    )
    given = {str(s.pk): s.owner_id for s in found}
    return _written_down("signals.assign", found, by, {"before": before, "given": given})


@transaction.atomic
def take_back(audit_id: int, *, by: "Member") -> Changed:
    """Undo what a member did to signals with one of the actions above, as far as nobody has changed it since.

    Raises `NothingToTakeBack`.
    """
    entry = workspaces.audit_trail().filter(pk=audit_id, member=by, action__startswith="signals.").first()
    if entry is None or "signal_ids" not in entry.details:
        raise NothingToTakeBack
    ids, before = entry.details["signal_ids"], entry.details.get("before", {})
    match entry.action:
        case "signals.close":
            at = entry.details.get("closed", {}).get("at")
            return _reopen(ids, datetime.fromisoformat(at) if at else None, by)
        case "signals.snooze":
            return _wake(ids, entry.details.get("until"), before, by)
        case "signals.assign":
            return _give_back(before, entry.details.get("given", {}), by)
    raise NothingToTakeBack


def _give_back(before: Mapping[str, int | None], given: Mapping[str, int | None], by: "Member") -> Changed:
    here = set(workspaces.members().values_list("pk", flat=True))
    still = [s.pk for s in _live([int(pk) for pk in before]) if s.owner_id == given.get(str(s.pk), s.owner_id)]
    owners = {pk: before[str(pk)] for pk in still}
    return assign_many({pk: owner if owner in here else None for pk, owner in owners.items()}, by=by)


def _reopen(ids: Sequence[int], at: datetime | None, by: "Member") -> Changed:
    closed = Signal.objects.select_for_update().filter(
        pk__in=ids, status=SignalStatus.CLOSED, closed_by=by, close_reason=CloseReason.MEMBER.value
    )
    candidates = [s for s in closed.order_by("pk") if at is None or s.closed_at == at]
    again = set(
        Signal.objects.filter(account_id__in=[s.account_id for s in candidates])
        .exclude(status=SignalStatus.CLOSED)
        .values_list("account_id", "kind", "reason_key")
    )
    found, now = [s for s in candidates if (s.account_id, s.kind, s.reason_key) not in again], clock.now()
    found = opened_again(found, now)
    announce_all(
        SignalOpened(
            workspace_id=tenancy.current_workspace_id(),
            at=now,
            account_id=s.account_id,
            signal_id=s.pk,
            signal_kind=s.kind,
            severity=s.severity,
            owner_id=s.owner_id,
            summary={"reopened_by_id": by.pk},
            amount_minor=s.amount_minor,
            currency=s.currency,
            confidence=s.confidence,
        )
        for s in found
    )
    return _written_down("signals.reopen", found, by, {})


def _wake(ids: Sequence[int], until: str | None, before: Mapping[str, Any], by: "Member") -> Changed:
    snoozed = Signal.objects.select_for_update().filter(pk__in=ids, status=SignalStatus.SNOOZED, snoozed_by=by)
    if until is not None:  # put off anew since, it stays so
        snoozed = snoozed.filter(snoozed_until=datetime.fromisoformat(until))
    found, now = list(snoozed.order_by("pk")), clock.now()
    here = set(workspaces.members().values_list("pk", flat=True))
    for signal in found:
        was = before.get(str(signal.pk)) or {}
        earlier = datetime.fromisoformat(was["until"]) if was else None
        if earlier is not None and earlier > now:
            signal.snoozed_until, signal.snoozed_severity = earlier, was["severity"]
            signal.snoozed_by_id = was["by"] if was["by"] in here else None
        else:
            signal.status, signal.snoozed_until, signal.snoozed_by = SignalStatus.OPEN.value, None, None
    fields = ["status", "snoozed_until", "snoozed_by", "snoozed_severity"]
    Signal.objects.bulk_update(found, fields, batch_size=1_000)
    return _written_down("signals.wake", found, by, {})


def _snooze_of(signal: Signal) -> dict[str, Any]:
    assert signal.snoozed_until is not None
    return {
        "until": signal.snoozed_until.isoformat(),
        "by": signal.snoozed_by_id,
        "severity": signal.snoozed_severity,
    }


def _live(ids: Sequence[int]) -> list[Signal]:
    found = Signal.objects.select_for_update(of=("self",)).select_related("account").filter(pk__in=list(ids))
    return list(found.exclude(status=SignalStatus.CLOSED).order_by("pk"))


def _written_down(action: str, found: Sequence[Signal], by: "Member", details: dict[str, Any]) -> Changed:
    if not found:
        return Changed(ids=(), audit_id=None)
    names = list(dict.fromkeys(str(s.account) for s in found))
    entry = record_audit(
        action,
        by=by,
        subject=", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else ""),
        details={"signals": len(found), "signal_ids": [s.pk for s in found], **details},
    )
    return Changed(ids=tuple(s.pk for s in found), audit_id=entry.pk)
