"""Rules that raise alarms: the detector as the product runs it, and two that anybody would write first."""

import dataclasses
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bench.fading.worlds import World
from tenure.activity.rules import seats_left
from tenure.stats.decline import beyond_one
from tenure.stats.rhythm import Ints
from tenure.stats.usage import Series, Terms, Usage
from tenure.stats.watching import watch

Booleans = npt.NDArray[np.bool_]
Alarms = list[tuple[int, int]]
Step = Callable[[int], tuple[Booleans, Booleans]]


@dataclasses.dataclass(frozen=True)
class Seen:
    """What a rule may see of a world."""

    world: World

    @cached_property
    def people(self) -> npt.NDArray[np.float64]:
        """Active people, accounts × days."""
        return self.world.by_account(Series.PEOPLE)

    @cached_property
    def events(self) -> npt.NDArray[np.float64]:
        """Events, accounts × days."""
        return self.world.by_account(Series.EVENTS)

    @cached_property
    def rates(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]] | None:
        """The true rates added up until before each day, of each account and of all; None where nothing tells them."""
        if self.world.rate is None:
            return None
        by_account = np.pad(self.world.rate.cumsum(axis=1), ((0, 0), (1, 0)))
        return by_account, by_account.sum(axis=0)

    @cached_property
    def minutes(self) -> npt.NDArray[np.float64]:
        """Minutes, accounts × days."""
        return self.world.by_account(Series.MINUTES)


def detector(seen: Seen, terms: Terms | None = None) -> Alarms:
    """Alarm as `activity` does: several series, people looked at, false ones limited over the days."""
    terms = terms or Terms()
    world = seen.world

    def usage_on(day: int) -> Usage:
        window = slice(day + 1 - terms.days, day + 1)
        return Usage(
            events=seen.events[:, window],
            people=seen.people[:, window],
            first_weekday=window.start % 7,
            group=world.zone,
            minutes=seen.minutes[:, window],
            allowed={
                row: left
                for row, paid in world.seats.items()
                if (left := seats_left(seen.people[row, window], paid[window])) is not None
            },
        )

    def beyond(day: int, rows: Ints, since: Ints, leading: list[Series], expected: npt.NDArray[np.float64]) -> Booleans:
        place = np.full(world.accounts, -1)
        place[rows] = np.arange(len(rows))
        of_person = {series: world.by_person(series) for series in set(leading)}
        person = np.flatnonzero(place[world.account] >= 0)
        of = place[world.account[person]]
        before, lately = np.zeros(len(person)), np.zeros(len(person))
        for n, (row, start) in enumerate(zip(rows.tolist(), since.tolist(), strict=True)):
            own = of == n
            did = of_person[leading[n]][world.account == row]
            began = day + 1 - terms.days + start
            before[own] = did[:, max(began - terms.baseline_days, 0) : began].sum(axis=1)
            lately[own] = did[:, began : day + 1].sum(axis=1)
        total = np.bincount(of, before, len(rows))
        return beyond_one(of, before * (expected / np.maximum(total, 1e-9))[of], lately, len(rows), terms=terms)

    found = watch(range(world.first_judged, world.days), usage_on, beyond, terms)
    return [(alarm.row, alarm.day) for alarm in found]


def less_than_before(seen: Seen, left: float = 0.8) -> Alarms:
    """Alarm when of the events of the 30 days before only so much is `left`; over when a tenth more is."""
    sums = np.pad(seen.events.cumsum(axis=1), ((0, 0), (1, 0)))
    known_from = seen.world.known_from

    def step(day: int) -> tuple[Booleans, Booleans]:
        before, last = sums[:, day - 29] - sums[:, day - 59], sums[:, day + 1] - sums[:, day - 29]
        known = (before > 0) & (known_from <= day - 59)
        return known & (last <= left * before), last > (left + 0.1) * before

    return _alarms(seen.world, step)


