"""Who comes back: cohorts of those who came in one period, and how many of them were active in each period after."""

from typing import TYPE_CHECKING

from tenure.insights.rules import named
from tenure.lake.lazily import ibis

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

BEFORE = "before"
AFTER = "after"


def first_days(use: "ir.Table", subject: str) -> "ir.Table":
    """Return the first day on which each subject did anything, from the whole rollup: subject, entered."""
    known = use.filter(use[subject] != 0)
    return known.group_by(subject=known[subject]).aggregate(entered=known.dt.min())


def cohorts(entries: "ir.Table") -> "ir.Table":
    """Put everybody who entered in the calendar into the cohort of that period: subject, entered, cohort, number."""
    known = named.calendar()
    joined = entries.join(known, entries.entered == known.day)
    return joined.select("subject", "entered", "number", cohort=joined.period)


def split_at(members: "ir.Table", change: "date") -> "ir.Table":
    """Group by whether they entered before a day or on or after it."""
    return members.mutate(grp=ibis.ifelse(members.entered < ibis.literal(change), BEFORE, AFTER))


def sizes(members: "ir.Table") -> "ir.Table":
    """Count the members of each cohort: grp, cohort, size."""
    return members.group_by("grp", "cohort").aggregate(size=members.count().cast("int64")).order_by("grp", "cohort")


def returns(members: "ir.Table", use: "ir.Table", subject: str) -> "ir.Table":
    """Return each period in which a member was active, once: grp, cohort, subject, age in periods since entry."""
    known = named.calendar()
    seen = use.join(known, use.dt == known.day).select(user=use[subject], used="number").distinct()
    joined = members.join(seen, members.subject == seen.user)
    joined = joined.mutate(age=joined.used - joined.number)
    return joined.filter(joined.age >= 0).select("grp", "cohort", "subject", "age")


def triangle(returned: "ir.Table") -> "ir.Table":
    """Count those active in each period after they came: grp, cohort, age, active."""
    counted = returned.group_by("grp", "cohort", "age").aggregate(active=returned.count().cast("int64"))
    return counted.order_by("grp", "cohort", "age")
