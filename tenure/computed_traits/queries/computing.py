"""One formula over everybody at once: an expression over the lake, or over the facts of people."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tenure.computed_traits.types import Formula, Measure
from tenure.customers import queries as customers
from tenure.lake import engine
from tenure.lake.lazily import ibis
from tenure.tracking import queries as tracking
from tenure.tracking.types import USE_TYPES

if TYPE_CHECKING:
    import ibis.expr.types as ir

_PEOPLE = "computed_traits_people"
_NUMBER = r"^-?[0-9]{1,40}([.][0-9]{1,40})?([eE][+-]?[0-9]{1,2})?$"


def compute(formula: Formula, subject: str, now: datetime) -> dict[int, Any]:
    """Return the value of each account or person that has one, as of now."""
    found = _of_people(formula) if formula.basis == "people" else _of_use(formula, subject, now)
    return {row["id"]: _plain(row["value"]) for row in found.to_pylist() if row["id"] and row["value"] is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _of_use(formula: Formula, subject: str, now: datetime) -> pa.Table:
    days = None
    if formula.days is not None:
        days = [(now - timedelta(days=n)).date() for n in range(formula.days + 1)]
    events = tracking.events(days)
    chosen = events.filter(events.type.isin(USE_TYPES), events.person_id != 0, events.ts <= ibis.literal(now))
    if formula.days is not None:
        chosen = chosen.filter(chosen.ts > ibis.literal(now - timedelta(days=formula.days)))
    if formula.event:
        chosen = chosen.filter(chosen.event == formula.event)
    chosen = chosen.mutate(id=chosen.account_id if subject == "account" else chosen.person_id)
    return engine.answer(engine.sql_of(measured(chosen, formula)))


def measured(chosen: "ir.Table", formula: Formula) -> "ir.Table":
    """Measure what was chosen for each `id`.

    A property's number counts as one however it was written (12, 12.0 or "12"), for sums and for telling values apart.
    """
    if formula.what:
        chosen = chosen.mutate(said=engine.property_of(chosen.properties, formula.what))
        chosen = chosen.filter(chosen.said.notnull())
        number = ibis.ifelse(chosen.said.re_search(_NUMBER), chosen.said.try_cast("float64"), ibis.null("float64"))
        chosen = chosen.mutate(number=number)
        chosen = chosen.mutate(value=ibis.coalesce(chosen.number.cast("string"), chosen.said))
    values = {
        Measure.COUNT: lambda: chosen.count().cast("int64"),
        Measure.DAYS: lambda: chosen.dt.nunique().cast("int64"),
        Measure.PEOPLE: lambda: chosen.person_id.nunique().cast("int64"),
        Measure.FIRST: lambda: chosen.ts.min(),
        Measure.LAST: lambda: chosen.ts.max(),
        Measure.DISTINCT: lambda: chosen.value.nunique().cast("int64"),
        Measure.SUM: lambda: chosen.number.sum(),
        Measure.AVERAGE: lambda: chosen.number.mean(),
        Measure.LARGEST: lambda: chosen.number.max(),
        Measure.SMALLEST: lambda: chosen.number.min(),
    }
    return chosen.group_by("id").aggregate(value=values[formula.measure]())


def _of_people(formula: Formula) -> pa.Table:
    names = [name for name in (formula.what, formula.where) if name and name != "role"]
    facts = customers.affiliation_facts(names)
    empty = pa.nulls(facts.num_rows, pa.string())
    engine.name_rows(
        _PEOPLE,
        pa.table(
            {
                "id": facts["account_id"],
                "is": facts[formula.where].cast(pa.string()) if formula.where else empty,
                "number": _numbers(facts[formula.what]) if formula.what else pa.nulls(facts.num_rows, pa.float64()),
                "wanted": pa.array([formula.equals] * facts.num_rows, pa.string()),
            }
        ),
    )
    return engine.answer(_people_sql(formula.measure, bool(formula.where)))


def _numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_floating(column.type):
        return column
    return pa.chunked_array([pa.nulls(len(column), pa.float64())])


@lru_cache
def _people_sql(measure: Measure, is_narrowed: bool) -> str:
    schema = {"id": "int64", "is": "string", "number": "float64", "wanted": "string"}
    people = ibis.table(schema, name=_PEOPLE)
    if is_narrowed:
        people = people.filter(people["is"].lower() == people.wanted.lower())
    values = {
        Measure.COUNT: lambda: people.count().cast("int64"),
        Measure.SUM: lambda: people.number.sum(),
        Measure.AVERAGE: lambda: people.number.mean(),
        Measure.LARGEST: lambda: people.number.max(),
        Measure.SMALLEST: lambda: people.number.min(),
    }
    return engine.sql_of(people.group_by("id").aggregate(value=values[measure]()))
