"""What opens signals, how often each kind was right, and what is muted."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from ninja import Router, Schema, Status
from ninja.params.functions import Query

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import LARGEST_ID, Id, Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_by_id, page_of_few, reachable
from tenure.kernel import clock
from tenure.signals import actions, queries
from tenure.signals.registry import rules_by_kind, unspoken
from tenure.signals.types import KindCounts

router = Router(tags=["signals"])
_LATELY = timedelta(days=30)


class SignalRuleOut(Schema):
    """One kind of signal, and how often it was right."""

    kind: str = said("The kind, as signals have it.", "activity_decline")
    name: str = said("What it is called.", "Usage is fading")
    definition: list[str] = said("When such a signal opens and closes, in words.", ["Opens when use falls."])
    open: int = said("How many are open.", 12)
    snoozed: int = said("How many wait.", 2)
    opened_lately: int = said("How many opened in the last 30 days.", 17)
    true_alarms: int = said("How many closed ones were true alarms.", 31)
    false_alarms: int = said("How many were false alarms.", 4)
    unsaid: int = said("Of how many nobody has said.", 9)
    precision: float | None = said("The share of true alarms among those judged; null while there are none.", 0.886)
    precision_low: float | None = said("Where its 95 % interval (Wilson) begins.", 0.741)
    precision_high: float | None = said("Where that interval ends.", 0.955)


class MuteOut(Schema):
    """What opens no signals for a while."""

    id: int = said("Which mute.")
    kind: str = said("Of this kind; empty: of every kind.", "activity_decline")
    account_id: int | None = said("Of this account; null: of every account.", 7)
    reason: str = said("Why.", "They moved offices.")
    until: datetime = said("Until when.")
    muted_at: datetime = said("Since when.")
    muted_by_id: int | None = said("The member who muted it.", 3)
    held_back: int = said("How many findings opened nothing because of it.", 2)


class MuteIn(Schema):
    """What is to open no signals, why, and until when."""

    kind: Text = said(
        "Of this kind; empty for every kind of the account.", "activity_decline", max_length=60, default=""
    )
    account_id: Id | None = said("Of this account; null for every account.", 7, default=None)
    reason: Text = said("Why; whoever wonders where these signals are reads it.", "They moved offices.", max_length=500)
    days: int = said("So many days from now.", 30, ge=1, le=366)


@lists(router, "", SignalRuleOut, summary="List what opens signals")
def list_rules(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List every kind of signal with how often it was right."""
    known = rules_by_kind()
    counts = queries.counts_by_kind(opened_since=clock.now() - _LATELY)
    listed = [*known.values(), *(unspoken(kind) for kind in counts if kind not in known)]
    records = queries.track_records(rule.kind for rule in listed)
    rows = []
    for rule in listed:
        record, counted = records[rule.kind], counts.get(rule.kind, KindCounts())
        rows.append(
            {
                "kind": rule.kind,
                "name": rule.name(),
                "definition": list(rule.definition()),
                "open": counted.open,
                "snoozed": counted.snoozed,
                "opened_lately": counted.opened_lately,
                "true_alarms": record.true_alarms,
                "false_alarms": record.false_alarms,
                "unsaid": record.unsaid,
                "precision": record.precision,
                "precision_low": record.interval.low,
                "precision_high": record.interval.high,
            }
        )
    return page_of_few(rows, cursor, limit)


@lists(router, "/mutes", MuteOut, summary="List what is muted")
def list_mutes(
    request: ApiCall,
    kind: str | None = Query(None, max_length=60, description="Only what holds back this kind."),
    account_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only what holds back this account."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List what opens no signals now, the latest first."""
    wanted = kind.replace("\x00", "") if kind else None
    return page_by_id(queries.mutes(clock.now(), kind=wanted, account_id=account_id), cursor, limit)


@router.post("/mutes", response={201: MuteOut}, summary="Mute signals")
@transaction.atomic
def mute(request: ApiCall, given: MuteIn) -> Any:
    """Open no new signals of a kind, an account, or both, for some days; what is open already stays."""
    made = actions.mute_signals(
        kind=given.kind,
        account_id=given.account_id,
        reason=given.reason,
        until=clock.now() + timedelta(days=given.days),
        by=acting_member(request),
    )
    return Status(201, made)


@router.delete("/mutes/{int:mute_id}", response=MuteOut, summary="End a mute")
@transaction.atomic
def unmute(request: ApiCall, mute_id: int) -> Any:
    """Open such signals again from now on."""
    return actions.unmute_signals(reachable(mute_id), by=acting_member(request))
