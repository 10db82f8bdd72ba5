"""Use since the beginning, per account or person and event: kept by month, read again only where files changed.

Files of the lake never change; they are replaced. So a month whose files are the same as last time has the same sums,
and a minute's evaluation reads the current month instead of years.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable

import pyarrow as pa

from tenure.lake import engine, tables
from tenure.tracking.types.lake import PERSON_DAY

KEPT = 64
"""How many sets of (workspace, id column, events) are remembered in this process."""

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
    engine.name_files("segment_month", PERSON_DAY, sorted(found))
    engine.name_rows("segment_events", pa.table({"event": pa.array(sorted(events), pa.string())}))
    return engine.run_sql(  # the column is our own
        f"""
        SELECT {id_column} AS id, event, SUM(n)::BIGINT AS n,
            epoch_us(MIN(first_ts)) AS first, epoch_us(MAX(last_ts)) AS last
        FROM segment_month WHERE event IN (SELECT event FROM segment_events) AND {id_column} <> 0
        GROUP BY ALL
        """  # noqa: S608
    ).cast(_SCHEMA)
