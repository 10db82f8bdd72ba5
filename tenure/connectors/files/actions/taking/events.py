"""Taking events in, by the same way as everybody else's: the intake log, from which they come into the lake."""

import dataclasses
from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from tenure.connectors.csv_events.mapping import Ordinals, RowReader
from tenure.connectors.csv_events.types import Calls, Columns, Field, Refused
from tenure.connectors.files.actions.taking.cells import as_text, names, refused_as, said_by
from tenure.connectors.files.models import Import
from tenure.connectors.files.rules import columns as rules
from tenure.connectors.files.rules.rows import refusal
from tenure.connectors.files.rules.values import Unreadable, read_value
from tenure.connectors.files.types import (
    Column,
    Done,
    Outcome,
    Read,
    Row,
    RowRefused,
    Status,
    Target,
    Told,
    ValueType,
)
from tenure.kernel import clock, tenancy
from tenure.tracking import queries as tracking
from tenure.tracking.actions.intake_log import append_batches, seal
from tenure.tracking.actions.screening import screen_batch
from tenure.tracking.types import SealedBatch

CALLS_A_BATCH = 2_000
_FIELDS = {field.value for field in Field}


class EventsTaker:
    """Turns rows into Segment calls; rows that came before are recognised when they are stored."""

    at_once = 5_000

    def __init__(self, of: Import) -> None:
        columns = rules.restored(of.columns)
        self._header, self._zone = of.header, ZoneInfo(of.timezone)
        self._names, self._types = names(columns), {c.name: c.type for c in columns if c.target is Target.PROPERTY}
        meant = dataclasses.replace(_columns(columns), event=of.event)
        self._reader = RowReader(of.header, meant, now=of.said_at or clock.now(), zone=self._zone)
        self._is_dry = of.status == Status.CHECKING
        self._ordinals = Ordinals()

    def read(self, row: Row) -> Told | Read | RowRefused:
        """Return the calls of a row."""
        if row.wrong:
            return refusal(row, row.wrong, "", row.particulars)
        cells = [as_text(row.cells.get(name)) for name in self._header]
        values: list[Any] = []
        try:
            for name, text in zip(self._header, cells, strict=True):
                values.append(self._value(name, row.cells.get(name), text))
            return Read(row.number, self._reader.read(cells, values), row.cells)
        except Unreadable as wrong:
            return refusal(row, wrong.code, self._header[len(values)], wrong.particulars)
        except Refused as refused:
            return refused_as(row, refused, self._names)

    def weigh(self, told: list[Told | Read]) -> tuple[list[Done], list[RowRefused]]:
        """Leave out what the tracking plan blocks; a dry run also looks for what is stored already."""
        rows = [each for each in told if isinstance(each, Read)]
        blocked = _blocked([call for row in rows for call in row.what])
        known = self._known(rows) if self._is_dry else set()
        done: list[Done] = []
        refused: list[RowRefused] = []
        for row in rows:
            call = row.what[-1]
            if call["messageId"] in blocked:
                refused.append(refusal(Row(row.number, row.cells), "event_blocked", "", {"value": call["event"]}))
                continue
            outcome: Outcome = "same" if call["messageId"] in known or self._came_before(call) else "new"
            done.append(Done(row, outcome, _shown(call)))
        return done, refused

    def write(self, of: Import, done: list[Done]) -> None:
        """Put the calls into the intake log, and nothing of them anywhere else."""
        calls = [call for each in done if isinstance(each.told, Read) for call in each.told.what]
        append_batches(
            [
                SealedBatch(
                    workspace_id=tenancy.current_workspace_id(),
                    write_key_id=None,
                    received_at=clock.now(),
                    sent_at=None,
                    content=seal(msgspec.json.encode({"batch": calls[begin : begin + CALLS_A_BATCH]})),
                    event_count=len(calls[begin : begin + CALLS_A_BATCH]),
                    source=said_by(of),
                )
                for begin in range(0, len(calls), CALLS_A_BATCH)
            ]
        )

    def settle(self, of: Import) -> bool:
        """Wait until everything is stored, and count what was new of it."""
        if tracking.is_waiting_from(said_by(of)):
            return False
        taken = of.new + of.same
        of.new = min(tracking.stored_from(said_by(of)), taken)
        of.same = taken - of.new
        return True

    def _value(self, name: str, cell: Any, text: str) -> Any:
        type_ = self._types.get(name, ValueType.AS_IS)
        if type_ in (ValueType.TEXT, ValueType.AS_IS):
            return cell if type_ is ValueType.AS_IS and not isinstance(cell, str) else text
        return read_value(cell, type_, self._zone)

    def _known(self, rows: Sequence[Read]) -> set[str]:
        calls = [row.what[-1] for row in rows]
        days = {date.fromisoformat(call["timestamp"][:10]) for call in calls}
        return tracking.messages_known({call["messageId"] for call in calls}, days)

    def _came_before(self, call: dict[str, Any]) -> bool:
        return self._is_dry and self._ordinals.next(hash(call["messageId"]) & 0xFFFFFFFFFFFFFFFF) > 1


def _columns(columns: Sequence[Column]) -> Columns:
    def named(target: Target) -> dict[str, str]:
        return {c.trait: c.name for c in columns if c.target is target}

    return Columns(
        fields={Field(c.target.value): c.name for c in columns if c.target.value in _FIELDS},
        properties=named(Target.PROPERTY),
        user_traits=named(Target.USER_TRAIT),
        account_traits=named(Target.ACCOUNT_TRAIT),
    )


def _blocked(calls: Calls) -> set[str]:
    screen = tracking.screen_of(tenancy.current_workspace_id())
    if screen is None or not calls:
        return set()
    return {b.message_id for b in screen_batch(msgspec.json.encode({"batch": calls}), screen).blocked}


def _shown(call: dict[str, Any]) -> dict[str, Any]:
    return {"event": call["event"], "at": call["timestamp"], "by": call["userId"] or call["anonymousId"]}
