"""The engine: Ibis expressions over lake tables, run by an embedded DuckDB of this thread.

Two rules keep every expression portable to Spark and Sail: no decimal literals in arithmetic (use
`ibis.literal(60, "float64")`), and only equi-joins on the big side.
"""

import threading
from collections.abc import Iterable
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tenure.lake.tables import LakeTable, files

_local = threading.local()


def connection() -> Any:
    """Return this thread's engine (an Ibis DuckDB backend)."""
    backend = getattr(_local, "backend", None)
    if backend is None:
        backend = ibis.duckdb.connect(":memory:")
        backend.raw_sql("SET TimeZone = 'UTC'; SET preserve_insertion_order = false;")
        _local.backend = backend
    return backend


def read(workspace_id: int, table: LakeTable, days: Iterable[date] | None = None) -> ir.Table:
    """Return a lake table as an expression; `days` prunes to the files of those days. Empty before its first row."""
    found = files(workspace_id, table, days)
    if not found:
        return given(table.schema.empty_table())
    types = ", ".join(f"'{f.name}': {_DUCK[str(f.type)]}" for f in table.schema if f.name == "dt")
    listed = ", ".join("'" + uri.replace("'", "''") + "'" for uri in found)
    columns = ", ".join(f'"{f.name}"' for f in table.schema)
    return connection().sql(  # addresses and columns are our own
        f"SELECT {columns} FROM read_parquet([{listed}], hive_partitioning = true, hive_types = {{{types}}})",  # noqa: S608
        schema=ibis.Schema.from_pyarrow(table.schema),
    )


_DUCK = {"date32[day]": "DATE"}


def given(rows: pa.Table) -> ir.Table:
    """Return rows we hold in memory as an expression that can be joined with the lake."""
    return ibis.memtable(rows)


def run(expression: ir.Table) -> pa.Table:
    """Compute an expression and return its rows as Arrow."""
    return connection().to_pyarrow(expression)
