"""What a simulated world is made of. Days are counted from the world's first day; days before it are negative."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeAlias

from dateutil.relativedelta import relativedelta

SegmentCall: TypeAlias = dict[str, object]
"""One call as a Segment SDK would put it into a batch."""

RUNWAY_DAYS = 730
"""How far past its last day of history a world goes on, so that a demo opened later is still alive."""


@dataclass(frozen=True, kw_only=True)
class WorldSpec:
    """Everything a world follows from: equal specs give equal worlds, byte for byte."""

    seed: int = 7
    accounts: int = 400
    months: int = 12
    until: date

    @property
    def first_day(self) -> date:
        """Give the day the history begins."""
        return self.until - relativedelta(months=self.months)

    @property
    def history_days(self) -> int:
        """Days of history, the last day (`until`, still going on) not counted."""
        return (self.until - self.first_day).days

    @property
    def days(self) -> int:
        """Days the world goes on for, history and runway."""
        return self.history_days + RUNWAY_DAYS

    def on(self, day: int) -> date:
        """Give the date of a day counted from the first."""
        return self.first_day + timedelta(days=day)


@dataclass(frozen=True, kw_only=True)
class PlanTerms:
    """What an account pays for from a day on; `mrr` in whole units of `currency`."""

    day: int
    plan: str
    seats: int
    mrr: int


@dataclass(frozen=True, kw_only=True)
class SimulatedPerson:
    """Someone at a simulated account."""

    number: int
    external_id: str
    account: int
    name: str
    email: str
    role: str
    title: str
    joins: int
    leaves: int
    active_share: float
    """Chance of being active on a usual working day."""
    extra_events: float
    """Mean number of events after the first on an active day."""
    fade_rank: float
    """Who leaves first when the account fades: 1 first, 0 last."""
    absences: tuple[tuple[int, int], ...]
    """Holidays and illness: first day, first day back."""


@dataclass(frozen=True, kw_only=True)
class Decline:
    """A fading of a whole account: from `onset`, halving every `half_life` days down to `floor`, until it turns."""

    onset: int
    half_life: float
    floor: float
    turns: int | None
    """The day use starts to come back; `None` when it never does."""
    comes_back_to: float


@dataclass(frozen=True, kw_only=True)
class Course:
    """What becomes of an account under one way of being cared for."""

    declines: tuple[Decline, ...]
    churns: int | None


@dataclass(frozen=True, kw_only=True)
class SimulatedAccount:
    """A simulated customer company and both of its possible courses."""

    number: int
    external_id: str
    name: str
    domain: str
    culture: str
    place: str
    industry: str
    employees: int
    signs_up: int
    terms: tuple[PlanTerms, ...]
    grows_from: int | None
    people: tuple[SimulatedPerson, ...] = field(repr=False)
    treated: Course
    held_out: Course

    def course(self, held_out: frozenset[str]) -> Course:
        """Pick the course that comes true, given the ids of the accounts that are left alone."""
        return self.held_out if self.external_id in held_out else self.treated

    def terms_on(self, day: int) -> PlanTerms:
        """Give the terms in force at the end of a day (the first ones before there were any)."""
        return next((terms for terms in reversed(self.terms) if terms.day <= day), self.terms[0])
