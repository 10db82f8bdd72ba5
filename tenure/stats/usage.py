"""Use by account and day, and what is agreed to be a decline of it."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np

from tenure.stats import rhythm
from tenure.stats.rhythm import Counts, Ints
from tenure.stats.survival import Floats


class Series(StrEnum):
    """What is looked at of an account's use."""

    PEOPLE = "people"
    EVENTS = "events"
    MINUTES = "minutes"


WEIGHTS = {Series.PEOPLE: 0.5, Series.EVENTS: 0.25, Series.MINUTES: 0.25}
"""How much each series says in the verdict; where one is not known the others share its weight."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Terms:
    """What is agreed to be a decline. Days are whole days; shares are of the account's own expectation."""

    settling_days: int = 14
    baseline_days: int = 84
    history_days: int = 28
    shortest_days: int = 7
    longest_days: int = 56
    told_days: int = 28
    """Over so many days an account that is not declining is described."""
    fall: float = 0.30
    amount_fall: float = 0.40
    """How far events or minutes must have fallen while as many people come as ever."""
    rest_fall: float = 0.25
    false_share: float = 0.10
    """At most this share of the signals opened in any `memory_days` are false."""
    memory_days: int = 90
    fewest_expected: float = 4.0
    recovery_days: int = 14
    recovered: float = 0.85

    @property
    def days(self) -> int:
        """How many days of use a judgement looks at."""
        return self.settling_days + self.baseline_days + self.longest_days

    @property
    def baseline(self) -> slice:
        """The columns that teach what is usual."""
        return slice(self.settling_days, self.days - self.told_days)

    @property
    def starts(self) -> Ints:
        """The columns at which a decline may have begun, the longest comparison first: weeks, and days of late."""
        weekly = np.arange(self.longest_days, self.told_days, -7)
        return self.days - np.concatenate([weekly, np.arange(self.told_days, self.shortest_days - 1, -1)])

    @property
    def looks(self) -> float:
        """For how many looks at different starts a chance has to pay.

        One and a half, and as many for each doubling of the length: so often the hardest of the starts is as hard as it
        says where nobody fades (`tests/stats/test_decline.py` counts).
        """
        return 1.5 * (1 + math.log2(self.longest_days / self.shortest_days))


@dataclasses.dataclass(frozen=True, eq=False)
class Usage:
    """Use by account and day: events and days of use (active people), accounts × days, the last day complete.

    `first_weekday` is the weekday (0 = Monday) of the first column. `group` numbers what an account shares holidays
    with (its time zone) from 0, −1 for unknown; None when nothing is known of any. `minutes` are those in the product,
    None when nobody counts them. `allowed` has, for accounts that gave up seats, what share of the people of before
    there are seats for on each day.
    """

    events: Counts
    people: Counts
    first_weekday: int
    group: Ints | None = None
    minutes: Counts | None = None
    allowed: Mapping[int, Floats] = dataclasses.field(default_factory=dict)

    @property
    def groups(self) -> Ints:
        """The group of each account."""
        return np.full(self.people.shape[0], -1) if self.group is None else self.group

    @property
    def series(self) -> dict[Series, Counts]:
        """What is known of the use, by series."""
        known: dict[Series, Counts] = {Series.PEOPLE: self.people, Series.EVENTS: self.events}
        return known if self.minutes is None else known | {Series.MINUTES: self.minutes}

    def of(self, rows: Sequence[int] | Ints) -> "Usage":
        """Return the use of some accounts only."""
        chosen = np.asarray(rows, dtype=np.intp)
        return Usage(
            self.events[chosen],
            self.people[chosen],
            self.first_weekday,
            self.groups[chosen],
            None if self.minutes is None else self.minutes[chosen],
            {n: self.allowed[row] for n, row in enumerate(chosen.tolist()) if row in self.allowed},
        )

    def seen_from(self, settling_days: int) -> Ints:
        """Return the column each account counts from: so long after its first active day in these columns.

        One already active in the first `settling_days` columns is known from before.
        """
        days = self.people.shape[1]
        seen = np.empty(self.people.shape[0], dtype=np.intp)
        for rows in rhythm.blocks(len(seen)):
            active = self.people[rows] > 0
            seen[rows] = np.where(active.any(axis=1), active.argmax(axis=1), days) + settling_days
        return np.minimum(seen, days)


@dataclasses.dataclass(frozen=True, eq=False)
class Compared:
    """What was expected and seen of one series since an account's start day, one entry an account."""

    expected: Floats
    actual: Floats

    @property
    def ratio(self) -> Floats:
        """What was seen against expectation; NaN where nothing was expected."""
        return self.actual / np.where(self.expected > 0, self.expected, np.nan)
