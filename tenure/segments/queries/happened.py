"""Single events of some names with some of their properties: kept by day, read again only where files changed.

Files of the lake never change; they are replaced. So a day whose files are the same as last time holds the same events,
unless past use has come to count elsewhere, which customers tell.
"""

import dataclasses
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.customers import queries as customers
from tenure.kernel import tenancy
from tenure.lake import engine, tables
from tenure.segments.rules.happenings import HappeningNeeds
from tenure.segments.rules.readings import microseconds_of, reading
from tenure.tracking import queries as tracking
from tenure.tracking.types import USE_TYPES
from tenure.tracking.types.lake import EVENTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

KEPT = 32
"""How many sets of (workspace, events, properties) are remembered in this process."""


@dataclasses.dataclass
class _Known:
    seen: int = 0
    """Up to which reattribution it is true."""
    days: dict[date, tuple[frozenset[str], pa.Table]] = dataclasses.field(default_factory=dict)


_kept: OrderedDict[tuple[str, tuple[str, ...], tuple[str, ...]], _Known] = OrderedDict()
_guard = threading.Lock()


def happened(needs: HappeningNeeds, now: datetime) -> pa.Table:
    """Return the events: account_id, person_id, event, ts and the text of each property, of the days that matter."""
    workspace_id = tenancy.current_workspace_id()
    events = tuple(sorted(needs.events))
    key = (tables.root(workspace_id), events, needs.names)
    with _guard:
        known = _kept.pop(key, None) or _Known()
    news = customers.reattributions_after(known.seen)
    if news:
        known = _Known(seen=news[-1].id)
    found = _by_day(tables.files(workspace_id, EVENTS, _days(needs, now)))
    stale = [day for day, uris in found.items() if day not in known.days or known.days[day][0] != uris]
    fresh = dict(known.days)
    if stale:
        read = answer_of(tracking.events(stale), events, needs.names)
        for day in stale:
            fresh[day] = (found[day], read.filter(pc.equal(read["dt"], pa.scalar(day))).drop_columns("dt"))
    with _guard:
        _kept[key] = _Known(seen=known.seen, days=fresh)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return pa.concat_tables([fresh[day][1] for day in sorted(found)] or [empty(needs.names)])


def answer_of(stored: "ir.Table", events: Sequence[str], properties: Sequence[str]) -> pa.Table:
    """Ask the engine for use of these names, with the text of these properties as `p0`, `p1`, …"""
    return engine.answer(_sql(stored, tuple(events), tuple(properties)))


def columns_of(found: pa.Table, needs: HappeningNeeds, now: datetime) -> pa.Table:
    """Return events as the pass reads them: ages, and each property in each reading that is compared."""
    at = found["ts"].combine_chunks().cast(pa.int64())
    today = now.astimezone(UTC).date().toordinal() - date(1970, 1, 1).toordinal()
    ages = today - (at.to_numpy() // 86_400_000_000)
    columns: dict[str, Any] = {
        "account_id": found["account_id"],
        "person_id": found["person_id"],
        "event": found["event"],
        "at": at,
        "age": pa.array(ages.astype(np.int32)),
        "now": pa.array(np.full(len(at), microseconds_of(now), np.int64)),
    }
    place = {name: f"p{n}" for n, name in enumerate(needs.names)}
    for (name, kind), column in needs.properties.items():
        columns[column] = reading(found[place[name]], kind)
    return pa.table(columns)


def empty(properties: Sequence[str]) -> pa.Table:
    """Return no events at all."""
    moment = pa.timestamp("us", tz="UTC")
    own = [("account_id", pa.int64()), ("person_id", pa.int64()), ("event", pa.string()), ("ts", moment)]
    return pa.schema([*own, *((f"p{n}", pa.string()) for n in range(len(properties)))]).empty_table()


@lru_cache(maxsize=128)
def _sql(stored: "ir.Table", events: tuple[str, ...], properties: tuple[str, ...]) -> engine.Sql:
    return engine.sql_of(chosen(stored, events, properties))


def chosen(stored: "ir.Table", events: Sequence[str], properties: Sequence[str]) -> "ir.Table":
    """Keep the use of these names, with the text of these properties."""
    use = stored.filter(stored.type.isin(USE_TYPES), stored.person_id != 0, stored.event.isin(list(events)))
    said = {f"p{n}": engine.property_of(use.properties, name) for n, name in enumerate(properties)}
    return use.select("account_id", "person_id", "event", "ts", **said, dt=use.dt)


def _days(needs: HappeningNeeds, now: datetime) -> Iterable[date] | None:
    if needs.oldest_age is None:
        return None
    today = now.astimezone(UTC).date()
    return [today - timedelta(days=age) for age in range(-1, needs.oldest_age + 1)]


def _by_day(found: Iterable[str]) -> dict[date, frozenset[str]]:
    days: dict[date, set[str]] = {}
    for uri in found:
        days.setdefault(date.fromisoformat(uri.rpartition("/dt=")[2][:10]), set()).add(uri)
    return {day: frozenset(uris) for day, uris in days.items()}
