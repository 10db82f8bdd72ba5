"""Sessions and time in the app: from the rollup by day, or for another gap from raw events.

A session begins with an event that none by the same person at the same account precedes by the gap or less. Time in the
app is the time between such neighbouring events, counted on the day of the later one. So every day depends on itself
and on the gap before it only: days add up to weeks, and a late event changes its own day and the next.
"""

from typing import TYPE_CHECKING

from tenure.insights.rules import named
from tenure.lake.lazily import ibis
from tenure.tracking.types import USE_TYPES

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir


def neighbours(events: "ir.Table", gap_seconds: int, *, since: "date", until: "date", split: bool) -> "ir.Table":
    """Return every use between two days with whether it began a session and the seconds since its neighbour.

    Columns grp, account_id, person_id, dt, begins (0 or 1) and seconds (whole ones; 0 where it began a session).
    `events` must reach back a gap before `since`.
    """
    use = events.filter(events.type.isin(USE_TYPES), events.person_id != 0, events.dt <= until)
    use = use.select("account_id", "person_id", "dt", "ts", second=_second(use.ts))
    use = named.grouped(use, "account_id") if split else named.ungrouped(use)
    apart = ibis.window(group_by=["account_id", "person_id"], order_by="ts")
    use = use.mutate(before=use.ts.lag(1).over(apart), second_before=use.second.lag(1).over(apart))
    within = use.before.notnull() & (use.ts <= use.before + ibis.interval(seconds=gap_seconds))
    use = use.mutate(
        begins=ibis.ifelse(within, 0, 1).cast("int64"), seconds=ibis.ifelse(within, use.second - use.second_before, 0)
    )
    return use.filter(use.dt >= since).select(
        "grp", "account_id", "person_id", "dt", "begins", seconds=use.seconds.cast("int64")
    )


def over_midnight(days: "ir.Table", gap_seconds: int, *, since: "date", until: "date", split: bool) -> "ir.Table":
    """Join the sessions that days have counted each by itself, where one goes on over midnight.

    Columns as in `neighbours`, a row a day. `days` must reach back a day before `since`.
    """
    use = days.filter(days.person_id != 0, days.dt <= until)
    use = named.grouped(use, "account_id") if split else named.ungrouped(use)
    apart = ibis.window(group_by=["account_id", "person_id"], order_by="dt")
    use = use.mutate(before=use.last_ts.lag(1).over(apart))
    goes_on = use.before.notnull() & (use.first_ts <= use.before + ibis.interval(seconds=gap_seconds))
    night = ibis.ifelse(goes_on, _second(use.first_ts) - _second(use.before), 0)
    use = use.mutate(begins=use.sessions - goes_on.cast("int64"), spent=use.seconds + night)
    return use.filter(use.dt >= since).select(
        "grp", "account_id", "person_id", "dt", begins=use.begins.cast("int64"), seconds=use.spent.cast("int64")
    )


def sessions_by_period(found: "ir.Table") -> "ir.Table":
    """Add up sessions and seconds in each period of the calendar: grp, period, sessions, seconds, people."""
    known = named.calendar()
    joined = found.join(known, found.dt == known.day)
    counted = joined.group_by("grp", "period").aggregate(
        sessions=joined.begins.sum().cast("int64"),
        seconds=joined.seconds.sum().cast("int64"),
        people=joined.person_id.nunique().cast("int64"),
    )
    return counted.order_by("grp", "period")


def _second(moment: "ir.TimestampValue") -> "ir.IntegerValue":
    """Count whole seconds since 1970: cut first, because DuckDB counts fractions where Spark does not."""
    return moment.truncate("s").epoch_seconds().cast("int64")
