"""An engine beyond this machine: a Spark, or what speaks its protocol, at the address that TENURE_ENGINE says.

Each thread has a session of its own, and in it the names that its questions are over. Whatever a session has been told
is known here, too; so when one is gone (the cluster was restarted, or nothing was asked for a while), the next question
opens another and tells it again.
"""

import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tenure.lake.names import Asked, CannotCompute, EngineUnreachable, Files, Named, Rows, Sql

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

IDLE = 120.0
"""Seconds after which a session is not relied on: servers drop those that nobody uses."""
RETRIES = 4
"""How often a server that does not answer is asked again: some five seconds in all, not Spark's ten minutes."""

_TYPES = {
    "bool": "boolean",
    "int32": "int",
    "int64": "bigint",
    "double": "double",
    "string": "string",
    "date32[day]": "date",
    "timestamp[us, tz=UTC]": "timestamp",
}
_local = threading.local()
_reads_delta: dict[str, bool] = {}


def answer(address: str, question: Sql, named: Mapping[str, Named]) -> pa.Table:
    """Compute a question; raises `CannotCompute` and `EngineUnreachable`."""
    rows: pa.Table = _with_session(address, lambda session: session.answer(question, named))
    return rows


def keep(address: str, name: str, question: Sql, named: Mapping[str, Named]) -> Asked:
    """Let a name stand for the answer to a question over what names stand for now."""
    made = Asked(question)
    _with_session(address, lambda session: session.tell(name, made, question.schema, named))
    return made


def version(address: str) -> str:
    """Return what the engine says its version is; raises `EngineUnreachable`."""
    said: str = _with_session(address, lambda session: session.version())
    return said


def reads(address: str, files: Files) -> int:
    """Return how many rows the engine finds in files of the lake."""
    found: int = _with_session(address, lambda session: session.count(files))
    return found


def _with_session(address: str, ask: Any) -> Any:
    known: Session | None = getattr(_local, "session", None)
    if known is not None and known.is_good_for(address):
        try:
            return known.used(ask)
        except (CannotCompute, EngineUnreachable):
            if not known.is_lost():
                raise
    _local.session = None
    if known is not None:
        known.close()
    with _refusing():
        fresh = Session(address)
    found = fresh.used(ask)
    _local.session = fresh
    return found


