"""Use since the beginning, per account or person and event: kept by month, read again only where files changed.

Files of the lake never change; they are replaced. So a month whose files are the same as last time has the same sums,
and a minute's evaluation reads the current month instead of years.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa

from tenure.lake import engine, tables
from tenure.lake.lazily import ibis
from tenure.tracking.types.lake import PERSON_DAY

if TYPE_CHECKING:
    import ibis.expr.types as ir

KEPT = 64
"""How many sets of (workspace, id column, events) are remembered in this process."""

_MONTH, _EVENTS = "segment_month", "segment_events"
_SCHEMA = pa.schema(
    [("id", pa.int64()), ("event", pa.string()), ("n", pa.int64()), ("first", pa.int64()), ("last", pa.int64())]
)
_Months = dict[str, tuple[frozenset[str], pa.Table]]
_kept: OrderedDict[tuple[str, str, frozenset[str]], _Months] = OrderedDict()
_guard = threading.Lock()


def lifetimes(workspace_id: int, id_column: str, events: frozenset[str]) -> pa.Table:
    """Return how often, first and last (microseconds since 1970) each did each event; in parts, to be summed."""
    key = (tables.root(workspace_id), id_column, events)
    with _guard:
        before = _kept.pop(key, {})
    months: _Months = {}
    for month, found in _by_month(tables.files(workspace_id, PERSON_DAY)).items():
        known = before.get(month)
        months[month] = known if known and known[0] == found else (found, _summed(found, id_column, events))
    with _guard:
        _kept[key] = months
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return pa.concat_tables([part for _, part in months.values()] or [_SCHEMA.empty_table()])


def _by_month(found: Iterable[str]) -> dict[str, frozenset[str]]:
    months: dict[str, set[str]] = {}
    for uri in found:
        day = uri.rpartition("/dt=")[2]
        months.setdefault(day[:7], set()).add(uri)
    return {month: frozenset(uris) for month, uris in sorted(months.items())}


def _summed(found: Iterable[str], id_column: str, events: frozenset[str]) -> pa.Table:
    engine.name_files(_MONTH, PERSON_DAY, sorted(found))
    engine.name_rows(_EVENTS, pa.table({"event": pa.array(sorted(events), pa.string())}))
    return engine.answer(_sums_sql(id_column)).select(_SCHEMA.names).cast(_SCHEMA)


@lru_cache
def _sums_sql(id_column: str) -> str:
    month = ibis.table(ibis.Schema.from_pyarrow(PERSON_DAY.schema), name=_MONTH)
    return engine.sql_of(sums(month, ibis.table({"event": "string"}, name=_EVENTS), id_column))


def sums(use: "ir.Table", events: "ir.Table", id_column: str) -> "ir.Table":
    """Sum up how often each did each of some events, and when first and last; 0 is nobody."""
    of_somebody = use.filter(use[id_column] != 0).semi_join(events, "event")
    return of_somebody.group_by(id=of_somebody[id_column], event=of_somebody.event).aggregate(
        n=of_somebody.n.sum(), first=of_somebody.first_ts.min(), last=of_somebody.last_ts.max()
    )
