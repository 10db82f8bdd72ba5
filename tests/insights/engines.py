"""Running one expression over rows that a test made up, on whichever engine."""

from datetime import UTC

import pyarrow as pa

from tenure.insights.rules import named
from tenure.lake import engine
from tenure.tracking.rules import rollups
from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS, PERSON_DAY


class Duck:
    """The embedded engine, as Tenure runs it."""

    def name(self, name, rows):
        engine.name_rows(name, rows)

    def run(self, expression):
        return engine.run_sql(engine.sql_of(expression)).to_pylist()


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


def tell(on, events, *, groups=(), calendar=(), entries=(), wanted=()):
    """Name everything that the expressions of insights are over; the rollups are made from the raw events."""
    on.name(rollups.NAMED_EVENTS, raw(events))
    people = on.run(rollups.person_days(rollups.events_table()))
    days = pa.Table.from_pylist(people, schema=PERSON_DAY.schema)
    on.name(rollups.NAMED_PERSON_DAY, days)
    on.name(named.PEOPLE_BY_DAY, days)
    accounts = on.run(rollups.account_days(rollups.person_day_table()))
    on.name(named.ACCOUNTS_BY_DAY, pa.Table.from_pylist(accounts, schema=ACCOUNT_DAY.schema))
    on.name(named.GROUPS, rows(named.GROUPS_SCHEMA, groups))
    on.name(named.CALENDAR, rows(named.CALENDAR_SCHEMA, calendar))
    on.name(named.ENTRIES, rows(named.ENTRIES_SCHEMA, entries))
    on.name(named.WANTED, rows(named.WANTED_SCHEMA, wanted))
