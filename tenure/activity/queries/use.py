"""Use as the lake knows it: Ibis expressions, written once for every engine."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from tenure.activity.rules import commonest_zones, seats_by_day
from tenure.activity.types import UsageFrame
from tenure.customers import queries as customers
from tenure.kernel import tenancy
from tenure.lake import engine, tables
from tenure.lake.lazily import ibis
from tenure.lake.tables import LakeTable
from tenure.tracking import queries as tracking
from tenure.tracking.types.lake import ACCOUNT_DAY, PERSON_DAY, SESSION_DAY

if TYPE_CHECKING:
    import ibis.expr.types as ir

SEATS = "seats"
"""The trait that says how many seats an account pays for."""
Range: TypeAlias = tuple[int, int]
"""From one account's number to another's, both included."""
LONGEST_DAY = 4 * 3600
"""Nobody's sessions count for more seconds a day: a window left open is no use."""


def days_up_to(as_of: date, days: int) -> list[date]:
    """Return so many days in a row, the last one being `as_of`."""
    return [as_of - timedelta(days=back) for back in range(days - 1, -1, -1)]


def use_of_accounts(
    as_of: date, days: int, account_ids: Sequence[int] | None = None, *, among: Range | None = None
) -> pa.Table:
    """Return (account_id, dt, events, active_people) of accounts over so many days, one row a day with use.

    Of all accounts, of these, or of those `among` a range.
    """
    _name_files("account_day", ACCOUNT_DAY, days_up_to(as_of, days))
    return _as(_USE, engine.answer(_use(_name_accounts(account_ids), among)))


def with_use(table: "ir.Table") -> "ir.Table":
    """Return the accounts that had any use, each once."""
    return table.filter(table.account_id != 0).select("account_id").distinct()


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


def key_use(table: "ir.Table", names: "ir.Table", accounts: "ir.Table | None" = None) -> "ir.Table":
    """Count the events of these names by account and day, of `accounts` only if given."""
    chosen = table.filter(table.account_id != 0).semi_join(names, "event")
    if accounts is not None:
        chosen = chosen.semi_join(accounts, "account_id")
    return chosen.group_by("account_id", "dt").aggregate(amount=chosen.n.sum())


def minutes_use(table: "ir.Table", accounts: "ir.Table | None" = None) -> "ir.Table":
    """Add the minutes in sessions up by account and day, of `accounts` only if given.

    One person's day counts for at most `LONGEST_DAY`.
    """
    chosen = table.filter(table.account_id != 0)
    if accounts is not None:
        chosen = chosen.semi_join(accounts, "account_id")
    longest = ibis.literal(LONGEST_DAY, "int64")
    seconds = ibis.least(chosen.seconds, longest).cast("float64")
    return chosen.group_by("account_id", "dt").aggregate(amount=seconds.sum() / ibis.literal(60, "float64"))


def key_use_of_accounts(
    as_of: date,
    days: int,
    names: Sequence[str],
    account_ids: Sequence[int] | None = None,
    *,
    among: Range | None = None,
) -> pa.Table:
    """Return (account_id, dt, amount): events of these names over so many days, one row a day with some."""
    _name_files("person_day", PERSON_DAY, days_up_to(as_of, days))
    engine.name_rows("activity_names", pa.table({"event": pa.array(names, pa.string())}))
    return _as(_AMOUNT, engine.answer(_key_use(_name_accounts(account_ids), among)))


def minutes_of_accounts(
    as_of: date, days: int, account_ids: Sequence[int] | None = None, *, among: Range | None = None
) -> pa.Table | None:
    """Return (account_id, dt, amount): minutes in the product; None while the sessions of all days are not counted."""
    if not tracking.sessions_counted_by(tracking.session_gap()):
        return None
    _name_files("session_day", SESSION_DAY, days_up_to(as_of, days))
    rows = _as(_AMOUNT, engine.answer(_minutes_use(_name_accounts(account_ids), among)))
    return rows if rows.num_rows else None


