"""Events in the order in which they happened, some thousand at a time: what exports write."""

from collections.abc import Iterator
from datetime import date

import pyarrow as pa

from tenure.kernel.tenancy import current_workspace_id
from tenure.lake import engine, tables
from tenure.lake.lazily import ibis
from tenure.tracking.queries.attribution import attribution, name_events
from tenure.tracking.queries.use import stored_events
from tenure.tracking.types import USE_TYPES, StoredEvent
from tenure.tracking.types.lake import EVENTS

ROWS_AT_ONCE = 20_000
_AFTER = "tracking_export_after"


def events_between(since: date | None = None, until: date | None = None) -> Iterator[StoredEvent]:
    """Yield use between two days (UTC), both included, oldest first, as it counts by now.

    Each portion is read anew after the last event of the one before, so nothing is held open meanwhile.
    """
    for day in _days(since, until):
        after: tuple[object, str] = (None, "")
        while True:
            some = _portion(day, after)
            yield from some
            if len(some) < ROWS_AT_ONCE:
                break
            after = (some[-1].at, some[-1].message_id)


def _days(since: date | None, until: date | None) -> list[date]:
    marks = {part for uri in tables.files(current_workspace_id(), EVENTS) for part in uri.split("/")}
    days = (date.fromisoformat(part[3:]) for part in marks if part.startswith("dt="))
    return sorted(d for d in days if (since is None or d >= since) and (until is None or d <= until))


def _portion(day: date, after: tuple[object, str]) -> list[StoredEvent]:
    found = tables.files(current_workspace_id(), EVENTS, [day])
    if not found:
        return []
    events = name_events(found, attribution())
    chosen = events.filter(events.type.isin(USE_TYPES))
    if after[0] is not None:
        engine.name_rows(
            _AFTER,
            pa.table({"ts": pa.array([after[0]], pa.timestamp("us", tz="UTC")), "message_id": pa.array([after[1]])}),
        )
        last = ibis.table(ibis.schema({"ts": "timestamp('UTC', 6)", "message_id": "string"}), name=_AFTER)
        ts, message_id = last.ts.as_scalar(), last.message_id.as_scalar()
        chosen = chosen.filter((chosen.ts > ts) | ((chosen.ts == ts) & (chosen.message_id > message_id)))
    return stored_events(chosen.order_by(chosen.ts, chosen.message_id).limit(ROWS_AT_ONCE))
