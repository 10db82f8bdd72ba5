"""Enums and frozen values of insights."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from django.utils.functional import Promise

    Words: TypeAlias = str | Promise

Number: TypeAlias = int | float


class Grain(StrEnum):
    """How long the periods of a metric are: UTC days, weeks from Monday, or calendar months."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Unit(StrEnum):
    """What the values of a metric count."""

    PEOPLE = "people"
    ACCOUNTS = "accounts"
    SESSIONS = "sessions"
    MINUTES = "minutes"
    DAYS = "days"
    MONTHS = "months"
    SHARE = "share"
    """0 to 1."""
    RATIO = "ratio"
    MONEY = "money"
    """Integer minor units of the workspace's currency."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class MetricRow:
    """The value of a metric in one period for one group ("" is everybody); None: there is nothing to say it from.

    `period` is the first day of the period. `n` is how many the value was made from, `low` and `high` its interval
    where it has one, and `so_far` says that the period is not over.
    """

    period: date
    group: str = ""
    value: Number | None
    n: int
    low: float | None = None
    high: float | None = None
    so_far: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """A number defined once: every page, command and program that shows it gets it from here.

    `name` is what it is asked for by. `title` and `formula` are for people; the formula says in words how the value is
    made. `by` lists what it can be split by. `compute(since, until, by)` returns the rows of every period that meets
    those days, both included, whole ("" splits nothing); periods it leaves out are read as None.
    `accounts_behind(period, by, group)` returns the ids of the accounts that made one value.
    """

    name: str
    title: "Words"
    formula: "Words"
    unit: Unit
    grain: Grain
    by: tuple[str, ...] = ()
    compute: Callable[[date, date, str], Sequence[MetricRow]]
    accounts_behind: Callable[[date, str, str], Sequence[int]]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A metric as it was asked for: every period of the range for every group, oldest first."""

    metric: Metric
    since: date
    until: date
    by: str
    rows: tuple[MetricRow, ...]
