"""Running one expression over rows that a test made up, on whichever engine."""

from datetime import UTC
from functools import lru_cache

import pyarrow as pa

from tenure.insights.rules import months, named
from tenure.insights.types import Grain
from tenure.lake import engine
from tenure.tracking.queries.presence import days_table
from tenure.tracking.rules import rollups
from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS, MONTHS, PERSON_DAY, SESSION_DAY


class Duck:
    """The embedded engine, as Tenure runs it."""

    def name(self, name, rows):
        engine.name_rows(name, rows)

    def run(self, expression):
        return engine.run_sql(_sql(expression)).to_pylist()


@lru_cache(maxsize=512)
def _sql(expression):
    """Keep SQL, as Tenure does: writing it takes longer than running it."""
    return engine.sql_of(expression)


class Sail:
    """Spark's protocol, through Ibis: what a cluster would be asked."""

    def __init__(self, spark):
        import ibis

        self.spark, self.ibis = spark, ibis.pyspark.connect(spark)
        self.told = None

    def name(self, name, rows):
        self.spark.createDataFrame(rows).createOrReplaceTempView(name)

    def run(self, expression):
        return self.ibis.to_pyarrow(expression).to_pylist()


def raw(events):
    """Events as rows of the lake, as tracking stores them."""
    return pa.table(
        [
            [f"m{n}" for n in range(len(events))],
            [e.person_id for e in events],
            [e.account_id for e in events],
            [False] * len(events),
            [e.type for e in events],
            [e.event for e in events],
            [e.ts for e in events],
            [e.ts for e in events],
            ["sdk"] * len(events),
            ["{}"] * len(events),
            ["{}"] * len(events),
            [e.ts.astimezone(UTC).date() for e in events],
        ],
        schema=EVENTS.schema,
    )


def rows(schema, values):
    """Rows given as tuples."""
    return pa.table([list(column) for column in zip(*values, strict=True)] or [[] for _ in schema], schema=schema)


def tell(
    on,
    events,
    *,
    groups=(),
    calendar=(),
    entries=(),
    wanted=(),
    subject="person_id",
    grain=Grain.MONTH,
    gap=1800,
    only=None,
):
    """Name everything that the expressions of insights are over; the rollups are made from the raw events.

    Use by month is of people, or of accounts when `subject` says so. `only` some rollups are made where it is given.
    """
    on.name(rollups.NAMED_EVENTS, raw(events))
    if only is None or "days" in only:
        _tell_days(on)
    if only is None or "sessions" in only:
        _tell_sessions(on, events, subject, gap)
    if calendar:
        for name, given in months.tables(calendar[0][0], calendar[-1][0], grain).items():
            on.name(name, given)
    on.name(named.GROUPS, rows(named.GROUPS_SCHEMA, groups))
    on.name(named.CALENDAR, rows(named.CALENDAR_SCHEMA, calendar))
    on.name(named.ENTRIES, rows(named.ENTRIES_SCHEMA, entries))
    on.name(named.WANTED, rows(named.WANTED_SCHEMA, wanted))


def _tell_days(on):
    people = on.run(rollups.person_days(rollups.events_table()))
    days = pa.Table.from_pylist(people, schema=PERSON_DAY.schema)
    on.name(rollups.NAMED_PERSON_DAY, days)
    on.name(named.PEOPLE_BY_DAY, days)
    accounts = on.run(rollups.account_days(rollups.person_day_table()))
    on.name(named.ACCOUNTS_BY_DAY, pa.Table.from_pylist(accounts, schema=ACCOUNT_DAY.schema))


def _tell_sessions(on, events, subject, gap):
    found = on.run(rollups.session_days(rollups.use_of(rollups.events_table()), gap))
    sessions = pa.Table.from_pylist(found, schema=SESSION_DAY.schema)
    on.name(named.SESSIONS_BY_DAY, sessions)
    presence = sessions.select(named.PRESENCE_SCHEMA.names)
    on.name(named.PRESENCE_BY_DAY, presence)
    on.name(rollups.NAMED_PRESENCE, presence)
    on.name(rollups.NAMED_DAYS, days_table({e.day for e in events}))
    folded = on.run(rollups.months(rollups.presence_table(), subject))
    on.name(named.MONTHS, pa.Table.from_pylist(folded, schema=MONTHS[subject].schema))
