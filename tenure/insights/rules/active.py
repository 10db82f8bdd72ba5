"""Who was active: on a day, in the days up to it, in a calendar period. From the rollups alone."""

from typing import TYPE_CHECKING

from tenure.insights.rules import named
from tenure.lake.lazily import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir


def active_days(use: "ir.Table", subject: str, *, split: bool) -> "ir.Table":
    """Return each day on which each subject (`person_id` or `account_id`) was active, once: grp, subject, dt."""
    known = use.filter(use[subject] != 0)
    known = named.grouped(known, "account_id") if split else named.ungrouped(known)
    return known.select("grp", "dt", subject=known[subject]).distinct()


def days_of(months: "ir.Table", *, split: bool) -> "ir.Table":
    """Return each day on which each subject was active, once, from months: grp, subject, dt; splits accounts only."""
    known_group = named.grouped(months, "subject") if split else named.ungrouped(months)
    known = named.days_of_months()
    joined = known_group.join(known, known_group.dt == known.month)
    met = joined.filter((joined.days & joined.bit) != 0)
    return met.select("grp", "subject", dt=met.day)


def window_changes(active: "ir.Table", days: int) -> "ir.Table":
    """Return how many were active within the `days` days up to each day, wherever that number changes.

    Columns grp, number (of the day, from a calendar of days) and active; between two rows it stays as it was. An active
    day counts from itself until `days` later or until the next active day takes over, so each subject adds two rows per
    active day and nothing is counted distinct. Days are whole numbers here because a date with an interval added is a
    date on Spark and a timestamp on DuckDB.
    """
    known = named.calendar()
    numbered = active.join(known, active.dt == known.day).select("grp", "subject", "number")
    following = numbered.number.lead(1).over(ibis.window(group_by=["grp", "subject"], order_by="number"))
    spans = numbered.mutate(fades=numbered.number + days, following=following)
    until = ibis.ifelse(spans.following.notnull() & (spans.following < spans.fades), spans.following, spans.fades)
    begins = spans.select("grp", "number", step=ibis.literal(1, "int64"))
    ends = spans.select("grp", number=until, step=ibis.literal(-1, "int64"))
    steps = begins.union(ends)
    changes = steps.group_by("grp", "number").aggregate(step=steps.step.sum().cast("int64"))
    running = changes.step.sum().over(ibis.cumulative_window(group_by="grp", order_by="number"))
    return changes.select("grp", "number", active=running.cast("int64")).order_by("grp", "number")


def by_period(active: "ir.Table") -> "ir.Table":
    """Count subjects and their active days in each period of the calendar: grp, period, subjects, active_days."""
    known = named.calendar()
    joined = active.join(known, active.dt == known.day)
    counted = joined.group_by("grp", "period").aggregate(
        subjects=joined.subject.nunique().cast("int64"), active_days=joined.count().cast("int64")
    )
    return counted.order_by("grp", "period")


def features(use: "ir.Table", subject: str) -> "ir.Table":
    """Count who used what in each period of the calendar: period, event, subjects, times."""
    known = named.calendar()
    joined = use.filter(use[subject] != 0).join(known, use.dt == known.day)
    counted = joined.group_by("period", "event").aggregate(
        subjects=joined[subject].nunique().cast("int64"), times=joined.n.sum().cast("int64")
    )
    return counted.order_by("period", "event")
