"""Who comes back: cohorts of those who came in one period, and how many of them were active in each period after."""

from typing import TYPE_CHECKING

from tenure.insights.rules import named
from tenure.lake.lazily import ibis

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

PERIODS_A_WORD = 26
"""Two bits for each, below 2^53."""
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


def entered_in(months: "ir.Table") -> "ir.Table":
    """Return the first day on which each subject did anything, from all months: subject, entered."""
    return months.group_by("subject").aggregate(entered=months.first_day.min())


def seen_in_periods(months: "ir.Table") -> "ir.Table":
    """Note for each subject the periods it was active in, as bits: subject, word, seen.

    A subject has one row a month, so a period meets at most two of them (a week does, at the turn of a month): with two
    bits for each period, adding up is enough to note it, and nothing is counted distinct. It adds floats, exactly below
    2^53, because DuckDB's sum of whole numbers is a decimal, which has no bits.
    """
    parts = named.parts_of_months()
    joined = months.join(parts, months.dt == parts.month)
    noted = sum(
        (
            ibis.ifelse((joined.days & joined[f"mask{n}"]) != 0, joined[f"weight{n}"], 0)
            for n in range(named.MOST_PARTS)
        ),
        ibis.literal(0, "int64"),
    )
    met = joined.select("subject", "word", noted=noted.cast("float64"))
    return met.group_by("subject", "word").aggregate(seen=met.noted.sum().cast("int64"))


def returns_noted(members: "ir.Table", seen: "ir.Table") -> "ir.Table":
    """Return each period in which a member was active, once, as `returns` does, from `seen_in_periods`."""
    known = named.places()
    noted = members.join(seen, "subject").join(known, "word")
    met = noted.filter((noted.seen & noted.flag) != 0, noted.number_right >= noted.number)
    return met.select("grp", "cohort", "subject", age=met.number_right - met.number)


def counts_noted(members: "ir.Table", seen: "ir.Table") -> "ir.Table":
    """Count those active in each period, noted as `seen_in_periods` does: grp, cohort, number, word, p0 … p25.

    One column for each period of a word: a row for each would be the whole product of members and periods.
    """
    noted = members.join(seen, "subject")
    counted = noted.group_by("grp", "cohort", "number", "word").aggregate(
        **{
            f"p{place}": ibis.ifelse((noted.seen & ibis.literal(3 << 2 * place, "int64")) != 0, 1, 0)
            .sum()
            .cast("int64")
            for place in range(PERIODS_A_WORD)
        }
    )
    return counted.order_by("grp", "cohort", "word")


def triangle(returned: "ir.Table") -> "ir.Table":
    """Count those active in each period after they came: grp, cohort, age, active."""
    counted = returned.group_by("grp", "cohort", "age").aggregate(active=returned.count().cast("int64"))
    return counted.order_by("grp", "cohort", "age")
