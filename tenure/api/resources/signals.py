"""Signals: what was noticed."""

from datetime import datetime, timedelta
from typing import Any, Literal

from ninja import Router, Schema
from ninja.params.functions import Query
from pydantic import Field

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.paging import CURSOR, LIMIT, Page, page_by_id, reachable
from tenure.kernel import clock
from tenure.signals import actions, queries
from tenure.signals.types import Outcome, SignalFilter, SignalOrder, SignalStatus

router = Router(tags=["signals"])


class SignalOut(Schema):
    """One signal."""

    id: int = Field(validation_alias="pk")
    account_id: int
    kind: str
    status: str
    severity: float = Field(description="0 to 1.")
    evidence: dict[str, Any]
    owner_id: int | None
    opened_at: datetime
    refreshed_at: datetime
    snoozed_until: datetime | None
    closed_at: datetime | None
    outcome: str = Field(description="true_alarm or false_alarm, once a member has said so.")


class CloseIn(Schema):
    """How a signal turned out."""

    outcome: Literal["true_alarm", "false_alarm"]
    note: str = Field("", max_length=4_000)


class SnoozeIn(Schema):
    """For how long a signal may wait."""

    days: int = Field(ge=1, le=90)


@router.get("", response=Page[SignalOut], summary="List signals")
def list_signals(
    request: ApiCall,
    status: Literal["open", "snoozed", "closed"] | None = Query(None),
    account_id: int | None = Query(None, ge=1, lt=2**63),
    owner_id: int | None = Query(None, ge=1, lt=2**63),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List signals, newest first."""
    wanted = SignalFilter(status=SignalStatus(status) if status else None, account_id=account_id, owner_id=owner_id)
    return page_by_id(queries.signals_matching(wanted, SignalOrder.NEWEST), cursor, limit)


@router.get("/{int:signal_id}", response=SignalOut, summary="One signal")
def read_signal(request: ApiCall, signal_id: int) -> Any:
    """Return one signal with its evidence."""
    return queries.signal(reachable(signal_id))


@router.post("/{int:signal_id}/close", response=SignalOut, summary="Close a signal")
def close_signal(request: ApiCall, signal_id: int, given: CloseIn) -> Any:
    """Close it and say whether it was a true alarm; this feeds the precision shown on the rule."""
    signal = queries.signal(reachable(signal_id))
    note = given.note.replace("\x00", "")
    actions.close_signal(signal, outcome=Outcome(given.outcome), note=note, by=acting_member(request))
    return queries.signal(signal.pk)


@router.post("/{int:signal_id}/snooze", response=SignalOut, summary="Let a signal wait")
def snooze_signal(request: ApiCall, signal_id: int, given: SnoozeIn) -> Any:
    """Take it off the list until it wakes by itself."""
    signal = queries.signal(reachable(signal_id))
    until = clock.now() + timedelta(days=given.days)
    actions.snooze_signal(signal, until=until, by=acting_member(request))
    return queries.signal(signal.pk)
