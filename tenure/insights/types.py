"""Enums and frozen values of insights."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import date, datetime
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


class Subject(StrEnum):
    """Whom a number counts."""

    ACCOUNT = "account"
    PERSON = "person"

    @property
    def column(self) -> str:
        """Return the column of the lake that says which one it is."""
        return f"{self.value}_id"


class Entry(StrEnum):
    """When somebody enters their cohort."""

    FIRST_USE = "first_use"
    SIGN_UP = "sign_up"


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
    made. `by` lists what it can be split by; with `by_traits` every other trait of accounts splits it, too.
    `compute(since, until, by)` returns the rows of every period that meets those days, both included, whole ("" splits
    nothing); periods it leaves out are read as None. `accounts_behind(period, by, group)` returns the ids of the
    accounts that made one value.
    """

    name: str
    title: "Words"
    formula: "Words"
    unit: Unit
    grain: Grain
    by: tuple[str, ...] = ()
    by_traits: bool = False
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


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SessionCount:
    """Sessions begun and whole seconds of time in the app in one period, by how many people."""

    period: date
    group: str
    sessions: int
    seconds: int
    people: int


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class RetentionAsked:
    """Which retention: of whom, from when, what counts as coming back ("" is any use), split by what.

    `split` is "" or the name of a trait; or with a `change`, cohorts are split into before and from that day on.
    """

    subject: Subject = Subject.ACCOUNT
    entry: Entry = Entry.FIRST_USE
    grain: Grain = Grain.MONTH
    event: str = ""
    split: str = ""
    change: date | None = None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """How many of a cohort were active so many periods after their first; None in a period of which nothing is known.

    `so_far`: that period is not over.
    """

    age: int
    active: int | None
    share: float | None
    so_far: bool


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Cohort:
    """Those of one group who came in one period, with a cell for each period since."""

    group: str
    period: date
    size: int
    cells: tuple[Cell, ...]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class CurvePoint:
    """The share active so many periods on, over all cohorts of the group for which that period is over."""

    age: int
    active: int
    of: int
    share: float
    low: float
    high: float


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class RetentionCurve:
    """One group's retention by age, from age 0."""

    group: str
    points: tuple[CurvePoint, ...]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Retention:
    """A retention triangle and the curves it sums up to."""

    asked: RetentionAsked
    since: date
    until: date
    cohorts: tuple[Cohort, ...]
    curves: tuple[RetentionCurve, ...]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class FunnelSteps:
    """What a funnel asks: steps in order, each any one of some events, within a limit from the first."""

    subject: Subject = Subject.ACCOUNT
    steps: tuple[tuple[str, ...], ...]
    limit_seconds: int


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SavedFunnel:
    """A funnel that was given a name."""

    id: int
    name: str
    asked: FunnelSteps
    created_at: datetime


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class StepReached:
    """How many got to a step: of those who began and of those at the step before, each with its 95 % interval.

    `seconds` is the median time since the step before.
    """

    number: int
    events: tuple[str, ...]
    count: int
    share: float | None
    low: float | None
    high: float | None
    of_previous: float | None
    seconds: float | None
    seconds_low: float | None
    seconds_high: float | None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class FunnelResult:
    """How far those of one group got who began between two days; `open` still have time to get further."""

    group: str
    steps: tuple[StepReached, ...]
    open: int


class Standing(StrEnum):
    """How an account stands with a milestone."""

    REACHED = "reached"
    LATE = "late"
    """Reached, but after its day."""
    AHEAD = "ahead"
    """Not reached; there is time."""
    MISSED = "missed"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class DefinedMilestone:
    """Something an account should have done by so many days after signing up."""

    id: int
    name: str
    event: str
    due_days: int


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class MilestoneStanding:
    """One milestone of one account."""

    milestone: DefinedMilestone
    due_on: date
    reached_on: date | None
    standing: Standing
