"""Active people and accounts, from the rollups."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from tenure.insights.queries.naming import (
    days_between,
    days_of_use,
    in_group,
    name_accounts_by_day,
    name_calendar,
    name_groups,
    name_months,
    name_parts,
    name_presence,
)
from tenure.insights.queries.readings import today
from tenure.insights.rules import active, named
from tenure.insights.rules.periods import last_day, start
from tenure.insights.types import Grain, MetricRow, Subject
from tenure.lake import engine

if TYPE_CHECKING:
    import ibis.expr.types as ir


def active_within(subject: Subject, days: int, since: date, until: date, by: str) -> list[MetricRow]:
    """Count those active in the `days` days up to each day; None where nobody at all did anything in them."""
    until = min(until, today())
    first = since - timedelta(days=days - 1)
    _name_use(subject, first, until, by)
    name_calendar(first, until, Grain.DAY)
    name_groups(by)
    changes: dict[str, dict[int, int]] = {}
    for row in engine.answer(_window_sql(subject, days, bool(by))).to_pylist():
        changes.setdefault(row["grp"], {})[row["number"]] = int(row["active"])
    used = {day.toordinal() for day in days_of_use()}
    known = [any(n in used for n in range(d - days + 1, d + 1)) for d in _ordinals(since, until)]
    rows = []
    for group, steps in sorted(changes.items()):
        now = 0
        for ordinal in _ordinals(first, until):
            now = steps.get(ordinal, now)
            if ordinal >= since.toordinal():
                value = now if known[ordinal - since.toordinal()] else None
                rows.append(MetricRow(period=date.fromordinal(ordinal), group=group, value=value, n=now))
    return rows


def active_by_period(subject: Subject, grain: Grain, since: date, until: date, by: str) -> list[MetricRow]:
    """Count those active at any time in each period; 0 for a group while others were."""
    counted = {(p, group): subjects for p, group, subjects, _ in _by_period(subject, grain, since, until, by)}
    used = sorted({p for p, _ in counted})
    groups = sorted({group for _, group in counted})
    return [
        MetricRow(period=period, group=group, value=counted.get((period, group), 0), n=counted.get((period, group), 0))
        for period in used
        for group in groups
    ]


def stickiness(subject: Subject, grain: Grain, since: date, until: date, by: str) -> list[MetricRow]:
    """Return on which share of the period's days its active ones were active on average; only days that are past count.

    Days before the first use ever recorded do not count either.
    """
    first, now = min(days_of_use(), default=today()), today()
    rows = []
    for period, group, subjects, days in _by_period(subject, grain, since, until, by):
        counted = len(days_between(max(period, first), min(last_day(period, grain), now)))
        rows.append(MetricRow(period=period, group=group, value=days / (subjects * counted), n=subjects))
    return rows


def accounts_active(since: date, until: date, by: str = "", group: str = "") -> list[int]:
    """Return the accounts that were used between two days, both included; of one group of a split."""
    name_accounts_by_day(since, until)
    found = engine.answer(_accounts_sql())
    return in_group(found["account_id"].to_pylist(), by, group)


def accounts_in_period(grain: Grain, period: date, by: str = "", group: str = "") -> list[int]:
    """Return the accounts that were used in the period that begins on a day."""
    return accounts_active(period, last_day(period, grain), by, group)


def _by_period(
    subject: Subject, grain: Grain, since: date, until: date, by: str
) -> Sequence[tuple[date, str, int, int]]:
    first, last = start(since, grain), min(last_day(start(until, grain), grain), today())
    _name_use(subject, first, max(first, last), by)
    name_calendar(first, max(first, last), grain)
    name_groups(by)
    rows = engine.answer(_period_sql(subject, bool(by))).to_pylist()
    found = {(r["period"], r["grp"]): (r["subjects"], r["active_days"]) for r in rows}
    return [(period, group, *counts) for (period, group), counts in sorted(found.items())]


def _name_use(subject: Subject, since: date, until: date, by: str) -> None:
    if subject is Subject.PERSON and by:
        name_presence(since, until)
    else:
        name_months(subject, since, until)
        name_parts(since, until, Grain.DAY)


def _ordinals(since: date, until: date) -> range:
    return range(since.toordinal(), until.toordinal() + 1)


@lru_cache
def _window_sql(subject: Subject, days: int, split: bool) -> str:
    return engine.sql_of(active.window_changes(_active_days(subject, split=split), days))


@lru_cache
def _period_sql(subject: Subject, split: bool) -> str:
    return engine.sql_of(active.by_period(_active_days(subject, split=split)))


def _active_days(subject: Subject, *, split: bool) -> "ir.Table":
    if subject is Subject.PERSON and split:
        return active.active_days(named.presence(), subject.column, split=True)
    return active.days_of(named.months(), split=split)


@lru_cache
def _accounts_sql() -> str:
    return engine.sql_of(named.account_day().select("account_id").distinct())
