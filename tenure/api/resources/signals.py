"""Signals: what was noticed, and what members make of it."""

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from django.db import transaction
from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.activity.types import ACTIVITY_DECLINE
from tenure.api.callers import acting_member, member_of, write_down
from tenure.api.calls import ApiCall
from tenure.api.fields import LARGEST_ID, Id, Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_by_id, reachable
from tenure.kernel import clock
from tenure.signals import actions, queries
from tenure.signals.registry import rule_of, rules_by_kind, unspoken
from tenure.signals.types import (
    EvidenceKind,
    FalseReason,
    Outcome,
    Severity,
    SignalFilter,
    SignalOrder,
    SignalRule,
    SignalStatus,
    TrackRecord,
)

if TYPE_CHECKING:
    from tenure.signals.models import Signal

router = Router(tags=["signals"])


class EvidenceLinkOut(Schema):
    """One thing a signal rests on."""

    kind: EvidenceKind = said("person, ticket, segment, account, or events between two days.", "person")
    id: int | None = said("Its id; null for events.", 71)
    since: date | None = said("For events: the first day.")
    until: date | None = said("For events: the last day.")
    words: str = said("What to call it, where its name does not say.", "")


class SignalOut(Schema):
    """One signal."""

    id: int = said("Which signal.")
    account_id: int = said("The account it is about.")
    account_name: str = said("What the account is called.")
    kind: str = said("What was noticed.", "activity_decline")
    headline: str = said("The same in words; the kind where there are none.")
    details: list[str] = said("The particulars in words.", ["5 of 9 regular people have not been seen since."])
    how: list[str] = said("How it was found, in words.", ["Against the account's own 12 weeks before."])
    status: str = said("open, snoozed or closed.", "open")
    severity: float = said("How much it matters, 0 to 1.", 0.72)
    severity_step: Severity = said("The same in the three steps people see: info, watch, risk.", "risk")
    evidence: dict[str, Any] = said("What it rests on, by kind.", {"percent": 46, "since": "2026-03-02"})
    owner_id: int | None = said("The member who looks after it.", 3)
    owner_name: str = said("What that member is called.", "Ada Park")
    opened_at: datetime = said("When it was opened.")
    amount_minor: int | None = said("The monthly revenue at stake, in minor units of the currency.", 480_000)
    currency: str = said("The currency of the amount.", "USD")
    confidence: float | None = said("How sure it is that there is something to it, 0 to 1.", 0.97)
    links: list[EvidenceLinkOut] = said("What it rests on that can be looked up.", [])
    refreshed_at: datetime = said("When it was brought up to date last.")
    woken_at: datetime | None = said("When it came back from a snooze because it had become worse.")
    snoozed_until: datetime | None = said("Until when it waits.")
    closed_at: datetime | None = said("When it was closed.")
    close_reason: str = said(
        "What closed it: member, passed, churned, too_late or merged; empty while it is not closed.", ""
    )
    outcome: str = said("true_alarm or false_alarm, once it is known.", "")
    false_reason: str = said("Why it was a false alarm: season, agreed, records, too_small or other.", "")
    note: str = said("What the member noted on closing it.", "")


class SignalCountsOut(Schema):
    """How many signals stand where."""

    open: int = said("How many ask for attention.")
    snoozed: int = said("How many wait.")
    closed: int = said("How many are closed.")
    unowned: int = said("How many open ones nobody looks after.")
    open_by_kind: dict[str, int] = said("The open ones by kind.", {"activity_decline": 12})
    open_by_severity: dict[str, int] = said("The open ones by severity.", {"risk": 3, "watch": 5, "info": 4})


class TrackRecordOut(Schema):
    """How a kind of signal has done so far."""

    kind: str = said("The kind.", "activity_decline")
    true_alarms: int = said("How many closed ones were true alarms.", 31)
    false_alarms: int = said("How many were false alarms.", 4)
    unsaid: int = said("Of how many nobody has said.", 9)
    precision: float | None = said("The share of true alarms among those judged; null while there are none.", 0.886)
    precision_low: float | None = said("Where its 95 % interval (Wilson) begins.", 0.741)
    precision_high: float | None = said("Where that interval ends.", 0.955)
    unsaid_share: float | None = said("The share of the closed ones that nobody judged.", 0.205)
    false_reasons: dict[str, int] = said("Why false alarms were false, where members said so.", {"season": 3})


class CloseIn(Schema):
    """How a signal turned out."""

    outcome: Literal["true_alarm", "false_alarm"] = said("Whether there was something to it.", "true_alarm")
    note: Text = said("What to remember of it.", "They were on a fair.", max_length=4_000, default="")
    false_reason: FalseReason | None = said("Of a false alarm: why there was nothing to it.", "season", default=None)


class SnoozeIn(Schema):
    """For how long a signal may wait."""

    days: int = said("So many days from now.", 7, ge=1, le=90)


class AssignIn(Schema):
    """Who looks after a signal from now on."""

    owner_id: Id | None = said("A member's id; null for nobody.", 3)


