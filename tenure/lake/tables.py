"""Delta tables, one folder per workspace and table, partitioned by UTC day.

    <lake>/ws=7/events/dt=2026-03-04/part-….parquet

Writes are atomic commits of the Delta log; `deltalake` retries concurrent writers by itself.
"""

import dataclasses
import threading
from collections.abc import Collection, Iterable
from datetime import date

import pyarrow as pa
from deltalake import (
    ColumnProperties,
    CommitProperties,
    DeltaTable,
    PostCommitHookProperties,
    WriterProperties,
    write_deltalake,
)
from deltalake.exceptions import TableNotFoundError
from django.conf import settings

from tenure.lake import stores


@dataclasses.dataclass(frozen=True)
class LakeTable:
    """The name and columns of one kind of table; every one has a `dt` date column and is partitioned by it.

    `distinct` names columns whose values hardly ever repeat: no dictionary of them is written.
    """

    name: str
    schema: pa.Schema
    distinct: tuple[str, ...] = ()


_open: dict[tuple[str, int, str], DeltaTable] = {}
_guard = threading.RLock()
_GROUP_ROWS, _PAGE_ROWS = 65_536, 4_096
"""Rows of a group and of a page in it. What a file says of its groups has to be read before anything else, and what
is wanted of an account is a page or two.

Of twenty days of 400,000 events, sorted by account, one account takes 20 ms of processor time and the whole 65; it was
39 and 309 in groups of 8,192 with dictionaries of ids and moments, in files larger by a third.
"""
_MERGED_TO = 32 << 20
"""Files that grow beyond this are left alone until their day is sorted, so that no row is rewritten again and again."""
_SETTINGS = {"delta.logRetentionDuration": "interval 1 days", "delta.checkpointInterval": "50"}
"""A commit a second would otherwise leave months of log files."""
_QUIET = PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=True)


def root(workspace_id: int) -> str:
    """Return where a workspace's tables live: a path or an object-store address."""
    return f"{settings.TENURE_LAKE.rstrip('/')}/ws={workspace_id}"


def _writer(table: LakeTable) -> WriterProperties:
    """Return how files of a table are written."""
    plain = ColumnProperties(dictionary_enabled=False, statistics_enabled="CHUNK")
    return WriterProperties(
        compression="ZSTD",
        compression_level=1,
        max_row_group_size=_GROUP_ROWS,
        data_page_row_count_limit=_PAGE_ROWS,
        column_properties=dict.fromkeys(table.distinct, plain) or None,
    )


def _uri(workspace_id: int, table: LakeTable) -> str:
    return f"{root(workspace_id)}/{table.name}"


def _delta(workspace_id: int, table: LakeTable) -> DeltaTable | None:
    """Open a table (kept open; only new log entries are read), or None before its first row."""
    key = (settings.TENURE_LAKE, workspace_id, table.name)
    with _guard:
        known = _open.get(key)
        if known is None:
            try:
                known = DeltaTable(_uri(workspace_id, table), storage_options=stores.options())
            except TableNotFoundError:
                return None
            _open[key] = known
        else:
            known.update_incremental()
        return known


def append(workspace_id: int, table: LakeTable, rows: pa.Table) -> None:
    """Add rows in one commit; readable by everyone as soon as this returns."""
    if not rows.num_rows:
        return
    known = _delta(workspace_id, table)
    write_deltalake(
        known if known is not None else _uri(workspace_id, table),
        rows.cast(table.schema),
        mode="append",
        partition_by=["dt"],
        writer_properties=_writer(table),
        commit_properties=CommitProperties(),
        post_commithook_properties=_QUIET,
        storage_options=None if known is not None else stores.options(),
        configuration=None if known is not None else _SETTINGS,
    )


def replace_days(workspace_id: int, table: LakeTable, days: Iterable[date], rows: pa.Table) -> None:
    """Put `rows` in the place of everything these days held, in one commit. Safe to repeat."""
    wanted = sorted(set(days))
    if not wanted:
        return
    known = _delta(workspace_id, table)
    if known is None:
        append(workspace_id, table, rows)
        return
    listed = ", ".join(f"'{d.isoformat()}'" for d in wanted)
    has_all = {field.name for field in known.schema().fields}.issuperset(table.schema.names)
    write_deltalake(
        known,
        rows.cast(table.schema),
        mode="overwrite",
        schema_mode=None if has_all else "merge",  # a column that came since the table was made
        predicate=f"dt IN ({listed})",
        writer_properties=_writer(table),
        commit_properties=CommitProperties(),
        post_commithook_properties=_QUIET,
    )


def files(workspace_id: int, table: LakeTable, days: Iterable[date] | None = None) -> list[str]:
    """Return the addresses of the Parquet files that hold the table now, or only those of some days."""
    known = _delta(workspace_id, table)
    if known is None:
        return []
    if days is None:
        return list(known.file_uris())
    parts = {f"dt={d.isoformat()}" for d in days}  # asking the log for each day takes ten times as long
    return [uri for uri in known.file_uris() if not parts.isdisjoint(uri.split("/"))]


