"""Retention triangles and curves, from the rollups, down to the accounts of each cell."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from tenure.customers import queries as customers
from tenure.insights.errors import TooManyRows
from tenure.insights.queries.naming import (
    accounts_behind_people,
    days_of_use,
    name_calendar,
    name_groups,
    name_months,
    name_parts,
    name_people_by_day,
)
from tenure.insights.queries.readings import check_trait_split, today, usual_range
from tenure.insights.rules import named
from tenure.insights.rules import retention as rules
from tenure.insights.rules.defining import checked_retention
from tenure.insights.rules.periods import following, last_day, number, start
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

MOST_COHORTS = 2_000


def retention(asked: RetentionAsked, *, since: date | None = None, until: date | None = None) -> Retention:
    """Return the triangle of the cohorts that came between two days (the latest 12 months or 26 weeks unless told).

    Raises `RetentionUnusable`, `SplitUnknown`, `RangeUnusable` and `TooManyRows`.
    """
    asked = checked_retention(asked)
    check_trait_split(asked.split)
    since, until = usual_range(asked.grain, since, until)
    _name(asked, since)
    sizes = engine.answer(_sizes_sql()).to_pylist()
    if len(sizes) > MOST_COHORTS:
        raise TooManyRows
    active = _active(asked, number(start(since, asked.grain), asked.grain))
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
    active `age` periods later. Raises `RetentionUnusable`, `SplitUnknown` and `RangeUnusable`.
    """
    asked = checked_retention(asked)
    check_trait_split(asked.split)
    cohort, _ = usual_range(asked.grain, start(cohort, asked.grain), today())
    _name(asked, cohort)
    members, returned = named.members(), _returned(asked)
    of_cohort = members.filter(members.cohort == cohort, members.grp == group)
    subjects = set(engine.answer(engine.sql_of(of_cohort.select("subject")))["subject"].to_pylist())
    if age is not None:
        at_age = returned.filter(returned.cohort == cohort, returned.grp == group, returned.age == age)
        active = set(engine.answer(engine.sql_of(at_age.select("subject")))["subject"].to_pylist())
        subjects = subjects & active if came_back else subjects - active
    if asked.subject is Subject.PERSON:
        return accounts_behind_people(subjects, asked.split)
    return sorted(subjects)


def curve_accounts(
    asked: RetentionAsked, *, group: str, age: int, since: date | None = None, until: date | None = None
) -> list[int]:
    """Return the accounts behind one point of a curve: of all cohorts of a group for which that age is over and known,
    those active then. Raises as `retention` does.
    """
    found = retention(asked, since=since, until=until)  # names what is read below, too
    asked = found.asked
    pooled = [
        c.period
        for c in found.cohorts
        if c.group == group and age < len(c.cells) and c.cells[age].active is not None and not c.cells[age].so_far
    ]
    if not pooled:
        return []
    returned = _returned(asked)
    chosen = returned.filter(returned.grp == group, returned.age == age, returned.cohort.isin(pooled))
    subjects = set(engine.answer(engine.sql_of(chosen.select("subject").distinct()))["subject"].to_pylist())
    if asked.subject is Subject.PERSON:
        return accounts_behind_people(subjects, asked.split)
    return sorted(subjects)


def _active(asked: RetentionAsked, first: int) -> dict[tuple[str, date, int], int]:
    """Count those active by group, cohort and age; `first` is the place of the first period named."""
    rows = engine.answer(_triangle_sql(asked)).to_pylist()
    if asked.event:
        return {(r["grp"], r["cohort"], r["age"]): r["active"] for r in rows}
    return {
        (r["grp"], r["cohort"], age): int(count)  # DuckDB adds whole numbers up to decimals
        for r in rows
        for place in range(rules.PERIODS_A_WORD)
        if (count := r[f"p{place}"]) and (age := first + r["word"] * rules.PERIODS_A_WORD + place - r["number"]) >= 0
    }


def _name(asked: RetentionAsked, since: date) -> None:
    """Name what the triangle is made of, and work out who is in which cohort.

    Who came first when needs all of time, who comes back the time since.
    """
    first, last = start(since, asked.grain), max(start(since, asked.grain), today())
    everything = asked.entry is Entry.FIRST_USE
    name_months(asked.subject, *((None, None) if everything else (first, last)))
    name_parts(first, last, asked.grain)
    if asked.event:
        name_people_by_day(first, last)
    name_calendar(first, last, asked.grain)
    if not everything:
        engine.name_rows(named.ENTRIES, _signed_up(asked.subject))
    name_groups(asked.split, asked.subject)
    engine.name_answer(named.MEMBERS, _members_sql(asked))


# SQL of what was asked before is kept: writing it takes longer than running it over a rollup.


@lru_cache(maxsize=64)
def _members_sql(asked: RetentionAsked) -> str:
    return engine.sql_of(_members(asked).select(*named.MEMBERS_SCHEMA.names))


@lru_cache
def _sizes_sql() -> str:
    return engine.sql_of(rules.sizes(named.members()))


@lru_cache(maxsize=64)
def _triangle_sql(asked: RetentionAsked) -> str:
    if asked.event:
        return engine.sql_of(rules.triangle(_returned(asked)))
    return engine.sql_of(rules.counts_noted(named.members(), rules.seen_in_periods(named.months())))


def _members(asked: RetentionAsked) -> "ir.Table":
    """Return the members of the cohorts."""
    members = rules.cohorts(named.entries() if asked.entry is Entry.SIGN_UP else rules.entered_in(named.months()))
    if asked.change:
        members = rules.split_at(members, asked.change)
    elif asked.split:
        members = named.grouped(members, "subject")
    else:
        members = named.ungrouped(members)
    return members


def _returned(asked: RetentionAsked) -> "ir.Table":
    """Return the periods in which each member was active again."""
    if asked.event:
        use = named.person_day()
        return rules.returns(named.members(), use.filter(use.event == asked.event), asked.subject.column)
    return rules.returns_noted(named.members(), rules.seen_in_periods(named.months()))


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
