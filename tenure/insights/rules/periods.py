"""Days, weeks from Monday and calendar months, in UTC."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import assert_never

from tenure.insights.types import Grain


def start(day: date, grain: Grain) -> date:
    """Return the first day of the period a day is in."""
    match grain:
        case Grain.DAY:
            return day
        case Grain.WEEK:
            return day - timedelta(days=day.weekday())
        case Grain.MONTH:
            return day.replace(day=1)
    assert_never(grain)


def following(period: date, grain: Grain, by: int = 1) -> date:
    """Return the first day of the period so many after (or, negative, before) the one that begins on `period`."""
    match grain:
        case Grain.DAY:
            return period + timedelta(days=by)
        case Grain.WEEK:
            return period + timedelta(weeks=by)
        case Grain.MONTH:
            year, month = divmod(period.year * 12 + period.month - 1 + by, 12)
            return date(year, month + 1, 1)
    assert_never(grain)


def last_day(period: date, grain: Grain) -> date:
    """Return the last day of the period that begins on `period`."""
    return following(period, grain) - timedelta(days=1)


def periods(since: date, until: date, grain: Grain) -> Iterator[date]:
    """Yield the first day of every period that has a day between two days, both included."""
    period = start(since, grain)
    while period <= until:
        yield period
        period = following(period, grain)


def number(period: date, grain: Grain) -> int:
    """Return a period's place among all periods, so that differences are ages."""
    if grain is Grain.MONTH:
        return period.year * 12 + period.month - 1
    return period.toordinal() // (7 if grain is Grain.WEEK else 1)
