"""Sessions and time in the app, from the raw events of the range."""

from datetime import date, timedelta

from tenure.insights.errors import RangeUnusable
from tenure.insights.queries.naming import days_between, name_calendar, name_groups
from tenure.insights.queries.readings import today
from tenure.insights.rules import sessions
from tenure.insights.rules.periods import last_day, start
from tenure.insights.types import Grain, SessionCount
from tenure.lake import engine
from tenure.tracking import queries as tracking

USUAL_GAP = 30
LONGEST_GAP = 24 * 60


def session_counts(
    since: date, until: date, *, grain: Grain = Grain.WEEK, by: str = "", gap_minutes: int = USUAL_GAP
) -> list[SessionCount]:
    """Count sessions and time in the app in each period that meets the range, whole.

    A gap longer than `gap_minutes` (1 to 1440) begins a new session. Raises `RangeUnusable`.
    """
    if not 1 <= gap_minutes <= LONGEST_GAP:
        raise RangeUnusable("A session ends after a gap of 1 to 1440 minutes.")
    first, last = start(since, grain), min(last_day(start(until, grain), grain), today())
    if last < first:
        return []
    name_calendar(first, last, grain)
    name_groups(by)
    events = tracking.events(days_between(first - timedelta(days=1), last))
    near = sessions.neighbours(events, gap_minutes * 60, since=first, until=last, split=bool(by))
    rows = engine.run_sql(engine.sql_of(sessions.sessions_by_period(near))).to_pylist()
    return [
        SessionCount(
            period=r["period"],
            group=r["grp"],
            sessions=int(r["sessions"]),  # DuckDB adds whole numbers up to decimals
            seconds=int(r["seconds"]),
            people=r["people"],
        )
        for r in rows
    ]
