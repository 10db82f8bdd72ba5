"""Rollups after a batch: counting anew what it touches, as the intake does, against counting everything anew in place.

Five million events of 60 000 people in 4 000 accounts over 180 days lie in the lake (TENURE_BENCH_EVENTS=50000000 for
the long form). A batch of 100 000 arrives: most of it of the latest day, 3 % late by up to a week. Both ways write the
same three Delta tables; between the two they are compared with counts made from the raw events by plain SQL (sessions:
of the days the batches touch).
"""

import datetime as dt
import os
import time
from collections.abc import Iterator

import pyarrow as pa

from bench.make_events import FIRST_DAY, Size, World
from bench.rig import fresh_tenure
from bench.run import Figure

HOW_MANY = int(os.environ.get("TENURE_BENCH_EVENTS", "5000000"))
BATCH, LATE_SHARE, LATE_DAYS = 100_000, 0.03, 7
DAYS_WRITTEN_AT_ONCE = 15
TIMES = 3


def measure() -> Iterator[Figure]:
    """Time both, three times each, in one run; the best of each counts."""
    with fresh_tenure():
        from tenure.kernel import tenancy
        from tenure.lake import tables
        from tenure.tracking.actions.rollups import refresh_days, refresh_people
        from tenure.tracking.types.lake import EVENTS

        size = Size(events=HOW_MANY, accounts=min(HOW_MANY // 1_250, 20_000), people=min(HOW_MANY // 250 * 3, 400_000))
        world = World(size)
        workspace_id = 1
        days = [FIRST_DAY + dt.timedelta(days=n) for n in range(world.size.days)]
        with tenancy.scope(workspace_id):
            for first in range(0, world.size.days, DAYS_WRITTEN_AT_ONCE):
                some = range(first, min(first + DAYS_WRITTEN_AT_ONCE, world.size.days))
                tables.append(workspace_id, EVENTS, pa.concat_tables([world.events(day) for day in some]))
            refresh_days(workspace_id, days)

            batches = []
            for number in range(1, TIMES + 1):
                stored = _arrive(world, number, workspace_id)
                began = time.perf_counter()
                refresh_people(workspace_id, stored, [])
                batches.append(time.perf_counter() - began)
            wrong = _wrong(workspace_id, days[-LATE_DAYS - 1 :])
            wholes = []
            for _ in range(TIMES):
                began = time.perf_counter()
                refresh_days(workspace_id, days)
                wholes.append(time.perf_counter() - began)
            refreshed, whole = min(batches), min(wholes)
            yield Figure(
                figure=f"refresh after a batch of 100 000 on {HOW_MANY:,} events",
                value=refreshed,
                unit="s",
                baseline=whole,
                ratio=whole / refreshed,
                bar=20 if HOW_MANY >= 50_000_000 else 10,
            )
            yield Figure(figure="days counted wrong afterwards", value=wrong, unit="days", bar=0, keep="at most")


def _arrive(world: World, number: int, workspace_id: int) -> pa.Table:
    """Put a batch into the lake; returns whose calls on which days it is."""
    from tenure.lake import tables
    from tenure.tracking.types.lake import EVENTS

    last = world.size.days - 1
    late = int(BATCH * LATE_SHARE / LATE_DAYS)
    parts = [world.events(last, BATCH - late * LATE_DAYS, number)]
    parts += [world.events(last - n, late, number) for n in range(1, LATE_DAYS + 1)]
    batch = pa.concat_tables(parts)
    tables.append(workspace_id, EVENTS, batch)
    return batch.select(["person_id", "dt"])


def _wrong(workspace_id: int, touched: list[dt.date]) -> int:
    """Count the days on which a rollup differs from the raw events; sessions are looked at on `touched` days."""
    from tenure.lake import engine, tables
    from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS, PERSON_DAY, SESSION_DAY

    for table in (EVENTS, PERSON_DAY, ACCOUNT_DAY):
        engine.name_files(f"bench_{table.name}", table, tables.files(workspace_id, table))
    for table in (EVENTS, SESSION_DAY):
        engine.name_files(f"bench_touched_{table.name}", table, tables.files(workspace_id, table, touched))
    wrong = engine.run_sql(
        """
        WITH raw_people AS (
            SELECT account_id, person_id, event, count(*) AS n, min(ts), max(ts), dt FROM bench_events GROUP BY ALL
        ), raw_accounts AS (
            SELECT account_id, count(*) AS events, count(DISTINCT person_id) AS people, dt
            FROM bench_events GROUP BY ALL
        ), raw_neighbours AS (
            SELECT account_id, person_id, ts, dt,
                lag(ts) OVER (PARTITION BY account_id, person_id, dt ORDER BY ts) AS before
            FROM bench_touched_events
        ), raw_sessions AS (
            SELECT account_id, person_id, count(*) AS events,
                count(*) FILTER (before IS NULL OR ts > before + INTERVAL 30 MINUTE) AS sessions,
                coalesce(sum(epoch_us(ts) // 1000000 - epoch_us(before) // 1000000)
                    FILTER (ts <= before + INTERVAL 30 MINUTE), 0)::BIGINT AS seconds,
                min(ts), max(ts), dt
            FROM raw_neighbours GROUP BY account_id, person_id, dt
        )
        SELECT count(DISTINCT dt) AS days FROM (
            (SELECT dt FROM (FROM raw_people EXCEPT ALL FROM bench_person_day))
            UNION ALL (SELECT dt FROM (FROM bench_person_day EXCEPT ALL FROM raw_people))
            UNION ALL (SELECT dt FROM (FROM raw_accounts EXCEPT ALL FROM bench_account_day))
            UNION ALL (SELECT dt FROM (FROM bench_account_day EXCEPT ALL FROM raw_accounts))
            UNION ALL (SELECT dt FROM (FROM raw_sessions EXCEPT ALL FROM bench_touched_session_day))
            UNION ALL (SELECT dt FROM (FROM bench_touched_session_day EXCEPT ALL FROM raw_sessions))
        )
        """
    )
    return int(wrong["days"][0].as_py())