class Session:
    """One thread's session of an engine."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._spark = _connected(address)
        self._there: dict[str, Named] = {}
        self._last = time.monotonic()

    def is_good_for(self, address: str) -> bool:
        """Say whether this is a session of that engine, and fresh enough to be there still."""
        return self._address == address and time.monotonic() - self._last < IDLE

    def is_lost(self) -> bool:
        """Say whether the engine no longer answers in this session."""
        try:
            with _refusing():
                self._spark.sql("SELECT 1").toArrow()
        except (CannotCompute, EngineUnreachable):
            return True
        return False

    def used(self, ask: Any) -> Any:
        """Ask something of the session."""
        with _refusing():
            found = ask(self)
        self._last = time.monotonic()
        return found

    def close(self) -> None:
        """Let the engine forget the session, where it still knows it."""
        if self._address.startswith("sc://"):
            with suppress(Exception):  # it is given up either way
                self._spark.stop()

    def answer(self, question: Sql, named: Mapping[str, Named]) -> pa.Table:
        """Tell what the question is over, as far as it is not known, and compute it."""
        self._tell_all(question, named)
        return self._spark.sql(question.for_spark).toArrow().cast(question.schema)

    def tell(self, name: str, meant: Named, schema: pa.Schema, named: Mapping[str, Named]) -> None:
        """Let a name stand for something in this session."""
        if self._there.get(name) is meant:
            return
        match meant:
            case Rows():
                frame = self._of_rows(meant, schema)
            case Files():
                frame = self._of_files(meant)
            case Asked():
                self._tell_all(meant.question, named)
                frame = self._spark.sql(meant.question.for_spark)
        frame.createOrReplaceTempView(name)
        self._there[name] = meant

    def version(self) -> str:
        """Return the version of the engine."""
        return str(self._spark.version)

    def count(self, files: Files) -> int:
        """Count the rows of files."""
        return int(self._of_files(files).count())

    def _tell_all(self, question: Sql, named: Mapping[str, Named]) -> None:
        for name, schema in question.names.items():
            if name not in named:
                raise CannotCompute(f"{name} stands for nothing")
            self.tell(name, named[name], schema, named)

    def _of_rows(self, meant: Rows, schema: pa.Schema) -> "DataFrame":
        rows = meant.rows if isinstance(meant.rows, pa.Table) else meant.rows.to_table()
        if not rows.num_rows:
            return self._spark.createDataFrame([], _ddl(schema))
        return self._spark.createDataFrame(rows.select(schema.names).cast(schema))

    def _of_files(self, files: Files) -> "DataFrame":
        if not files.found:
            return self._spark.createDataFrame([], _ddl(files.table.schema))
        root = files.found[0].rpartition("/dt=")[0]
        if self._can_read_delta(root):
            days = sorted({uri.rpartition("/dt=")[2].partition("/")[0] for uri in files.found})
            listed = ", ".join(f"DATE '{day}'" for day in days)
            whole = self._spark.read.format("delta").load(root)
            return whole.select(*files.table.schema.names).where(f"dt IN ({listed})")
        found = [uri.replace("s3://", "s3a://", 1) for uri in files.found]
        reader = self._spark.read.schema(_ddl(files.table.schema)).option("basePath", root.replace("s3://", "s3a://"))
        return reader.parquet(*found)

    def _can_read_delta(self, root: str) -> bool:
        """Say whether the engine knows Delta; a Spark without that package is handed the Parquet files instead."""
        if self._address not in _reads_delta:
            from pyspark.errors import PySparkException

            refused: tuple[type[Exception], ...] = (PySparkException, *_java_errors())
            try:
                _ = self._spark.read.format("delta").load(root).schema
                _reads_delta[self._address] = True
            except refused as error:
                if not re.search(r"DATA_SOURCE_NOT_FOUND|data source.*delta|ClassNotFound", str(error), re.IGNORECASE):
                    raise
                _reads_delta[self._address] = False
        return _reads_delta[self._address]


def _connected(address: str) -> "SparkSession":
    from pyspark.sql import SparkSession

    begun: Any = SparkSession.builder
    if address.startswith("sc://"):
        from pyspark.sql.connect.client.retries import DefaultPolicy

        session: Any = begun.remote(address).create()
        session.client.set_retry_policies([DefaultPolicy(max_retries=RETRIES)])
    else:
        session = begun.master(address).appName("Tenure").getOrCreate().newSession()
    session.conf.set("spark.sql.session.timeZone", "UTC")
    opened: SparkSession = session
    return opened


def _java_errors() -> tuple[type[Exception], ...]:
    """Return what a driver in this process raises for its JVM; Spark Connect's client has none."""
    try:
        protocol: Any = import_module("py4j.protocol")
    except ImportError:
        return ()
    return (protocol.Py4JError,)


def _ddl(schema: pa.Schema) -> str:
    return ", ".join(f"`{field.name}` {_TYPES[str(field.type)]}" for field in schema)


@contextmanager
def _refusing() -> Iterator[None]:
    """Tell a cluster that is not there from one that refuses."""
    try:
        from grpc import RpcError
        from pyspark.errors import PySparkException
        from pyspark.errors.exceptions.base import PySparkImportError
    except ImportError as error:
        raise EngineUnreachable(
            f"Spark's client is not installed: {error}. Run: pip install 'tenure[spark]'"
        ) from error
    try:
        yield
    except PySparkImportError as error:
        raise EngineUnreachable(f"Spark's client is not whole: {error}. Run: pip install 'tenure[spark]'") from error
    except RpcError as error:
        raise EngineUnreachable(str(error)) from error
    except PySparkException as error:
        said = str(error).partition("\n\nJVM stacktrace:")[0]
        if isinstance(error.__cause__, RpcError) or "UNAVAILABLE" in said or "RETRIES_EXCEEDED" in said:
            raise EngineUnreachable(said) from error
        raise CannotCompute(said) from error
    except _java_errors() as error:
        raise CannotCompute(str(error).partition("\n\tat ")[0]) from error
