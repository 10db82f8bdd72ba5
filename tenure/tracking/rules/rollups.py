"""How use is attributed and counted: Ibis expressions over named tables, the same on every engine.

`tracking_events` are rows of the lake; `tracking_people` (trace, person), `tracking_accounts` (old, new) and
`tracking_homes` (person, since, until, account) say what counts elsewhere by now.
"""

from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from tenure.lake.lazily import ibis
from tenure.tracking.types import USE_TYPES
from tenure.tracking.types.lake import EVENTS, PERSON_DAY, PERSON_MONTH, SESSION_DAY

if TYPE_CHECKING:
    import ibis.expr.types as ir

NAMED_EVENTS = "tracking_events"
NAMED_PEOPLE = "tracking_people"
NAMED_ACCOUNTS = "tracking_accounts"
NAMED_HOMES = "tracking_homes"
NAMED_USE = "tracking_use"
NAMED_PERSON_DAY = "tracking_person_day"
NAMED_PRESENCE = "tracking_presence"
NAMED_DAYS = "tracking_days"

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

USE = pa.schema([EVENTS.schema.field(n) for n in ("account_id", "person_id", "type", "event", "ts", "dt")])
"""What is counted of events."""
PRESENCE = pa.schema([SESSION_DAY.schema.field(n) for n in ("account_id", "person_id", "dt")])
"""Who used the product on a day."""
DAYS = pa.schema([("day", pa.date32()), ("month", pa.date32()), ("bit", pa.int64())])
"""Days with the first day of their month, and their bit in it."""


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


def known_then(events: "ir.Table", at: datetime, known_at: datetime) -> "ir.Table":
    """Keep the events that had happened at a moment, of those received by another."""
    happened, known = (ibis.literal(each, "timestamp('UTC')") for each in (at, known_at))
    return events.filter(events.ts <= happened, events.received_at <= known)


def person_days(events: "ir.Table") -> "ir.Table":
    """Count use by account, person, event and day; `events` may hold other calls, too."""
    use = events.filter(events.type.isin(USE_TYPES), events.person_id != 0)
    counted = use.group_by("account_id", "person_id", "event", "dt").aggregate(
        n=use.count().cast("int64"), first_ts=use.ts.min(), last_ts=use.ts.max()
    )
    return counted.select(*PERSON_DAY.schema.names).order_by("dt", "account_id", "person_id", "event")


def use_of(events: "ir.Table") -> "ir.Table":
    """Keep the use among events, and of it what is counted."""
    use = events.filter(events.type.isin(USE_TYPES), events.person_id != 0)
    return use.select(*USE.names)


def session_days(use: "ir.Table", gap_seconds: int) -> "ir.Table":
    """Count sessions by account, person and day, each day by itself.

    A session begins with use that none by the same person at the same account precedes on its day by the gap or less;
    the seconds between such neighbours are time in the app.
    """
    apart = ibis.window(group_by=["account_id", "person_id", "dt"], order_by="ts")
    near = use.select("account_id", "person_id", "dt", "ts", second=whole_second(use.ts))
    near = near.mutate(before=near.ts.lag(1).over(apart), second_before=near.second.lag(1).over(apart))
    within = near.before.notnull() & (near.ts <= near.before + ibis.interval(seconds=gap_seconds))
    near = near.mutate(
        begins=ibis.ifelse(within, 0, 1).cast("int64"), spent=ibis.ifelse(within, near.second - near.second_before, 0)
    )
    counted = near.group_by("account_id", "person_id", "dt").aggregate(
        events=near.count().cast("int64"),
        sessions=near.begins.sum().cast("int64"),
        seconds=near.spent.sum().cast("int64"),
        first_ts=near.ts.min(),
        last_ts=near.ts.max(),
    )
    return counted.select(*SESSION_DAY.schema.names).order_by("dt", "account_id", "person_id")


def sessions_unseen(days: "ir.Table") -> "ir.Table":
    """Say who was there, from counts by person, on days whose events are no longer kept: in a session of no length."""
    counted = days.group_by("account_id", "person_id", "dt").aggregate(
        events=days.n.sum().cast("int64"), first_ts=days.first_ts.min(), last_ts=days.last_ts.max()
    )
    counted = counted.mutate(sessions=ibis.literal(1, "int64"), seconds=ibis.literal(0, "int64"))
    return counted.select(*SESSION_DAY.schema.names).order_by("dt", "account_id", "person_id")


def months(presence: "ir.Table", subject: str) -> "ir.Table":
    """Fold days of presence of people (`person_id`) or at accounts (`account_id`) into months; each day counts once."""
    known = _named(NAMED_DAYS, DAYS)
    days = presence.filter(presence[subject] != 0).select("dt", subject=presence[subject]).distinct()
    joined = days.join(known, days.dt == known.day)
    folded = joined.group_by("subject", "month").aggregate(days=_sum_of_bits(joined.bit), first_day=joined.dt.min())
    return folded.rename(dt="month").select(*PERSON_MONTH.schema.names).order_by("dt", "subject")


def _sum_of_bits(bits: "ir.IntegerColumn") -> "ir.IntegerScalar":
    """Add up through floats, exactly below 2^53: DuckDB's sum of whole numbers is a decimal, which has no bits."""
    return bits.cast("float64").sum().cast("int64")


def whole_second(moment: "ir.TimestampValue") -> "ir.IntegerValue":
    """Count whole seconds since 1970: cut first, because DuckDB counts fractions where Spark does not."""
    return moment.truncate("s").epoch_seconds().cast("int64")


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


def use_table() -> "ir.Table":
    """Name the use among events."""
    return _named(NAMED_USE, USE)


def presence_table() -> "ir.Table":
    """Name who used the product on which days."""
    return _named(NAMED_PRESENCE, PRESENCE)


def person_day_table() -> "ir.Table":
    """Name the counts by person."""
    return _named(NAMED_PERSON_DAY, PERSON_DAY.schema)


def _named(name: str, schema: pa.Schema) -> "ir.Table":
    return ibis.table(ibis.Schema.from_pyarrow(schema), name=name)