def rows_of(workspace_id: int, table: LakeTable, days: Iterable[date]) -> pa.Table:
    """Return what a table holds of some days; a column that came later is null in what was written before it."""
    from pyarrow import dataset

    found = files(workspace_id, table, days)
    if not found:
        return table.schema.empty_table()
    opened = [stores.opened(uri) for uri in found]
    parts = dataset.partitioning(pa.schema([table.schema.field("dt")]), flavor="hive")
    kept = dataset.dataset(
        [path for _, path in opened], schema=table.schema, format="parquet", filesystem=opened[0][0], partitioning=parts
    )
    return kept.to_table().cast(table.schema)


def rows_by_day(workspace_id: int, table: LakeTable) -> dict[date, int]:
    """Return how many rows a table holds of each day it has any of, from the log alone."""
    known = _delta(workspace_id, table)
    if known is None:
        return {}
    found = pa.table(known.get_add_actions(flatten=True)).group_by("partition.dt").aggregate([("num_records", "sum")])
    return dict(zip(found["partition.dt"].to_pylist(), found["num_records_sum"].to_pylist(), strict=True))


def count_rows(workspace_id: int, table: LakeTable) -> int:
    """Return how many rows a table holds, from the log alone."""
    known = _delta(workspace_id, table)
    return int(known.count()) if known is not None else 0


def compact(workspace_id: int, table: LakeTable) -> int:
    """Merge the small files of each day; returns how many files were merged away."""
    known = _delta(workspace_id, table)
    if known is None:
        return 0
    report = known.optimize.compact(target_size=_MERGED_TO, writer_properties=_writer(table))
    return int(report["numFilesRemoved"])


@dataclasses.dataclass(frozen=True)
class FileSpan:
    """One file of a day: how large it is, and from what to what the values of a column go."""

    day: date
    size: int
    low: int
    high: int


def spans(workspace_id: int, table: LakeTable, column: str) -> list[FileSpan]:
    """Say of each file of a table what it spans of a column, from the log alone."""
    known = _delta(workspace_id, table)
    if known is None:
        return []
    found = pa.table(known.get_add_actions(flatten=True))
    columns = [found[name].to_pylist() for name in ("partition.dt", "size_bytes", f"min.{column}", f"max.{column}")]
    return [FileSpan(*each) for each in zip(*columns, strict=True)]


def sort_day(workspace_id: int, table: LakeTable, day: date, column: str) -> int:
    """Rewrite one day in the order of a column, so that readers who want few of its values read little.

    Rows that are added meanwhile stay; returns how many files were merged away.
    """
    known = _delta(workspace_id, table)
    if known is None:
        return 0
    report = known.optimize.z_order(
        [column], partition_filters=[("dt", "=", day.isoformat())], writer_properties=_writer(table)
    )
    return int(report["numFilesRemoved"])


def drop_unreferenced(workspace_id: int, table: LakeTable) -> int:
    """Delete files no version has referred to for two hours: long enough for any reading, short enough for a disk."""
    known = _delta(workspace_id, table)
    if known is None:
        return 0
    return len(known.vacuum(retention_hours=2, enforce_retention_duration=False, dry_run=False))


def delete_rows(workspace_id: int, table: LakeTable, column: str, ids: Collection[int]) -> int:
    """Rewrite the files that hold rows of these ids without them; returns how many rows went.

    The old files are dropped at once, so whoever is reading them meanwhile has to read again.
    """
    known = _delta(workspace_id, table)
    if known is None or not ids:
        return 0
    listed = ", ".join(str(int(each)) for each in sorted(ids))
    report = known.delete(predicate=f"{column} IN ({listed})", writer_properties=_writer(table))
    known.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
    return int(report["num_deleted_rows"])


def delete_equal(workspace_id: int, table: LakeTable, column: str, text: str) -> int:
    """Rewrite the files that hold rows with this text in a column without them; returns how many rows went."""
    known = _delta(workspace_id, table)
    if known is None:
        return 0
    quoted = text.replace("'", "''")
    report = known.delete(predicate=f"{column} = '{quoted}'", writer_properties=_writer(table))
    return int(report["num_deleted_rows"])


def delete_before(workspace_id: int, table: LakeTable, day: date) -> int:
    """Drop the days before one; returns how many rows went."""
    known = _delta(workspace_id, table)
    if known is None:
        return 0
    report = known.delete(predicate=f"dt < '{day.isoformat()}'", writer_properties=_writer(table))
    return int(report["num_deleted_rows"])


def drop_workspace(workspace_id: int) -> None:
    """Forget everything of one workspace."""
    with _guard:
        for key in [k for k in _open if k[:2] == (settings.TENURE_LAKE, workspace_id)]:
            del _open[key]
    stores.remove(root(workspace_id))
