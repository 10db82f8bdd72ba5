"""Metrics as they are asked for: the range checked, and every period there, with None where nothing is known."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, date, timedelta

from tenure.customers import queries as customers
from tenure.insights import registry
from tenure.insights.errors import PeriodUnusable, RangeUnusable, SplitUnknown, TooManyRows
from tenure.insights.rules.periods import following, last_day, periods, start
from tenure.insights.types import Grain, Metric, MetricRow, Reading
from tenure.kernel import clock

EARLIEST = clock.EARLIEST.date()
MOST_PERIODS = 1_500
MOST_ROWS = 500_000
USUAL_SPLITS = ("plan", "touch_model")
_USUALLY = {Grain.DAY: 60, Grain.WEEK: 26, Grain.MONTH: 12}


def today() -> date:
    """Return the current UTC day."""
    return clock.now().astimezone(UTC).date()


def read_metric(name: str, *, since: date | None = None, until: date | None = None, by: str = "") -> Reading:
    """Compute a metric between two days, both included (the latest 60 days, 26 weeks or 12 months unless told).

    Periods are whole: the range says which, not how much of them. Raises `NoSuchMetric`, `SplitUnknown` and
    `RangeUnusable`.
    """
    metric = registry.metric(name)
    check_split(metric, by)
    since, until = usual_range(metric.grain, since, until)
    rows = metric.compute(since, until, by)
    return Reading(metric=metric, since=since, until=until, by=by, rows=_complete(metric, rows, since, until, by))


def accounts_behind(name: str, period: date, *, by: str = "", group: str = "") -> Sequence[int]:
    """Return the ids of the accounts that made one value of a metric.

    Raises `NoSuchMetric`, `SplitUnknown` and `PeriodUnusable`.
    """
    metric = registry.metric(name)
    check_split(metric, by)
    if not EARLIEST <= period <= today() + timedelta(days=1) or start(period, metric.grain) != period:
        raise PeriodUnusable
    return metric.accounts_behind(period, by, group if by else "")


def splits(metric: Metric) -> list[str]:
    """Return what a metric can be split by: what it lists, then every other trait that accounts are seen with."""
    return list(dict.fromkeys([*metric.by, *trait_splits()])) if metric.by_traits else list(metric.by)


def trait_splits() -> list[str]:
    """Return what retention and funnels can be split by: the usual, then every other trait accounts are seen with."""
    return list(dict.fromkeys([*USUAL_SPLITS, *(t.name for t in customers.observed_traits("account"))]))


def check_trait_split(by: str) -> None:
    """Raise `SplitUnknown` for what retention and funnels cannot be split by."""
    if by and by not in USUAL_SPLITS and by not in trait_splits():
        raise SplitUnknown(f"Accounts have no trait `{by}`. Split by one they are seen with, such as `plan`.")


def check_split(metric: Metric, by: str) -> None:
    """Raise `SplitUnknown` for what a metric cannot be split by."""
    if by and by not in metric.by and not (metric.by_traits and by in splits(metric)):
        traits = ", any trait of accounts" if metric.by_traits else ""
        raise SplitUnknown(f"`{metric.name}` can be split by: {', '.join(metric.by) or 'nothing'}{traits}.")


def usual_range(grain: Grain, since: date | None, until: date | None) -> tuple[date, date]:
    """Fill in what was not asked for; raises `RangeUnusable`."""
    until = until or today()
    if not EARLIEST <= until <= today() + timedelta(days=366):
        raise RangeUnusable
    since = since or max(EARLIEST, following(start(until, grain), grain, 1 - _USUALLY[grain]))
    if not EARLIEST <= since <= until or sum(1 for _ in periods(since, until, grain)) > MOST_PERIODS:
        raise RangeUnusable
    return since, until


def _complete(metric: Metric, rows: Sequence[MetricRow], since: date, until: date, by: str) -> tuple[MetricRow, ...]:
    """Put a None wherever a group has no row, and say which period is not over."""
    known = {(row.period, row.group): row for row in rows}
    groups = list(dict.fromkeys(row.group for row in rows)) or ([] if by else [""])
    now = today()
    if len(groups) * sum(1 for _ in periods(since, until, metric.grain)) > MOST_ROWS:
        raise TooManyRows
    return tuple(
        dataclasses.replace(
            known.get((period, group)) or MetricRow(period=period, group=group, value=None, n=0),
            so_far=last_day(period, metric.grain) >= now,
        )
        for period in periods(since, until, metric.grain)
        for group in groups
    )
