"""How use is attributed and counted: Ibis expressions over named tables, the same on every engine.

`tracking_events` are rows of the lake; `tracking_people` (trace, person), `tracking_accounts` (old, new) and
`tracking_homes` (person, since, until, account) say what counts elsewhere by now.
"""

from typing import TYPE_CHECKING

import pyarrow as pa

from tenure.lake.lazily import ibis
from tenure.tracking.types import USE_TYPES
from tenure.tracking.types.lake import EVENTS, PERSON_DAY

if TYPE_CHECKING:
    import ibis.expr.types as ir

NAMED_EVENTS = "tracking_events"
NAMED_PEOPLE = "tracking_people"
NAMED_ACCOUNTS = "tracking_accounts"
NAMED_HOMES = "tracking_homes"
NAMED_PERSON_DAY = "tracking_person_day"

PEOPLE = pa.schema([("trace", pa.int64()), ("person", pa.int64())])
ACCOUNTS = pa.schema([("old", pa.int64()), ("new", pa.int64())])
HOMES = pa.schema(
    [
        ("person", pa.int64()),
        ("since", pa.timestamp("us", tz="UTC")),
        ("until", pa.timestamp("us", tz="UTC")),
        ("account", pa.int64()),
    ]
)


def attributed(events: "ir.Table", *, people: bool, homes: bool, accounts: bool) -> "ir.Table":
    """Bring person and account of each event up to date; each flag says whether there is anything to look up.

    A call that named its account stays there. Otherwise a person whose use has moved counts where they were at home at
    the time, and everybody else where the event was counted when it was stored.
    """
    if people:
        table = _named(NAMED_PEOPLE, PEOPLE)
        joined = events.left_join(table, events.person_id == table.trace)
        events = joined.mutate(person_id=ibis.coalesce(joined.person, joined.person_id)).drop("trace", "person")
    if homes:
        table = _named(NAMED_HOMES, HOMES)
        at_home = (events.person_id == table.person) & (events.ts >= table.since) & (events.ts < table.until)
        joined = events.left_join(table, at_home)
        moved = joined.account.notnull() & ~joined.account_named
        events = joined.mutate(account_id=ibis.ifelse(moved, joined.account, joined.account_id)).drop(
            "person", "since", "until", "account"
        )
    if accounts:
        table = _named(NAMED_ACCOUNTS, ACCOUNTS)
        joined = events.left_join(table, events.account_id == table.old)
        events = joined.mutate(account_id=ibis.coalesce(joined.new, joined.account_id)).drop("old", "new")
    return events


def person_days(events: "ir.Table") -> "ir.Table":
    """Count use by account, person, event and day."""
    use = events.filter(events.type.isin(USE_TYPES), events.person_id != 0)
    counted = use.group_by("account_id", "person_id", "event", "dt").aggregate(
        n=use.count().cast("int64"), first_ts=use.ts.min(), last_ts=use.ts.max()
    )
    return counted.select(*PERSON_DAY.schema.names).order_by("dt", "account_id", "person_id", "event")


def account_days(days: "ir.Table") -> "ir.Table":
    """Count use by account and day, from the counts by person; account 0 is use before anyone is known."""
    known = days.filter(days.account_id != 0)
    return (
        known.group_by("account_id", "dt")
        .aggregate(events=known.n.sum().cast("int64"), active_people=known.person_id.nunique().cast("int64"))
        .select("account_id", "events", "active_people", "dt")
        .order_by("dt", "account_id")
    )


def events_table() -> "ir.Table":
    """Name the events."""
    return _named(NAMED_EVENTS, EVENTS.schema)


def person_day_table() -> "ir.Table":
    """Name the counts by person."""
    return _named(NAMED_PERSON_DAY, PERSON_DAY.schema)


def _named(name: str, schema: pa.Schema) -> "ir.Table":
    return ibis.table(ibis.Schema.from_pyarrow(schema), name=name)
