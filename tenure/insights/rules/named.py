"""The tables that the expressions of insights are over, by the names they have on every engine."""

from typing import TYPE_CHECKING

import pyarrow as pa

from tenure.lake.lazily import ibis
from tenure.tracking.types.lake import ACCOUNT_DAY, PERSON_DAY

if TYPE_CHECKING:
    import ibis.expr.types as ir

PEOPLE_BY_DAY = "insights_person_day"
ACCOUNTS_BY_DAY = "insights_account_day"
GROUPS = "insights_groups"
CALENDAR = "insights_calendar"
ENTRIES = "insights_entries"
WANTED = "insights_wanted"

NO_GROUP = "(none)"
"""The group of those of whom nothing is known to split them by."""

GROUPS_SCHEMA = pa.schema([("member", pa.int64()), ("grp", pa.string())])
"""Which group each account (or person) is in."""
CALENDAR_SCHEMA = pa.schema([("day", pa.date32()), ("period", pa.date32()), ("number", pa.int64())])
"""Each day with the period it is in, and that period's place among all periods."""
ENTRIES_SCHEMA = pa.schema([("subject", pa.int64()), ("entered", pa.date32())])
"""When accounts or people came, as records know it."""
WANTED_SCHEMA = pa.schema([("event", pa.string()), ("step", pa.int64())])
"""Which events count, and for which step."""


def person_day() -> "ir.Table":
    """Name use by person, account, event and day."""
    return _named(PEOPLE_BY_DAY, PERSON_DAY.schema)


def account_day() -> "ir.Table":
    """Name use by account and day."""
    return _named(ACCOUNTS_BY_DAY, ACCOUNT_DAY.schema)


def groups() -> "ir.Table":
    """Name the groups."""
    return _named(GROUPS, GROUPS_SCHEMA)


def calendar() -> "ir.Table":
    """Name the calendar."""
    return _named(CALENDAR, CALENDAR_SCHEMA)


def entries() -> "ir.Table":
    """Name the days on which records say that accounts or people came."""
    return _named(ENTRIES, ENTRIES_SCHEMA)


def wanted() -> "ir.Table":
    """Name the events that count."""
    return _named(WANTED, WANTED_SCHEMA)


def grouped(rows: "ir.Table", key: str) -> "ir.Table":
    """Add the group `grp` of each row's account (or person), NO_GROUP for those that have none."""
    known = groups()
    joined = rows.left_join(known, rows[key] == known.member)
    return joined.mutate(grp=ibis.coalesce(joined.grp, ibis.literal(NO_GROUP))).drop("member")


def ungrouped(rows: "ir.Table") -> "ir.Table":
    """Put everybody into the one group ""."""
    return rows.mutate(grp=ibis.literal(""))


def _named(name: str, schema: pa.Schema) -> "ir.Table":
    return ibis.table(ibis.Schema.from_pyarrow(schema), name=name)
