"""What names stand for in the questions of a thread, and a question as every engine can read it."""

import dataclasses
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tenure.lake.lazily import ibis
from tenure.lake.tables import LakeTable

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from pyarrow.dataset import Dataset


class CannotCompute(Exception):
    """The engine refuses this SQL or meets values it cannot compute with; trying again will not help."""


class EngineUnreachable(Exception):
    """The engine that TENURE_ENGINE names does not answer; trying again later may help."""


class Sql(str):
    """DuckDB's SQL of an expression over named tables, with the expression for engines that speak otherwise."""

    _expression: Callable[[], "ir.Table"]

    def __new__(cls, text: str, expression: "Callable[[], ir.Table]") -> "Sql":
        made = super().__new__(cls, text)
        made._expression = expression
        return made

    @cached_property
    def expression(self) -> "ir.Table":
        """The expression itself."""
        return self._expression()

    @cached_property
    def for_spark(self) -> str:
        """The SQL of Spark, and of what speaks its protocol."""
        _ = ibis.pyspark  # declares options that its compiler reads
        return str(ibis.to_sql(self.expression, dialect="pyspark"))

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns of the answer, in the types that every engine gives them."""
        return self.expression.schema().to_pyarrow()

    @cached_property
    def names(self) -> dict[str, pa.Schema]:
        """The tables that the question is over, with their columns."""
        tables: Any = self.expression.op().find(ibis.expr.operations.UnboundTable)
        return {table.name: table.schema.to_pyarrow() for table in tables}

    def only(self, columns: tuple[str, ...], *, among: str) -> "Sql":
        """Return the question for these columns, of those alone whose `id` is in the table named `among`."""
        text = (  # columns and tables are our own
            f"SELECT {', '.join(columns)} FROM ({self}) AS everybody"  # noqa: S608
            f" WHERE id IN (SELECT id FROM {among})"
        )
        wanted = ibis.table({"id": "int64"}, name=among)
        return Sql(text, lambda: self.expression.select(*columns).semi_join(wanted, "id"))


# A binding is told from another by identity: naming the same rows again is naming anew.


@dataclasses.dataclass(frozen=True, eq=False)
class Rows:
    """Rows held in memory, or an Arrow dataset."""

    rows: "pa.Table | Dataset"


@dataclasses.dataclass(frozen=True, eq=False)
class Files:
    """Files of a lake table: all that hold some of its days."""

    table: LakeTable
    found: tuple[str, ...]


@dataclasses.dataclass(frozen=True, eq=False)
class Asked:
    """The answer to another question over named tables, as they were when it was named."""

    question: Sql


Named = Rows | Files | Asked