def no_login(seen: Seen, days: int = 14) -> Alarms:
    """Alarm when nobody came for so many days; over when somebody does."""
    sums = np.pad(seen.people.cumsum(axis=1), ((0, 0), (1, 0)))

    def step(day: int) -> tuple[Booleans, Booleans]:
        lately = sums[:, day + 1] - sums[:, day + 1 - days]
        return (lately == 0) & (sums[:, day + 1] > 0), lately > 0

    return _alarms(seen.world, step)


def _alarms(world: World, step: Step) -> Alarms:
    found: Alarms = []
    is_open = np.zeros(world.accounts, dtype=np.bool_)
    # Whoever is quiet when the watch begins was so before.
    is_open |= step(world.first_judged - 1)[0]
    for day in range(world.first_judged, world.days):
        fires, ends = step(day)
        found += [(int(account), day) for account in np.flatnonzero(fires & ~is_open)]
        is_open |= fires
        is_open &= ~ends | fires
    return found


@dataclasses.dataclass(frozen=True)
class Score:
    """How alarms did against the truth, as counts so that worlds can be added up."""

    right: int
    truly_down: int
    alarms: int
    found: int
    wanted: int
    delays: tuple[int, ...]

    @property
    def precision(self) -> float:
        """The share of alarms that are right; without any, none was wrong."""
        return self.right / self.alarms if self.alarms else 1.0

    @property
    def recall(self) -> float:
        """The share of fading accounts that were noticed."""
        return self.found / self.wanted if self.wanted else 1.0

    @property
    def delay(self) -> float:
        """The median days from the beginning of a fade to its alarm."""
        return float(np.median(self.delays)) if self.delays else float("nan")


def score(seen: Seen, alarms: Alarms) -> Score:
    """Compare alarms with the truth: right is one about an account made to fade, once it does.

    To be found are fades with 45 days of the account before them, twelve days of use in the twelve weeks before, and
    fourteen days to be noticed in.
    """
    world = seen.world
    fades = world.fades_from
    first: dict[int, int] = {}
    for account, day in alarms:
        if fades[account] <= day:
            first.setdefault(account, day)
    before = np.array(
        [seen.people[a, max(0, d - 84) : d].sum() if d < world.days else 0 for a, d in enumerate(fades.tolist())]
    )
    wanted = np.flatnonzero(
        (fades >= world.first_judged) & (fades <= world.days - 15) & (fades - world.known_from >= 45) & (before >= 12)
    )
    delays = tuple(int(first[a] - fades[a]) for a in wanted.tolist() if a in first)
    return Score(
        right=sum(int(fades[a] <= day) for a, day in alarms),
        truly_down=sum(int(fades[a] <= day or _is_down(seen, a, day)) for a, day in alarms),
        alarms=len(alarms), found=len(delays), wanted=len(wanted), delays=delays,
    )  # fmt: skip


def _is_down(seen: Seen, account: int, day: int) -> bool:
    """Say whether the true rate of an account was 30 % under that of the twelve weeks before, made to fade or not."""
    if seen.rates is None:
        return False
    own, all_of_them = seen.rates[0][account], seen.rates[1]
    for length in (7, 14, 21, 28):
        start = day - length + 1
        first = max(start - 84, int(seen.world.known_from[account]) + 14)
        if start <= first:
            continue
        before = (own[start] - own[first]) / (all_of_them[start] - all_of_them[first])
        if (own[day + 1] - own[start]) / (all_of_them[day + 1] - all_of_them[start]) <= 0.7 * before:
            return True
    return False


def added_up(scores: Sequence[Score]) -> Score:
    """Take the scores of several worlds as one."""
    return Score(
        right=sum(s.right for s in scores), truly_down=sum(s.truly_down for s in scores),
        alarms=sum(s.alarms for s in scores), found=sum(s.found for s in scores),
        wanted=sum(s.wanted for s in scores), delays=tuple(d for s in scores for d in s.delays),
    )  # fmt: skip
