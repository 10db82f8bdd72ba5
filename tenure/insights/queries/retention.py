"""Retention triangles and curves, from the rollups, down to the accounts of each cell."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from tenure.customers import queries as customers
from tenure.insights.queries.naming import (
    days_of_use,
    name_accounts_by_day,
    name_calendar,
    name_groups,
    name_people_by_day,
    number,
)
from tenure.insights.queries.readings import today, usual_range
from tenure.insights.rules import named
from tenure.insights.rules import retention as rules
from tenure.insights.rules.defining import checked_retention
from tenure.insights.rules.periods import following, last_day, start
from tenure.insights.types import (
    Cell,
    Cohort,
    CurvePoint,
    Entry,
    Grain,
    Retention,
    RetentionAsked,
    RetentionCurve,
    Subject,
)
from tenure.lake import engine
from tenure.stats.proportions import share

if TYPE_CHECKING:
    import ibis.expr.types as ir


def retention(asked: RetentionAsked, *, since: date | None = None, until: date | None = None) -> Retention:
    """Return the triangle of the cohorts that came between two days (the latest 12 months or 26 weeks unless told).

    Raises `RetentionUnusable` and `RangeUnusable`.
    """
    asked = checked_retention(asked)
    since, until = usual_range(asked.grain, since, until)
    _name(asked, since)
    of_sizes, of_triangle = _triangle_sql(asked)
    sizes = engine.run_sql(of_sizes).to_pylist()
    counted = engine.run_sql(of_triangle).to_pylist()
    active = {(r["grp"], r["cohort"], r["age"]): r["active"] for r in counted}
    known = {start(day, asked.grain) for day in days_of_use()}
    cohorts = tuple(
        Cohort(
            group=r["grp"],
            period=r["cohort"],
            size=r["size"],
            cells=tuple(_cells(asked.grain, r["grp"], r["cohort"], r["size"], active, known)),
        )
        for r in sorted(sizes, key=lambda r: (r["cohort"], r["grp"]))
        if r["cohort"] <= until
    )
    return Retention(asked=asked, since=since, until=until, cohorts=cohorts, curves=_curves(cohorts))


def cohort_accounts(
    asked: RetentionAsked, *, group: str, cohort: date, age: int | None = None, came_back: bool = True
) -> list[int]:
    """Return the accounts of a cohort (of its people, where people are counted): all of them, or by whether they were
    active `age` periods later. Raises `RetentionUnusable` and `RangeUnusable`.
    """
    asked = checked_retention(asked)
    cohort, _ = usual_range(asked.grain, start(cohort, asked.grain), today())
    _name(asked, cohort)
    members, use = _expressions(asked)
    of_cohort = members.filter(members.cohort == cohort, members.grp == group)
    subjects = set(engine.run_sql(engine.sql_of(of_cohort.select("subject")))["subject"].to_pylist())
    if age is not None:
        returned = rules.returns(members, use, asked.subject.column)
        at_age = returned.filter(returned.cohort == cohort, returned.grp == group, returned.age == age)
        active = set(engine.run_sql(engine.sql_of(at_age.select("subject")))["subject"].to_pylist())
        subjects = subjects & active if came_back else subjects - active
    if asked.subject is Subject.PERSON:
        subjects = set(customers.accounts_of_people(subjects).values())
    return sorted(subjects)


def _name(asked: RetentionAsked, since: date) -> None:
    """Name what the triangle is made of: who came first when needs all of time, who comes back the time since."""
    by_account = asked.subject is Subject.ACCOUNT and not asked.event
    first = start(since, asked.grain)
    everything = asked.entry is Entry.FIRST_USE
    if asked.subject is Subject.ACCOUNT:
        name_accounts_by_day(None if everything else first, None if everything else today())
    if asked.subject is Subject.PERSON or asked.event:
        name_people_by_day(*((None, None) if everything and not by_account else (first, today())))
    name_calendar(first, max(first, today()), asked.grain)
    if not everything:
        engine.name_rows(named.ENTRIES, _signed_up(asked.subject))
    name_groups(asked.split, asked.subject)


@lru_cache(maxsize=64)
def _triangle_sql(asked: RetentionAsked) -> tuple[str, str]:
    """Keep the SQL of what was asked before: writing it takes longer than running it over a rollup."""
    members, use = _expressions(asked)
    triangle = rules.triangle(rules.returns(members, use, asked.subject.column))
    return engine.sql_of(rules.sizes(members)), engine.sql_of(triangle)


def _expressions(asked: RetentionAsked) -> tuple["ir.Table", "ir.Table"]:
    """Return the members of the cohorts, and the use that counts as coming back."""
    light = named.account_day() if asked.subject is Subject.ACCOUNT else named.person_day()
    came = rules.first_days(light, asked.subject.column) if asked.entry is Entry.FIRST_USE else named.entries()
    members = rules.cohorts(came)
    if asked.change:
        members = rules.split_at(members, asked.change)
    elif asked.split:
        members = named.grouped(members, "subject")
    else:
        members = named.ungrouped(members)
    if not asked.event:
        return members, light
    use = named.person_day()
    return members, use.filter(use.event == asked.event)


def _signed_up(subject: Subject) -> pa.Table:
    facts = customers.account_facts(()) if subject is Subject.ACCOUNT else customers.person_facts(())
    days = facts["signed_up_at"].cast(pa.date32())
    entries = pa.table([facts[subject.column], days], schema=named.ENTRIES_SCHEMA)
    return entries.filter(pc.is_valid(entries["entered"]))


def _cells(
    grain: Grain, group: str, cohort: date, size: int, active: dict[tuple[str, date, int], int], known: set[date]
) -> Sequence[Cell]:
    cells, now = [], today()
    for age in range(number(start(now, grain), grain) - number(cohort, grain) + 1):
        period = following(cohort, grain, age)
        count = active.get((group, cohort, age), 0) if period in known else None
        cells.append(
            Cell(
                age=age,
                active=count,
                share=None if count is None else count / size,
                so_far=last_day(period, grain) >= now,
            )
        )
    return cells


def _curves(cohorts: Sequence[Cohort]) -> tuple[RetentionCurve, ...]:
    """Pool the finished cells of each age over the cohorts of a group."""
    pooled: dict[str, dict[int, tuple[int, int]]] = {}
    for cohort in cohorts:
        by_age = pooled.setdefault(cohort.group, {})
        for cell in cohort.cells:
            if cell.active is not None and not cell.so_far:
                active, of = by_age.get(cell.age, (0, 0))
                by_age[cell.age] = active + cell.active, of + cohort.size
    return tuple(
        RetentionCurve(group=group, points=tuple(_point(age, *by_age[age]) for age in sorted(by_age)))
        for group, by_age in sorted(pooled.items())
    )


def _point(age: int, active: int, of: int) -> CurvePoint:
    seen = share(active, of)
    return CurvePoint(
        age=age,
        active=active,
        of=of,
        share=seen.value or 0.0,
        low=seen.low or 0.0,
        high=1.0 if seen.high is None else seen.high,
    )
