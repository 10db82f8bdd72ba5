"""The engine: Ibis expressions over lake tables, run by an embedded DuckDB of this thread.

Questions about everybody (`answer`) are put to the cluster that TENURE_ENGINE names, if it names one; what a worker
does with a micro-batch, and what is read of one account or person, always stays here (`run_sql`).

Two rules keep every expression portable to Spark and Sail: no decimal literals in arithmetic (use
`ibis.literal(60, "float64")`), and only equi-joins on the big side.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
from django.conf import settings

from tenure.lake import cluster, stores
from tenure.lake.lazily import ibis
from tenure.lake.names import CannotCompute as CannotCompute
from tenure.lake.names import EngineUnreachable as EngineUnreachable
from tenure.lake.names import Files, Named, Rows
from tenure.lake.names import Sql as Sql
from tenure.lake.tables import LakeTable, files

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from pyarrow.dataset import Dataset

_local = threading.local()


def connection() -> Any:
    """Return this thread's engine (an Ibis DuckDB backend)."""
    backend = getattr(_local, "backend", None)
    if backend is None:
        backend = ibis.duckdb.connect(":memory:")
        backend.raw_sql("SET TimeZone = 'UTC'; SET preserve_insertion_order = false;")
        backend.raw_sql(_GET_JSON_OBJECT)
        _local.backend = backend
    return backend


def read(workspace_id: int, table: LakeTable, days: Iterable[date] | None = None) -> "ir.Table":
    """Return a lake table as an expression; `days` prunes to the files of those days. Empty before its first row."""
    found = files(workspace_id, table, days)
    if not found:
        return given(table.schema.empty_table())
    if stores.is_remote(found[0]):
        return given(stores.dataset(table.schema, found))
    return connection().sql(_select(table, found), schema=ibis.Schema.from_pyarrow(table.schema))


def _select(table: LakeTable, found: Iterable[str]) -> str:
    types = ", ".join(f"'{f.name}': {_DUCK[str(f.type)]}" for f in table.schema if f.name == "dt")
    listed = ", ".join("'" + uri.replace("'", "''") + "'" for uri in found)
    columns = ", ".join(f'"{f.name}"' for f in table.schema)
    return (  # addresses and columns are our own
        f"SELECT {columns} FROM read_parquet([{listed}], hive_partitioning = true, hive_types = {{{types}}})"  # noqa: S608
    )


_DUCK = {"date32[day]": "DATE"}
_GET_JSON_OBJECT = """
    CREATE TEMP MACRO get_json_object(said, path) AS
        json_extract_string(said, '/' || replace(replace(path[4:-3], '~', '~0'), '/', '~1'))
"""
"""Spark's function, for paths of the form $['name']."""


def property_of(properties: "ir.Value", name: str) -> "ir.Value":
    """Return what a JSON object says under a name, as text; null where it says nothing or null.

    Spark knows no way to ask for names with an apostrophe or a question mark; they are null there.
    """
    return _get_json_object()(properties, f"$['{name}']")


@cache
def _get_json_object() -> Any:
    def get_json_object(said: str, path: str) -> str:
        raise NotImplementedError("every engine has this function; only its name and types are read here")

    return ibis.udf.scalar.builtin(get_json_object)


def given(rows: "pa.Table | Dataset") -> "ir.Table":
    """Return rows we hold in memory (or an Arrow dataset) as an expression that can be joined with the lake."""
    return ibis.memtable(rows)


def run(expression: "ir.Table") -> pa.Table:
    """Compute an expression and return its rows as Arrow."""
    return connection().to_pyarrow(expression)


# An expression over `ibis.table(schema, name=…)` names its inputs, so its SQL can be kept and run again over other
# inputs of the same names: what changes by the second is then only what the names stand for (5 ms, not 50).


def sql_of(expression: "ir.Table") -> Sql:
    """Return the SQL of an expression over named tables, to be kept and given to `answer` or `run_sql`."""
    return Sql(str(ibis.to_sql(expression, dialect="duckdb")), lambda: expression)


def name_rows(name: str, rows: "pa.Table | Dataset") -> None:
    """Let a name stand for rows we hold in memory (or an Arrow dataset), in the SQL of this thread."""
    known = _named().get(name)
    if isinstance(known, Rows) and known.rows is rows:
        return
    _free(name, for_a="VIEW")
    connection().con.execute(f'DROP VIEW IF EXISTS "{name}"')
    connection().con.register(name, rows)
    _named()[name] = Rows(rows)


def name_files(name: str, table: LakeTable, found: Iterable[str]) -> None:
    """Let a name stand for files of a lake table (from `tables.files`), in the SQL of this thread."""
    listed = list(found)
    if listed and stores.is_remote(listed[0]):
        name_rows(name, stores.dataset(table.schema, listed))
    elif listed:
        _free(name, for_a="VIEW")
        connection().con.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {_select(table, listed)}')
    else:
        name_rows(name, table.schema.empty_table())
    _named()[name] = Files(table, tuple(listed))


def name_query(name: str, sql: str) -> None:
    """Let a name stand for what SQL over other named tables says, computed whenever it is asked for."""
    _free(name, for_a="VIEW")
    with _refusing():
        connection().con.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {sql}')
    _named().pop(name, None)


def name_result(name: str, sql: str) -> None:
    """Compute SQL once and let a name stand for its rows, in the SQL of this thread; raises `CannotCompute`."""
    _free(name, for_a="TABLE")
    with _refusing():
        connection().con.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {sql}')
    _named().pop(name, None)


def _free(name: str, *, for_a: str) -> None:
    """Drop what a name stood for where it is of the other kind: DuckDB replaces a view only by a view."""
    kinds = _local.__dict__.setdefault("kinds", {})
    if kinds.get(name, for_a) != for_a:
        connection().con.execute(f'DROP {kinds[name]} IF EXISTS "{name}"')
    kinds[name] = for_a


def name_answer(name: str, question: str) -> None:
    """Like `name_result`, of a question about everybody: the rows stay where it is answered, in no order."""
    if settings.TENURE_ENGINE:
        _named()[name] = cluster.keep(settings.TENURE_ENGINE, name, _whole(question), _named())
    else:
        name_result(name, question)


def answer(question: str) -> pa.Table:
    """Compute a question about everybody, made by `sql_of`, where TENURE_ENGINE says.

    Raises `CannotCompute` and `EngineUnreachable`.
    """
    if settings.TENURE_ENGINE:
        return cluster.answer(settings.TENURE_ENGINE, _whole(question), _named())
    return run_sql(question)


def version() -> str:
    """Return the version of the engine that TENURE_ENGINE names; raises `EngineUnreachable`."""
    return cluster.version(settings.TENURE_ENGINE)


def count_there(table: LakeTable, found: Iterable[str]) -> int:
    """Have the engine that TENURE_ENGINE names count the rows of files of the lake."""
    return cluster.reads(settings.TENURE_ENGINE, Files(table, tuple(found)))


def _whole(question: str) -> Sql:
    if not isinstance(question, Sql):
        raise TypeError("only what sql_of made can be asked of every engine")
    return question


def _named() -> dict[str, Named]:
    """Return what names stand for in this thread, for engines that have yet to be told."""
    named: dict[str, Named] = _local.__dict__.setdefault("named", {})
    return named


def run_sql(sql: str) -> pa.Table:
    """Compute SQL over named tables and return its rows as Arrow; raises `CannotCompute`."""
    with _refusing():
        return connection().con.sql(sql).to_arrow_table()


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.InterruptException):
        raise  # the machine's trouble, not the expression's
    except duckdb.Error as error:
        raise CannotCompute(str(error)) from error
