"""Retention at a few ages; the whole triangle is `queries.retention`."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tenure.insights.queries.retention import cohort_accounts, retention
from tenure.insights.types import Grain, Metric, MetricRow, RetentionAsked, Subject, Unit
from tenure.stats.proportions import share

SPLITS = ("plan", "touch_model")
AGES = (1, 3, 6)


def _rows(subject: Subject, age: int, since: date, until: date, by: str) -> list[MetricRow]:
    found = retention(RetentionAsked(subject=subject, grain=Grain.MONTH, split=by), since=since, until=until)
    rows = []
    for cohort in found.cohorts:
        cell = next((c for c in cohort.cells if c.age == age and not c.so_far), None)
        if cell is None or cell.active is None:
            continue
        seen = share(cell.active, cohort.size)
        rows.append(
            MetricRow(
                period=cohort.period, group=cohort.group, value=seen.value, n=cohort.size, low=seen.low, high=seen.high
            )
        )
    return rows


def _behind(subject: Subject, age: int, period: date, by: str, group: str) -> Sequence[int]:
    return cohort_accounts(RetentionAsked(subject=subject, split=by), group=group, cohort=period, age=age)


METRICS = tuple(
    Metric(
        name=f"{prefix}_month_{age}",
        title=format_lazy(title, age=age),
        formula=format_lazy(formula, age=age),
        unit=Unit.SHARE,
        grain=Grain.MONTH,
        by=SPLITS,
        by_traits=True,
        compute=partial(_rows, subject, age),
        accounts_behind=partial(_behind, subject, age),
    )
    for prefix, subject, title, formula in (
        (
            "account_retention",
            Subject.ACCOUNT,
            _("Account retention after {age} months"),
            _(
                "Of the accounts first used in the calendar month, the share used again in calendar month {age} "
                "after it; unknown until that month is over."
            ),
        ),
        (
            "people_retention",
            Subject.PERSON,
            _("Retention of people after {age} months"),
            _(
                "Of the people first active in the calendar month, the share active again in calendar "
                "month {age} after it; unknown until that month is over."
            ),
        ),
    )
    for age in AGES
)