def _name_accounts(account_ids: Sequence[int] | None) -> bool:
    if account_ids is not None:
        engine.name_rows("activity_accounts", pa.table({"account_id": pa.array(account_ids, pa.int64())}))
    return account_ids is not None


def _as(schema: pa.Schema, rows: pa.Table) -> pa.Table:
    """Give sums the type they have here; engines differ in how wide they make them."""
    return rows.select(schema.names).cast(schema)


def _name_files(name: str, table: LakeTable, days: Sequence[date]) -> None:
    engine.name_files(f"activity_{name}", table, tables.files(tenancy.current_workspace_id(), table, days))


def _table(name: str, schema: pa.Schema) -> "ir.Table":
    return ibis.table(ibis.Schema.from_pyarrow(schema), name=f"activity_{name}")


@lru_cache
def _use(is_of_some: bool, among: Range | None = None) -> str:
    days = of_range(_table("account_day", ACCOUNT_DAY.schema), among)
    return engine.sql_of(account_use(days, _accounts(is_of_some)))


@cache
def _with_use() -> str:
    return engine.sql_of(with_use(_table("account_day", ACCOUNT_DAY.schema)))


@lru_cache
def _key_use(is_of_some: bool, among: Range | None = None) -> str:
    names = _table("names", pa.schema([("event", pa.string())]))
    days = of_range(_table("person_day", PERSON_DAY.schema), among)
    return engine.sql_of(key_use(days, names, _accounts(is_of_some)))


@lru_cache
def _minutes_use(is_of_some: bool, among: Range | None = None) -> str:
    days = of_range(_table("session_day", SESSION_DAY.schema), among)
    return engine.sql_of(minutes_use(days, _accounts(is_of_some)))


def of_range(table: "ir.Table", among: Range | None) -> "ir.Table":
    """Leave the accounts of a range: days are sorted by account, so that only their rows are read."""
    if among is None:
        return table
    return table.filter((table.account_id >= among[0]) & (table.account_id <= among[1]))


def _accounts(is_of_some: bool) -> "ir.Table | None":
    return _table("accounts", pa.schema([("account_id", pa.int64())])) if is_of_some else None


def frame_of(account_ids: Sequence[int], as_of: date, days: int) -> UsageFrame:
    """Return a frame, its rows yet to be read, of these accounts and of every other that had use in so many days."""
    _name_files("account_day", ACCOUNT_DAY, days_up_to(as_of, days))
    used = engine.answer(_with_use())["account_id"].to_pylist()
    everyone = sorted({*account_ids, *used})
    return UsageFrame(account_ids=tuple(everyone), as_of=as_of, days=days, rows=_USE.empty_table())


def time_zones(account_ids: Sequence[int]) -> dict[int, str]:
    """Return where most people of each account work, by the time zones their devices said; unknown ones left out."""
    facts = customers.person_facts([])
    known = facts.filter(pc.is_in(facts["account_id"], pa.array(account_ids, pa.int64())))
    return commonest_zones(known["account_id"], known["timezone"])


def seats_of(account_ids: Sequence[int], as_of: date, days: int) -> dict[int, list[float]]:
    """Return how many seats accounts had on each of so many days, of those whose seats changed in them."""
    first = as_of - timedelta(days=days - 1)
    courses = customers.trait_courses(SEATS, account_ids, since=datetime.combine(first, time(), UTC))
    return {
        account_id: seats_by_day([(at.date(), seats) for at, seats in course], first, days)
        for account_id, course in courses.items()
        if len({seats for _, seats in course}) > 1
    }


_USE = pa.schema(
    [("account_id", pa.int64()), ("dt", pa.date32()), ("events", pa.int64()), ("active_people", pa.int64())]
)
_AMOUNT = pa.schema([("account_id", pa.int64()), ("dt", pa.date32()), ("amount", pa.float64())])
