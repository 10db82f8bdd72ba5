"""Sessions and time in the app: from the rollup, or from raw events for a gap that it was not counted by."""

from datetime import date, timedelta

from tenure.insights.errors import RangeUnusable
from tenure.insights.queries.naming import days_between, name_calendar, name_groups, name_sessions
from tenure.insights.queries.readings import today
from tenure.insights.rules import named, sessions
from tenure.insights.rules.periods import last_day, start
from tenure.insights.types import Grain, SessionCount
from tenure.lake import engine
from tenure.tracking import queries as tracking
from tenure.tracking.types import LONGEST_SESSION_GAP


def session_counts(
    since: date, until: date, *, grain: Grain = Grain.WEEK, by: str = "", gap_minutes: int | None = None
) -> list[SessionCount]:
    """Count sessions and time in the app in each period that meets the range, whole.

    A gap longer than `gap_minutes` (1 to 1440; what the workspace chose unless told) begins a new session. Raises
    `RangeUnusable`.
    """
    gap_minutes = tracking.session_gap() if gap_minutes is None else gap_minutes
    if not 1 <= gap_minutes <= LONGEST_SESSION_GAP:
        raise RangeUnusable("A session ends after a gap of 1 to 1440 minutes.")
    first, last = start(since, grain), min(last_day(start(until, grain), grain), today())
    if last < first:
        return []
    name_calendar(first, last, grain)
    name_groups(by)
    if tracking.sessions_counted_by(gap_minutes):
        name_sessions(first - timedelta(days=1), last)
        near = sessions.over_midnight(named.session_day(), gap_minutes * 60, since=first, until=last, split=bool(by))
    else:
        events = tracking.events(days_between(first - timedelta(days=1), last))
        near = sessions.neighbours(events, gap_minutes * 60, since=first, until=last, split=bool(by))
    rows = engine.answer(engine.sql_of(sessions.sessions_by_period(near))).to_pylist()
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