@lists(router, "", SignalOut, summary="List signals")
def list_signals(
    request: ApiCall,
    status: Literal["open", "snoozed", "closed"] | None = Query(None, description="Only those that stand so."),
    kind: str | None = Query(None, description="Only of one kind."),
    severity: Severity | None = Query(None, description="Only of one severity."),
    account_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those of an account."),
    owner_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those a member looks after."),
    unowned: bool = Query(False, description="Only those nobody looks after."),
    search: str = Query("", description="Part of the account's name."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List signals, newest first."""
    wanted = SignalFilter(
        status=SignalStatus(status) if status else None,
        kind=kind.replace("\x00", "") if kind else None,
        severity=severity,
        account_id=account_id,
        owner_id=owner_id,
        unowned=unowned,
        account_name=search.replace("\x00", "").strip(),
    )
    rules = rules_by_kind()
    return page_by_id(
        queries.signals_matching(wanted, SignalOrder.NEWEST), cursor, limit, lambda signal: _shown(signal, rules)
    )


@router.get("/counts", response=SignalCountsOut, summary="How many signals stand where")
def read_counts(
    request: ApiCall,
    owner_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those a member looks after."),
) -> Any:
    """Count the signals by where they stand."""
    return queries.counts(owner_id=owner_id)


@router.get("/track-record", response=TrackRecordOut, summary="How often a kind of signal was right")
def read_track_record(
    request: ApiCall, kind: str = Query(ACTIVITY_DECLINE, max_length=60, description="The kind of signal.")
) -> Any:
    """Count what members said of the closed signals of a kind."""
    kind = kind.replace("\x00", "")
    return {"kind": kind, **_record(queries.track_record(kind))}


@router.get("/{int:signal_id}", response=SignalOut, summary="One signal")
def read_signal(request: ApiCall, signal_id: int) -> Any:
    """Return one signal with its evidence."""
    return _shown(queries.signal(reachable(signal_id)))


@router.post("/{int:signal_id}/close", response=SignalOut, summary="Close a signal")
@transaction.atomic
def close_signal(request: ApiCall, signal_id: int, given: CloseIn) -> Any:
    """Close it and say whether it was a true alarm; this feeds the precision shown on the rule."""
    by, signal = acting_member(request), queries.signal(reachable(signal_id))
    actions.close_signal(
        signal, outcome=Outcome(given.outcome), note=given.note, false_reason=given.false_reason, by=by
    )
    write_down("signals.close", by=by, subject=signal.account, signal_id=signal.pk, outcome=given.outcome)
    return _shown(queries.signal(signal.pk))


@router.post("/{int:signal_id}/reopen", response=SignalOut, summary="Open a signal again")
@transaction.atomic
def reopen_signal(request: ApiCall, signal_id: int) -> Any:
    """Take closing back."""
    by, signal = acting_member(request), queries.signal(reachable(signal_id))
    actions.reopen_signal(signal, by=by)
    return _shown(queries.signal(signal.pk))


@router.post("/{int:signal_id}/snooze", response=SignalOut, summary="Let a signal wait")
@transaction.atomic
def snooze_signal(request: ApiCall, signal_id: int, given: SnoozeIn) -> Any:
    """Take it off the list until it wakes by itself: when its time has come, or when it has become worse."""
    by, signal = acting_member(request), queries.signal(reachable(signal_id))
    actions.snooze_signal(signal, until=clock.now() + timedelta(days=given.days), by=by)
    write_down("signals.snooze", by=by, subject=signal.account, signal_id=signal.pk, days=given.days)
    return _shown(queries.signal(signal.pk))


@router.post("/{int:signal_id}/wake", response=SignalOut, summary="Wake a signal")
@transaction.atomic
def wake_signal(request: ApiCall, signal_id: int) -> Any:
    """Bring it back before its time."""
    by, signal = acting_member(request), queries.signal(reachable(signal_id))
    actions.wake_signal(signal, by=by)
    return _shown(queries.signal(signal.pk))


@router.put("/{int:signal_id}/owner", response=SignalOut, summary="Say who looks after a signal")
@transaction.atomic
def assign_signal(request: ApiCall, signal_id: int, given: AssignIn) -> Any:
    """Give it to a member, or to nobody."""
    by, signal = acting_member(request), queries.signal(reachable(signal_id))
    owner = None if given.owner_id is None else member_of(given.owner_id)
    actions.assign_signal(signal, owner=owner, by=by)
    write_down("signals.assign", by=by, subject=signal.account, signal_id=signal.pk, owner_id=given.owner_id)
    return _shown(queries.signal(signal.pk))


def _shown(signal: "Signal", rules: Mapping[str, SignalRule] | None = None) -> dict[str, Any]:
    rule = rule_of(signal.kind) if rules is None else rules.get(signal.kind) or unspoken(signal.kind)
    told = rule.explain(signal.evidence)
    fields = (
        "account_id", "kind", "status", "severity", "amount_minor", "currency", "confidence", "evidence", "owner_id",
        "opened_at", "refreshed_at", "woken_at", "snoozed_until", "closed_at", "close_reason", "outcome",
        "false_reason", "note",
    )  # fmt: skip
    return {
        "id": signal.pk,
        "account_name": str(signal.account),
        "owner_name": signal.owner.name if signal.owner else "",
        "headline": told.headline,
        "details": list(told.details),
        "how": list(told.how),
        "severity_step": queries.severity_of(signal),
        "links": [dataclasses.asdict(link) for link in (*queries.links_of(signal), *rule.links(signal.evidence))],
        **{field: getattr(signal, field) for field in fields},
    }


def _record(record: TrackRecord) -> dict[str, Any]:
    return {
        "true_alarms": record.true_alarms,
        "false_alarms": record.false_alarms,
        "unsaid": record.unsaid,
        "precision": record.precision,
        "precision_low": record.interval.low,
        "precision_high": record.interval.high,
        "unsaid_share": record.unsaid_share,
        "false_reasons": {reason.value: n for reason, n in record.false_reasons.items()},
    }
