"""The tables that the expressions of insights are over, by the names they have on every engine."""

from typing import TYPE_CHECKING

import pyarrow as pa

from tenure.lake.lazily import ibis
from tenure.tracking.types.lake import ACCOUNT_DAY, PERSON_DAY, PERSON_MONTH, SESSION_DAY

if TYPE_CHECKING:
    import ibis.expr.types as ir

PEOPLE_BY_DAY = "insights_person_day"
ACCOUNTS_BY_DAY = "insights_account_day"
PRESENCE_BY_DAY = "insights_presence"
SESSIONS_BY_DAY = "insights_session_day"
MONTHS = "insights_months"
DAYS_OF_MONTHS = "insights_month_days"
PARTS_OF_MONTHS = "insights_month_parts"
PLACES = "insights_places"
MEMBERS = "insights_members"
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

PRESENCE_SCHEMA = pa.schema([SESSION_DAY.schema.field(n) for n in ("account_id", "person_id", "dt")])
"""Who used the product on a day; rows may repeat."""
DAYS_SCHEMA = pa.schema([("day", pa.date32()), ("month", pa.date32()), ("bit", pa.int64())])
"""Each day with the first day of its month, and its bit among that month's days."""
MOST_PARTS = 6
"""A month has days of at most so many weeks."""
PARTS_SCHEMA = pa.schema(
    [("month", pa.date32()), ("word", pa.int64())]
    + [(f"{name}{n}", pa.int64()) for n in range(MOST_PARTS) for name in ("mask", "weight")]
)
"""The parts of each month that fall into one period: their days, and where `retention.seen_in_periods` notes it."""
MEMBERS_SCHEMA = pa.schema(
    [
        ("grp", pa.string()),
        ("subject", pa.int64()),
        ("entered", pa.date32()),
        ("cohort", pa.date32()),
        ("number", pa.int64()),
    ]
)
"""Who is in which cohort of which group since when, and which place among the periods the cohort's has."""
PLACES_SCHEMA = pa.schema([("number", pa.int64()), ("word", pa.int64()), ("flag", pa.int64())])
"""Each period, with the bits that say that somebody was seen in it."""


def presence() -> "ir.Table":
    """Name who used the product on which days, by account."""
    return _named(PRESENCE_BY_DAY, PRESENCE_SCHEMA)


def session_day() -> "ir.Table":
    """Name sessions by person, account and day."""
    return _named(SESSIONS_BY_DAY, SESSION_DAY.schema)


def months() -> "ir.Table":
    """Name who used the product on which days of a month: one row for each person (or account) and month."""
    return _named(MONTHS, PERSON_MONTH.schema)


def days_of_months() -> "ir.Table":
    """Name the days with their bits."""
    return _named(DAYS_OF_MONTHS, DAYS_SCHEMA)


def members() -> "ir.Table":
    """Name the members of cohorts."""
    return _named(MEMBERS, MEMBERS_SCHEMA)


def parts_of_months() -> "ir.Table":
    """Name the parts of months that fall into each period."""
    return _named(PARTS_OF_MONTHS, PARTS_SCHEMA)


def places() -> "ir.Table":
    """Name the periods with where they are noted."""
    return _named(PLACES, PLACES_SCHEMA)


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
