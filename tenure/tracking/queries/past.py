"""Use as it was known at a moment in the past: counted from the raw events, however late others arrived.

An event was known from when it was received; whose use it was, from when that was found out. Days whose raw events are
no longer kept come as they were counted last, so of those nobody can say any more what was known when.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa

from tenure.kernel.as_of import AsOf
from tenure.kernel.tenancy import current_workspace_id
from tenure.lake import engine, tables
from tenure.lake.lazily import ibis
from tenure.tracking.models import RollupProgress
from tenure.tracking.queries.attribution import attribution_at, name_events
from tenure.tracking.rules import rollups
from tenure.tracking.types.lake import EVENTS, PERSON_DAY

if TYPE_CHECKING:
    import ibis.expr.types as ir

_THEN = "tracking_person_day_then"


def person_days_as_of(as_of: AsOf, since: date) -> pa.Table:
    """Return use by account, person, event and day, from a day up to a moment, as far as known; like `PERSON_DAY`."""
    name_person_days_as_of(_THEN, as_of, since)
    then = ibis.table(ibis.Schema.from_pyarrow(PERSON_DAY.schema), name=_THEN)
    return engine.answer(engine.sql_of(then.order_by("dt", "account_id", "person_id", "event")))


def account_days_as_of(as_of: AsOf, since: date) -> pa.Table:
    """Return use by account and UTC day, from a day up to a moment, as far as it was known; like `ACCOUNT_DAY`."""
    name_person_days_as_of(rollups.NAMED_PERSON_DAY, as_of, since)
    return engine.answer(engine.sql_of(rollups.account_days(rollups.person_day_table())))


def events_as_of(as_of: AsOf, days: Iterable[date] | None = None) -> "ir.Table":
    """Return the raw events (of some days) up to a moment as far as they were known, counting for whom they did then.

    The expression is over named tables of this thread: run it before asking for another.
    """
    found = tables.files(current_workspace_id(), EVENTS, days)
    events = name_events(found, attribution_at(as_of.known_at))
    return rollups.known_then(events, as_of.at, as_of.known_at)


def first_day_of_use() -> date | None:
    """Return the first day of which any use is stored, or None."""
    days = {
        *tables.rows_by_day(current_workspace_id(), EVENTS),
        *tables.rows_by_day(current_workspace_id(), PERSON_DAY),
    }
    return min(days, default=None)


def name_person_days_as_of(name: str, as_of: AsOf, since: date) -> None:
    """Let a name stand for use by account, person, event and day as far as it was known, in the SQL of this thread."""
    days = [since + timedelta(days=n) for n in range((as_of.at.date() - since).days + 1)]
    raw_since = (RollupProgress.objects.first() or RollupProgress()).raw_since
    raw = [day for day in days if raw_since is None or day >= raw_since]
    events = name_events(tables.files(current_workspace_id(), EVENTS, raw), attribution_at(as_of.known_at))
    engine.name_answer(name, engine.sql_of(rollups.person_days(rollups.known_then(events, as_of.at, as_of.known_at))))
    counted = sorted(set(days) - set(raw))
    if counted:
        found = tables.files(current_workspace_id(), PERSON_DAY, counted)
        engine.name_files(rollups.NAMED_PERSON_DAY, PERSON_DAY, found)
        both = rollups.person_day_table()
        happened = ibis.literal(as_of.at, "timestamp('UTC')")
        both = both.filter(both.last_ts <= happened)  # of the moment's own day, nothing of after it
        then = ibis.table(ibis.Schema.from_pyarrow(PERSON_DAY.schema), name=name)
        engine.name_rows(name, engine.answer(engine.sql_of(both.union(then))))
