"""Who and what of declining accounts has faded: Ibis expressions, written once for every engine."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa

from tenure.activity.queries.use import LONGEST_DAY, days_up_to
from tenure.kernel import tenancy
from tenure.lake import engine, tables
from tenure.lake.lazily import ibis
from tenure.stats.usage import Series
from tenure.tracking.types.lake import PERSON_DAY, SESSION_DAY

if TYPE_CHECKING:
    import ibis.expr.types as ir

DECLINES = pa.schema([("account_id", pa.int64()), ("begins", pa.date32()), ("since", pa.date32())])
"""Declining accounts: what is usual is learnt from `begins` until before `since`."""


def people_use(table: "ir.Table", declines: "ir.Table") -> "ir.Table":
    """Count each person's days of use before and since the decline of their account."""
    joined = _of(table, declines)
    days = joined.select("account_id", "person_id", "dt", lately=joined.dt >= joined.since).distinct()
    return days.group_by("account_id", "person_id").aggregate(
        before=(~days.lately).cast("float64").sum(), lately=days.lately.cast("float64").sum()
    )


def people_events(table: "ir.Table", declines: "ir.Table", names: "ir.Table | None" = None) -> "ir.Table":
    """Count each person's events, of these names only if given, before and since the decline of their account."""
    joined = _of(table if names is None else table.semi_join(names, "event"), declines)
    return _amounts(joined, joined.n.cast("float64"), "person_id")


def people_minutes(table: "ir.Table", declines: "ir.Table") -> "ir.Table":
    """Add up each person's minutes before and since the decline of their account."""
    joined = _of(table, declines)
    seconds = ibis.least(joined.seconds, ibis.literal(LONGEST_DAY, "int64")).cast("float64")
    summed = _amounts(joined, seconds, "person_id")
    minute = ibis.literal(60, "float64")
    return summed.select("account_id", "person_id", before=summed.before / minute, lately=summed.lately / minute)


def events_use(table: "ir.Table", declines: "ir.Table") -> "ir.Table":
    """Count each event before and since the decline of the account."""
    joined = _of(table, declines)
    return _amounts(joined, joined.n.cast("float64"), "event")


def _of(table: "ir.Table", declines: "ir.Table") -> "ir.Table":
    joined = table.join(declines, "account_id")
    return joined.filter(joined.dt >= joined.begins)


def _amounts(joined: "ir.Table", amount: "ir.FloatingColumn", by: str) -> "ir.Table":
    nothing = ibis.literal(0, "float64")
    each = joined.select("account_id", by, amount=amount, is_late=joined.dt >= joined.since)
    return each.group_by("account_id", by).aggregate(
        before=ibis.ifelse(each.is_late, nothing, each.amount).sum(),
        lately=ibis.ifelse(each.is_late, each.amount, nothing).sum(),
    )


def use_of_people(
    as_of: date, declines: pa.Table, series: Series = Series.PEOPLE, key_events: Sequence[str] = ()
) -> pa.Table:
    """Return (account_id, person_id, before, lately): how much of a series each person of these accounts has.

    `declines` is as `DECLINES`: `before` counts days from `begins` until before `since`, `lately` those from `since`
    to `as_of`. Days of use are days on which they were active.
    """
    if not _name(as_of, declines):
        return _PEOPLE.empty_table()
    if series == Series.EVENTS and key_events:
        engine.name_rows("activity_names", pa.table({"event": pa.array(key_events, pa.string())}))
    return _as(_PEOPLE, engine.answer(_people_sql(series, bool(key_events))))


def events_of(as_of: date, declines: pa.Table) -> pa.Table:
    """Return (account_id, event, before, lately): how often each event happened at these accounts."""
    return _as(_EVENTS, engine.answer(_events_sql())) if _name(as_of, declines) else _EVENTS.empty_table()


def _name(as_of: date, declines: pa.Table) -> bool:
    if not declines.num_rows:
        return False
    days = days_up_to(as_of, (as_of - min(declines["begins"].to_pylist())).days + 1)
    for table in (PERSON_DAY, SESSION_DAY):
        found = tables.files(tenancy.current_workspace_id(), table, days)
        engine.name_files(f"activity_{table.name}", table, found)
    engine.name_rows("activity_declines", declines)
    return True


def _table(name: str, schema: pa.Schema) -> "ir.Table":
    return ibis.table(ibis.Schema.from_pyarrow(schema), name=f"activity_{name}")


def _as(schema: pa.Schema, rows: pa.Table) -> pa.Table:
    return rows.select(schema.names).cast(schema)


@cache
def _people_sql(series: Series, is_of_names: bool) -> str:
    declines = _table("declines", DECLINES)
    if series == Series.MINUTES:
        return engine.sql_of(people_minutes(_table("session_day", SESSION_DAY.schema), declines))
    people = _table("person_day", PERSON_DAY.schema)
    if series == Series.PEOPLE:
        return engine.sql_of(people_use(people, declines))
    names = _table("names", pa.schema([("event", pa.string())])) if is_of_names else None
    return engine.sql_of(people_events(people, declines, names))


@cache
def _events_sql() -> str:
    return engine.sql_of(events_use(_table("person_day", PERSON_DAY.schema), _table("declines", DECLINES)))


_PEOPLE = pa.schema(
    [("account_id", pa.int64()), ("person_id", pa.int64()), ("before", pa.float64()), ("lately", pa.float64())]
)
_EVENTS = pa.schema(
    [("account_id", pa.int64()), ("event", pa.string()), ("before", pa.float64()), ("lately", pa.float64())]
)
