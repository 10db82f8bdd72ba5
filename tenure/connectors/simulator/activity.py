"""Who does what on a day: vectorised draws over all people, one random stream a day, so any day can be made alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tenure.connectors.simulator.courses import remaining_use
from tenure.connectors.simulator.happenings import CUMULATIVE_WEIGHTS, PROFILE_OF_ROLE
from tenure.connectors.simulator.places import PLACES, daily_pace, utc_offsets
from tenure.connectors.simulator.types import SimulatedAccount, SimulatedPerson, WorldSpec

_DAY_SECONDS = 86_400


@dataclass(frozen=True, kw_only=True)
class DayOfUse:
    """The events of one local day, unordered: arrays of equal length."""

    people: npt.NDArray[np.int64]
    happenings: npt.NDArray[np.int64]
    variants: npt.NDArray[np.int64]
    milliseconds: npt.NDArray[np.int64]
    """Since 1970, UTC."""


class Activity:
    """The habits of everybody in the world, as arrays."""

    def __init__(self, spec: WorldSpec, accounts: tuple[SimulatedAccount, ...]) -> None:
        people = tuple(person for account in accounts for person in account.people)
        days = spec.days
        places = list(PLACES)
        self._spec = spec
        self._epoch = np.datetime64(spec.first_day, "s").astype(np.int64)
        self._account = np.array([person.account for person in people])
        self._active_share = np.array([person.active_share for person in people])
        self._extra = np.array([person.extra_events for person in people])
        self._rank = np.array([person.fade_rank for person in people])
        self._profile = np.array([PROFILE_OF_ROLE[person.role] for person in people])
        self._external_ids = [account.external_id for account in accounts]
        self._place = np.array([places.index(account.place) for account in accounts])
        self._pace = np.array([daily_pace(PLACES[place], spec.first_day, days) for place in places])
        self._offsets = np.array([utc_offsets(PLACES[place], spec.first_day, days) for place in places])
        self._remaining_treated = np.array([remaining_use(account.treated, days) for account in accounts])
        self._remaining_held_out = np.array([remaining_use(account.held_out, days) for account in accounts])
        self._level = np.array([_level(spec, account) for account in accounts])
        self._present = _presence(people, days)

    def on(self, day: int, held_out: frozenset[str]) -> DayOfUse:
        """Draw one local day; `held_out` picks each account's course."""
        rng = np.random.default_rng([self._spec.seed, 4, day])
        left_alone = np.array([external_id in held_out for external_id in self._external_ids])
        remaining = np.where(left_alone, self._remaining_held_out[:, day], self._remaining_treated[:, day])
        rate = (self._level[:, day] * self._pace[self._place, day])[self._account]
        left = remaining[self._account]
        left = np.where(self._rank > left * 1.04, 0, np.where(self._rank > 0, left**0.3, left)) * self._present[:, day]
        chance = 1 - (1 - self._active_share) ** (rate * left)
        active = np.flatnonzero(rng.random(len(chance)) < chance)

        counts = 1 + rng.poisson(self._extra[active] * np.minimum(rate[active], 1.2) * left[active])
        people = np.repeat(active, counts)
        total = len(people)
        nth = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
        happenings = (rng.random((total, 1)) > CUMULATIVE_WEIGHTS[self._profile[people]]).sum(axis=1)
        morning = rng.random(len(active)) < 0.62
        starts = np.where(morning, rng.normal(9.6, 0.9, len(active)), rng.normal(14.3, 1.4, len(active))) * 3600
        seconds = np.repeat(starts, counts) + nth * rng.exponential(900, total)
        local = np.clip(seconds, 0, _DAY_SECONDS - 1)
        utc = self._epoch + day * _DAY_SECONDS + local - self._offsets[self._place[self._account[people]], day]
        return DayOfUse(
            people=people,
            happenings=happenings,
            variants=rng.integers(0, 1 << 16, total),
            milliseconds=(utc * 1000).astype(np.int64),
        )


def _level(spec: WorldSpec, account: SimulatedAccount) -> npt.NDArray[np.float64]:
    """Give how busy the people of an account are on each day: they learn for two weeks, and no two weeks are alike."""
    rng = np.random.default_rng([spec.seed, 5, account.number])
    days = np.arange(spec.days)
    age = days - account.signs_up
    learning = np.clip(0.55 + age / 30, 0.55, 1.0)
    weeks = np.exp(rng.normal(0, 0.1, spec.days // 7 + 2))
    level: npt.NDArray[np.float64] = learning * weeks[(days + account.number % 7) // 7]
    if account.grows_from is not None:
        level *= 1 + 0.25 * np.clip((days - account.grows_from) / 60, 0, 1)
    return level


def _presence(people: tuple[SimulatedPerson, ...], days: int) -> npt.NDArray[np.bool_]:
    present = np.zeros((len(people), days), np.bool_)
    for row, person in zip(present, people, strict=True):
        # The day someone joins is told apart (`CallWriter`): they begin to work on the next.
        row[max(person.joins + 1, 0) : max(person.leaves, 0)] = True
        for first, back in person.absences:
            row[max(first, 0) : max(back, 0)] = False
    return present
