"""Product metrics from the rollups, against the same numbers recomputed from raw events by plain SQL.

Five million events of 60 000 people in 4 000 accounts over 180 days. Both ways run in one process on one engine, three
times each, the best of each counting; then their answers are compared.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pyarrow as pa

from bench.make_events import FIRST_DAY, Size, World
from bench.rig import fresh_tenure
from bench.run import Figure

DAYS_WRITTEN_AT_ONCE = 15
TIMES = 3
T = TypeVar("T")


def measure() -> Iterator[Figure]:
    """Time the retention triangle and active people both ways, and what only raw events can say."""
    with fresh_tenure():
        from tenure.insights import queries
        from tenure.insights.types import FunnelSteps, Grain, RetentionAsked, Subject
        from tenure.kernel import clock, tenancy
        from tenure.lake import tables
        from tenure.tracking.actions.folding import fold_months
        from tenure.tracking.actions.rollups import refresh_days
        from tenure.tracking.types.lake import EVENTS

        world = World(Size())
        days = [FIRST_DAY + dt.timedelta(days=n) for n in range(world.size.days)]
        last = days[-1]
        ends = dt.datetime(last.year, last.month, last.day, 23, 59, tzinfo=dt.UTC)
        workspace_id = 1
        with clock.simulated(ends), tenancy.scope(workspace_id):
            for first in range(0, world.size.days, DAYS_WRITTEN_AT_ONCE):
                some = range(first, min(first + DAYS_WRITTEN_AT_ONCE, world.size.days))
                tables.append(workspace_id, EVENTS, pa.concat_tables([world.events(day) for day in some]))
            refresh_days(workspace_id, days)
            fold_months(workspace_id, ends)

            ours, triangle = _best(lambda: queries.retention(RetentionAsked(), since=days[0], until=last))
            raw, counted = _best(lambda: _raw_triangle(workspace_id))
            yield Figure(
                figure="retention triangle of accounts by month, 5 M events",
                value=ours,
                unit="s",
                baseline=raw,
                ratio=raw / ours,
                bar=3,
            )
            cells = {(c.period, cell.age): cell.active for c in triangle.cohorts for cell in c.cells if cell.active}
            yield _wrong("cells of the triangle that differ", cells, counted)

            people = RetentionAsked(subject=Subject.PERSON, grain=Grain.WEEK)
            ours, triangle = _best(lambda: queries.retention(people, since=days[0], until=last))
            raw, counted = _best(lambda: _raw_triangle(workspace_id, "person_id", "week"))
            yield Figure(
                figure="retention triangle of people by week, 5 M events",
                value=ours,
                unit="s",
                baseline=raw,
                ratio=raw / ours,
            )
            cells = {(c.period, cell.age): cell.active for c in triangle.cohorts for cell in c.cells if cell.active}
            yield _wrong("cells of that triangle that differ", cells, counted)

            ours, active = _best(lambda: queries.read_metric("mau", since=days[29], until=last))
            raw, seen = _best(lambda: _raw_active(workspace_id, days))
            yield Figure(
                figure="people active in the 30 days up to each of 151 days",
                value=ours,
                unit="s",
                baseline=raw,
                ratio=raw / ours,
                bar=3,
            )
            yield _wrong("days that differ", {row.period: row.value for row in active.rows}, seen)

            names = [e for (e,) in _popular(workspace_id)]
            asked = FunnelSteps(
                subject=Subject.PERSON, steps=tuple((name,) for name in names[:3]), limit_seconds=14 * 86_400
            )
            took, _ = _best(lambda: queries.funnel_result(asked, since=days[0], until=last))
            yield Figure(figure="funnel of three steps within 14 days, 60 000 people", value=took, unit="s")
            ours, _ = _best(lambda: queries.session_counts(days[0], last, grain=Grain.WEEK))
            # by another gap than the rollup's they come from raw events
            raw, _ = _best(lambda: queries.session_counts(days[0], last, grain=Grain.WEEK, gap_minutes=31))
            yield Figure(
                figure="sessions and time in the app by week, 180 days",
                value=ours,
                unit="s",
                baseline=raw,
                ratio=raw / ours,
                bar=3,
            )


def _best(ask: Callable[[], T]) -> tuple[float, T]:
    best, answer = float("inf"), None
    for _ in range(TIMES):
        began = time.perf_counter()
        answer = ask()
        best = min(best, time.perf_counter() - began)
    assert answer is not None
    return best, answer


def _wrong(figure: str, ours: dict[Any, Any], theirs: dict[Any, Any]) -> Figure:
    wrong = sum(ours.get(key) != theirs.get(key) for key in {*ours, *theirs})
    return Figure(figure=figure, value=wrong, unit="", bar=0, keep="at most")


def _raw(workspace_id: int, sql: str) -> list[tuple[Any, ...]]:
    from tenure.lake import engine, tables
    from tenure.tracking.types.lake import EVENTS

    engine.name_files("bench_events", EVENTS, tables.files(workspace_id, EVENTS))
    return [tuple(row.values()) for row in engine.run_sql(sql).to_pylist()]


def _raw_triangle(workspace_id: int, subject: str = "account_id", period: str = "month") -> dict[Any, Any]:
    rows = _raw(
        workspace_id,
        f"""
        WITH used AS (
            SELECT DISTINCT {subject}, date_trunc('{period}', dt)::DATE AS period FROM bench_events WHERE {subject} <> 0
        ), came AS (SELECT {subject}, min(period) AS cohort FROM used GROUP BY ALL)
        SELECT cohort, datediff('{period}', cohort, period) AS age, count(*) AS active
        FROM used JOIN came USING ({subject}) GROUP BY ALL
        """,
    )
    return {(cohort, age): active for cohort, age, active in rows}


def _raw_active(workspace_id: int, days: list[dt.date]) -> dict[Any, Any]:
    """Count distinct people over each window, the days spread over the windows they are in by an equi-join."""
    from tenure.lake import engine

    pairs = [(day, day + dt.timedelta(days=n)) for day in days for n in range(30)]
    pairs = [(day, window) for day, window in pairs if days[29] <= window <= days[-1]]
    engine.name_rows("bench_windows", pa.table([[d for d, _ in pairs], [w for _, w in pairs]], names=["dt", "day"]))
    rows = _raw(
        workspace_id,
        "SELECT day, count(DISTINCT person_id) FROM (SELECT DISTINCT person_id, dt FROM bench_events)"
        " JOIN bench_windows USING (dt) GROUP BY ALL",
    )
    return dict(rows)


def _popular(workspace_id: int) -> list[tuple[Any, ...]]:
    return _raw(workspace_id, "SELECT event FROM bench_events GROUP BY ALL ORDER BY count(*) DESC, event LIMIT 3")
