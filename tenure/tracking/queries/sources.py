"""What one source told: what of it is stored, whom and which days it touches, and what of it is known already."""

import dataclasses
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa

from tenure.kernel.tenancy import current_workspace_id
from tenure.lake import engine, tables
from tenure.lake.lazily import ibis
from tenure.tracking.models import IntakeBatch
from tenure.tracking.queries.attribution import attribution, name_events
from tenure.tracking.rules import rollups
from tenure.tracking.types import USE_TYPES
from tenure.tracking.types.lake import EVENTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

_WANTED = "tracking_wanted_messages"
_SOURCE = "tracking_source"


@dataclasses.dataclass(frozen=True, kw_only=True)
class SourceTraces:
    """What a source left in the lake: on which days, and of whom from when to when they used the product."""

    days: list[date]
    people: dict[int, tuple[datetime, datetime | None]]
    accounts: dict[int, tuple[datetime, datetime | None]]


def is_waiting_from(source: str) -> bool:
    """Tell whether calls of a source are acknowledged and not stored yet."""
    return IntakeBatch.objects.filter(status=0, source=source).exists()


def stored_from(source: str) -> int:
    """Count the events of a source that are stored."""
    found = tables.files(current_workspace_id(), EVENTS)
    if not found:
        return 0
    engine.name_files(rollups.NAMED_EVENTS, EVENTS, found)
    _name_source(source)
    use = ", ".join(f"'{each}'" for each in USE_TYPES)
    counted = engine.run_sql(
        f"SELECT count(*) AS n FROM {rollups.NAMED_EVENTS} "  # noqa: S608  (names are our own)
        f"WHERE source = (SELECT source FROM {_SOURCE}) AND type IN ({use})"
    )
    return int(counted["n"][0].as_py())


def traces_of_source(source: str) -> SourceTraces:
    """Find the days, people and accounts of a source's events, each as it counts by now."""
    found = tables.files(current_workspace_id(), EVENTS)
    if not found:
        return SourceTraces(days=[], people={}, accounts={})
    events = name_events(found, attribution())
    mine = events.filter(events.source == ibis.literal(source))
    days = engine.run_sql(engine.sql_of(mine.select("dt").distinct()))["dt"].to_pylist()
    return SourceTraces(days=sorted(days), people=_spans(mine, "person_id"), accounts=_spans(mine, "account_id"))


def _spans(mine: "ir.Table", column: str) -> dict[int, tuple[datetime, datetime | None]]:
    last = mine.ts.max(where=mine.type.isin(USE_TYPES))
    seen = mine.filter(mine[column] != 0).group_by(id=mine[column]).aggregate(first=mine.ts.min(), last=last)
    return {r["id"]: (r["first"], r["last"]) for r in engine.run_sql(engine.sql_of(seen)).to_pylist()}


def messages_known(message_ids: Collection[str], days: Iterable[date]) -> set[str]:
    """Return which of these messages are stored already, on these days or those next to them."""
    near = {day + timedelta(days=n) for day in days for n in (-1, 0, 1)}
    found = tables.files(current_workspace_id(), EVENTS, near)
    if not found:
        return set()
    engine.name_files(rollups.NAMED_EVENTS, EVENTS, found)
    engine.name_rows(_WANTED, pa.table({"message_id": pa.array(list(message_ids), pa.string())}))
    known = engine.run_sql(
        f"SELECT DISTINCT message_id FROM {rollups.NAMED_EVENTS} "  # noqa: S608  (names are our own)
        f"WHERE message_id IN (SELECT message_id FROM {_WANTED})"
    )
    return set(known["message_id"].to_pylist())


def people_seen_at(person_ids: Iterable[int]) -> dict[int, tuple[datetime, datetime | None]]:
    """Return when something was first heard of people, and when they last used the product, from all that is stored."""
    ids = sorted(set(person_ids) - {0})
    found = tables.files(current_workspace_id(), EVENTS) if ids else []
    if not found:
        return {}
    events = name_events(found, attribution())
    chosen = events.filter(events.person_id.isin(ids))
    use = chosen.type.isin(USE_TYPES)
    seen = chosen.group_by("person_id").aggregate(first=chosen.ts.min(), last=chosen.ts.max(where=use))
    rows = engine.run_sql(engine.sql_of(seen)).to_pylist()
    return {row["person_id"]: (row["first"], row["last"]) for row in rows}


def _name_source(source: str) -> None:
    engine.name_rows(_SOURCE, pa.table({"source": pa.array([source], pa.string())}))
