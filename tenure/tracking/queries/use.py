"""Use: by day, by event, and the latest of it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa

from tenure.kernel import clock
from tenure.kernel.tenancy import current_workspace_id
from tenure.lake import engine, tables
from tenure.lake.lazily import ibis
from tenure.tracking.queries.attribution import attribution, name_events
from tenure.tracking.rules import rollups
from tenure.tracking.types import USE_TYPES, DayOfUse, EventName, StoredEvent
from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS, PERSON_DAY

if TYPE_CHECKING:
    import ibis.expr.types as ir

_WANTED = "tracking_wanted"
_WANTED_IDS = pa.schema([("id", pa.int64())])


def events(days: Iterable[date] | None = None) -> "ir.Table":
    """Return the workspace's events as an expression, attributed to people and accounts as of now.

    The expression is over named tables of this thread: run it before asking for another.
    """
    return name_events(tables.files(current_workspace_id(), EVENTS, days), attribution())


def usage_by_day(account_ids: int | Sequence[int], since: date, until: date) -> list[DayOfUse]:
    """Return the days on which accounts were used, both ends included, oldest first; other days have no entry.

    Over several accounts, somebody active at two of them counts twice.
    """
    ids = [account_ids] if isinstance(account_ids, int) else list(account_ids)
    engine.name_files("tracking_account_day", ACCOUNT_DAY, _files(ACCOUNT_DAY, since, until))
    _want(ids)
    return [DayOfUse(**row) for row in engine.answer(_usage_sql()).to_pylist()]


def people_active(account_ids: int | Sequence[int], since: date, until: date) -> int:
    """Count the people of accounts who used the product between two days, both included."""
    ids = [account_ids] if isinstance(account_ids, int) else list(account_ids)
    engine.name_files(rollups.NAMED_PERSON_DAY, PERSON_DAY, _files(PERSON_DAY, since, until))
    _want(ids)
    return int(engine.answer(_active_sql())["people"][0].as_py() or 0)


def seen_at(
    account_ids: Iterable[int], days: Iterable[date] | None = None
) -> dict[int, tuple[datetime, datetime | None]]:
    """Return when something was first heard of accounts, and when they last used the product, from what is stored.

    Without `days`, one pass over everything: for the rare moments when past use has come to count elsewhere.
    """
    ids = sorted(set(account_ids) - {0})
    found = tables.files(current_workspace_id(), EVENTS, days) if ids else []
    if not found:
        return {}
    stored = name_events(found, attribution())
    _want(ids)
    wanted = ibis.table(ibis.Schema.from_pyarrow(_WANTED_IDS), name=_WANTED)
    chosen = stored.semi_join(wanted, stored.account_id == wanted.id)
    use = chosen.type.isin(USE_TYPES)
    seen = chosen.group_by("account_id").aggregate(first=chosen.ts.min(), last=chosen.ts.max(where=use))
    rows = engine.answer(engine.sql_of(seen)).to_pylist()
    return {row["account_id"]: (row["first"], row["last"]) for row in rows}


def last_use(account_ids: Iterable[int], days: Iterable[date] | None = None) -> dict[int, datetime]:
    """Return when accounts were used last, on some days or ever, by what is counted; one never used is left out."""
    ids = sorted(set(account_ids) - {0})
    found = tables.files(current_workspace_id(), PERSON_DAY, days) if ids else []
    if not found:
        return {}
    engine.name_files(rollups.NAMED_PERSON_DAY, PERSON_DAY, found)
    _want(ids)
    return {row["account_id"]: row["last"] for row in engine.answer(_last_use_sql()).to_pylist()}


def event_names(days: int = 90) -> list[EventName]:
    """Return the events seen over the latest days, most frequent first: what builders and filters offer."""
    today = clock.now().date() + timedelta(days=1)
    found = _files(PERSON_DAY, today - timedelta(days=days), today)
    engine.name_files(rollups.NAMED_PERSON_DAY, PERSON_DAY, found)
    return [EventName(**row) for row in engine.answer(_names_sql()).to_pylist()]


def last_events(
    limit: int = 50, *, source: str = "", account_id: int | None = None, days: int = 30
) -> list[StoredEvent]:
    """Return the latest use that is stored, newest first; looks no further back than so many days."""
    day = clock.now().date() + timedelta(days=1)
    oldest = day - timedelta(days=days)
    latest: list[StoredEvent] = []
    span = 2
    while day > oldest and len(latest) < limit:
        wanted = [day - timedelta(days=n) for n in range(span)]
        day, span = day - timedelta(days=span), span * 2
        found = tables.files(current_workspace_id(), EVENTS, wanted)
        if found:
            chosen = name_events(found, attribution())
            chosen = chosen.filter(chosen.type.isin(USE_TYPES))
            if source:
                chosen = chosen.filter(chosen.source == source)
            if account_id is not None:
                chosen = chosen.filter(chosen.account_id == account_id)
            latest += _latest(chosen, limit - len(latest))
    return latest


def _latest(chosen: "ir.Table", limit: int) -> list[StoredEvent]:
    return stored_events(chosen.order_by(chosen.ts.desc(), chosen.message_id).limit(limit))


def stored_events(chosen: "ir.Table") -> list[StoredEvent]:
    """Read events that were chosen, in their order."""
    rows = engine.run_sql(engine.sql_of(chosen))
    return [
        StoredEvent(
            message_id=r["message_id"],
            at=r["ts"],
            received_at=r["received_at"],
            type=r["type"],
            event=r["event"],
            person_id=r["person_id"],
            account_id=r["account_id"],
            source=r["source"],
            properties=r["properties"],
        )
        for r in rows.to_pylist()
    ]


def _files(table: tables.LakeTable, since: date, until: date) -> list[str]:
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    return tables.files(current_workspace_id(), table, days)


def _want(ids: Iterable[int]) -> None:
    engine.name_rows(_WANTED, pa.table({"id": pa.array(list(ids), pa.int64())}))


@lru_cache
def _usage_sql() -> str:
    table = ibis.table(ibis.Schema.from_pyarrow(ACCOUNT_DAY.schema), name="tracking_account_day")
    wanted = ibis.table(ibis.Schema.from_pyarrow(_WANTED_IDS), name=_WANTED)
    of_wanted = table.semi_join(wanted, table.account_id == wanted.id)
    counted = of_wanted.group_by("dt").aggregate(
        events=of_wanted.events.sum().cast("int64"), active_people=of_wanted.active_people.sum().cast("int64")
    )
    return engine.sql_of(counted.select(day="dt", events="events", active_people="active_people").order_by("day"))


@lru_cache
def _last_use_sql() -> str:
    table, wanted = rollups.person_day_table(), ibis.table(ibis.Schema.from_pyarrow(_WANTED_IDS), name=_WANTED)
    of_wanted = table.semi_join(wanted, table.account_id == wanted.id)
    return engine.sql_of(of_wanted.group_by("account_id").aggregate(last=of_wanted.last_ts.max()))


@lru_cache
def _active_sql() -> str:
    table, wanted = rollups.person_day_table(), ibis.table(ibis.Schema.from_pyarrow(_WANTED_IDS), name=_WANTED)
    of_wanted = table.semi_join(wanted, table.account_id == wanted.id)
    return engine.sql_of(of_wanted.aggregate(people=of_wanted.person_id.nunique().cast("int64")))


@lru_cache
def _names_sql() -> str:
    table = rollups.person_day_table()
    named = table.group_by(name=table.event).aggregate(
        events=table.n.sum().cast("int64"),
        people=table.person_id.nunique().cast("int64"),
        first_at=table.first_ts.min(),
        last_at=table.last_ts.max(),
    )
    return engine.sql_of(named.order_by(named.events.desc(), named.name))
