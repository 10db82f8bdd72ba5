"""Use as the lake knows it: Ibis expressions, written once for every engine."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from tenure.activity.rules import commonest_zones
from tenure.activity.types import UsageFrame
from tenure.customers import queries as customers
from tenure.kernel import tenancy
from tenure.lake import engine, tables
from tenure.lake.lazily import ibis
from tenure.lake.tables import LakeTable
from tenure.tracking.types.lake import ACCOUNT_DAY, PERSON_DAY

if TYPE_CHECKING:
    import ibis.expr.types as ir


def days_up_to(as_of: date, days: int) -> list[date]:
    """Return so many days in a row, the last one being `as_of`."""
    return [as_of - timedelta(days=back) for back in range(days - 1, -1, -1)]


def use_of_accounts(as_of: date, days: int, account_ids: Sequence[int] | None = None) -> pa.Table:
    """Return (account_id, dt, events, active_people) of accounts over so many days, one row a day with use."""
    _name_files("account_day", ACCOUNT_DAY, days_up_to(as_of, days))
    if account_ids is None:
        return _as(_USE, engine.answer(_use_of_all()))
    engine.name_rows("activity_accounts", pa.table({"account_id": pa.array(account_ids, pa.int64())}))
    return _as(_USE, engine.answer(_use_of_some()))


def account_use(table: "ir.Table", accounts: "ir.Table | None" = None) -> "ir.Table":
    """Sum the rollup by account and day, of `accounts` only if given.

    Account 0 is use before anybody is known, and is nobody's.
    """
    chosen = table.filter(table.account_id != 0)
    if accounts is not None:
        chosen = chosen.semi_join(accounts, "account_id")
    return chosen.group_by("account_id", "dt").aggregate(
        events=chosen.events.sum(), active_people=chosen.active_people.sum()
    )


def use_of_people(as_of: date, declines: pa.Table) -> pa.Table:
    """Return (account_id, person_id, before, lately): on how many days each person of these accounts was active.

    `declines` has (account_id, begins, since): `before` counts days from `begins` until before `since`, `lately` those
    from `since` to `as_of`.
    """
    if not declines.num_rows:
        return _PEOPLE.empty_table()
    first = min(declines["begins"].to_pylist())
    _name_files("person_day", PERSON_DAY, days_up_to(as_of, (as_of - first).days + 1))
    engine.name_rows("activity_declines", declines)
    return _as(_PEOPLE, engine.answer(_use_of_people()))


def people_use(table: "ir.Table", declines: "ir.Table") -> "ir.Table":
    """Count each person's days of use before and since the decline of their account."""
    joined = table.join(declines, "account_id")
    joined = joined.filter(joined.dt >= joined.begins)
    days = joined.select("account_id", "person_id", "dt", lately=joined.dt >= joined.since).distinct()
    return days.group_by("account_id", "person_id").aggregate(
        before=(~days.lately).cast("int64").sum(), lately=days.lately.cast("int64").sum()
    )


def _as(schema: pa.Schema, rows: pa.Table) -> pa.Table:
    """Give sums the type they have here; engines differ in how wide they make them."""
    return rows.select(schema.names).cast(schema)


def _name_files(name: str, table: LakeTable, days: Sequence[date]) -> None:
    engine.name_files(f"activity_{name}", table, tables.files(tenancy.current_workspace_id(), table, days))


def _table(name: str, schema: pa.Schema) -> "ir.Table":
    return ibis.table(ibis.Schema.from_pyarrow(schema), name=f"activity_{name}")


@cache
def _use_of_all() -> str:
    return engine.sql_of(account_use(_table("account_day", ACCOUNT_DAY.schema)))


@cache
def _use_of_some() -> str:
    accounts = _table("accounts", pa.schema([("account_id", pa.int64())]))
    return engine.sql_of(account_use(_table("account_day", ACCOUNT_DAY.schema), accounts))


@cache
def _use_of_people() -> str:
    declines = pa.schema([("account_id", pa.int64()), ("begins", pa.date32()), ("since", pa.date32())])
    return engine.sql_of(people_use(_table("person_day", PERSON_DAY.schema), _table("declines", declines)))


def frame_of(account_ids: Sequence[int], as_of: date, days: int) -> UsageFrame:
    """Return the use of these accounts, and of every other that had some, over so many days."""
    rows = use_of_accounts(as_of, days)
    everyone = sorted({*account_ids, *rows["account_id"].unique().to_pylist()})
    return UsageFrame(account_ids=tuple(everyone), as_of=as_of, days=days, rows=rows)


def time_zones(account_ids: Sequence[int]) -> dict[int, str]:
    """Return where most people of each account work, by the time zones their devices said; unknown ones left out."""
    facts = customers.person_facts([])
    known = facts.filter(pc.is_in(facts["account_id"], pa.array(account_ids, pa.int64())))
    return commonest_zones(known["account_id"].to_pylist(), known["timezone"].to_pylist())


_USE = pa.schema(
    [("account_id", pa.int64()), ("dt", pa.date32()), ("events", pa.int64()), ("active_people", pa.int64())]
)
_PEOPLE = pa.schema(
    [("account_id", pa.int64()), ("person_id", pa.int64()), ("before", pa.int64()), ("lately", pa.int64())]
)
