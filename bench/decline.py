"""The decline detector against a fixed rule ("20 % less than the 30 days before"), in a world whose truth is known.

The world: 1 500 accounts of very different sizes and about 19 000 people with habits of their own, a million events, a
weekday rhythm (a tenth of the accounts work at weekends), a holiday week, people who come and go for good, and 8 % of
accounts that fade with a half-life of ten days. Both look at every account on each of 120 days. An alarm is *right*
when the account's true rate of use, which neither sees, is at least 30 % under that of the twelve weeks before.

The fixed rule finds most, by raising an alarm about almost everybody; so it is also compared made so strict that it
raises as many alarms as the detector.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bench.run import Figure
from tenure.stats.decline import Terms, Usage, Usual, Verdict, beyond_one, judge, recovered

ACCOUNTS, PEOPLE, DAYS, FIRST = 1_500, 20_000, 180, 60
TERMS = Terms()
WEEK = np.array([1, 1.05, 1.1, 1.05, 0.9, 0.25, 0.2])
Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """What happened (`active`, `events`: people × days) and why (`rate`: accounts × days, without chance)."""

    account: npt.NDArray[np.intp]
    active: npt.NDArray[np.bool_]
    events: npt.NDArray[np.int64]
    rate: Array
    signed_up: npt.NDArray[np.int64]
    declines: Array
    churns: Array

    def by_account(self, of_people: npt.NDArray[np.generic]) -> Array:
        """Add people up to accounts × days, with the days before the world padded with nothing."""
        total = np.zeros((ACCOUNTS, DAYS))
        np.add.at(total, self.account, of_people)
        return np.pad(total, ((0, 0), (TERMS.days, 0)))


def world(seed: int = 7) -> World:
    """Make the world."""
    rng = np.random.default_rng(seed)
    size = rng.permutation(1 / np.arange(1, ACCOUNTS + 1) ** 0.75)
    account = np.repeat(np.arange(ACCOUNTS), np.maximum(1, (size / size.sum() * PEOPLE).astype(int)))
    people = len(account)
    signed_up = np.where(
        rng.random(ACCOUNTS) < 0.6, -rng.integers(1, 700, ACCOUNTS), rng.integers(0, DAYS - 9, ACCOUNTS)
    )
    fades = rng.random(ACCOUNTS) < 0.08
    declines = np.where(fades, np.maximum(signed_up, 0) + rng.integers(20, DAYS, ACCOUNTS), np.inf)
    churns = declines + rng.integers(25, 45, ACCOUNTS)
    weekend = rng.random(ACCOUNTS) < 0.1
    busy = rng.lognormal(0, 0.6, ACCOUNTS)
    joins = signed_up[account] + np.where(
        rng.random(people) < 0.5, rng.exponential(90, people).astype(int), rng.integers(0, 5, people)
    )
    leaves = joins + np.where(rng.random(people) < 0.4, 10**6, rng.exponential(120, people).astype(int) + 1)
    keen = rng.lognormal(0, 1, people) * 0.5

    day = np.arange(DAYS)
    rhythm = np.where(weekend[:, None], np.where(day % 7 >= 5, 1.0, 0.5), WEEK[day % 7])
    holiday = np.where((day >= 84) & (day <= 87), 0.4, 1.0)
    since = np.clip(day - np.where(fades, declines, 10**6)[:, None], 0, None)
    level = busy[:, None] * rhythm * holiday * 0.5 ** (since / 10) * (day < churns[:, None])
    present = (day >= joins[:, None]) & (day < leaves[:, None])
    rate = level[account] * keen[:, None] * present
    events = rng.poisson(rate)
    true = np.zeros((ACCOUNTS, DAYS))
    np.add.at(true, account, 1 - np.exp(-rate))
    return World(account, events > 0, events, true, signed_up, declines, churns)


def fixed_rule(seen: World, left: float = 0.8) -> list[tuple[int, int]]:
    """Alarm when of the events of the 30 days before only so much is `left`; end it when a tenth more is."""
    events = seen.by_account(seen.events)[:, TERMS.days :]

    def step(day: int, _open: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        before, last = events[:, day - 59 : day - 29].sum(axis=1), events[:, day - 29 : day + 1].sum(axis=1)
        known = (before > 0) & (seen.signed_up <= day - 59)
        return known & (last <= left * before), last > (left + 0.1) * before

    return _alarms(step)


def strict_rule(seen: World, alarms: int) -> list[tuple[int, int]]:
    """Make the fixed rule so strict that it raises about as many alarms."""
    tried = [fixed_rule(seen, left) for left in (0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05, 0.0)]
    return min(tried, key=lambda found: abs(len(found) - alarms))


def detector(seen: World) -> list[tuple[int, int]]:
    """Alarm as `activity` does, people looked at and recoveries closed."""
    events, people = seen.by_account(seen.events), seen.by_account(seen.active)
    active = np.pad(seen.active, ((0, 0), (TERMS.days, 0)))
    usual_people, usual_events = np.zeros((ACCOUNTS, 7)), np.zeros((ACCOUNTS, 7))

    def step(day: int, is_open: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        window = slice(day + 1, day + 1 + TERMS.days)
        usage = Usage(events[:, window], people[:, window], (day + 1 - TERMS.days) % 7)
        judged = judge(usage, terms=TERMS, known=is_open)
        fresh = (judged.verdict == Verdict.DECLINING) & ~is_open
        own = np.flatnonzero(fresh[seen.account])
        of = seen.account[own]
        columns = np.arange(TERMS.days)
        lately = columns >= judged.since[of][:, None]
        before = ~lately & (columns >= judged.since[of][:, None] - TERMS.baseline_days)
        was = (active[own, window] & before).sum(axis=1).astype(float)
        total = np.bincount(of, was, ACCOUNTS)
        expected = was * (judged.expected_people / np.maximum(total, 1))[of]
        fires = fresh & beyond_one(of, expected, (active[own, window] & lately).sum(axis=1), ACCOUNTS, terms=TERMS)
        usual_people[fires], usual_events[fires] = judged.usual.people[fires], judged.usual.events[fires]
        usual = Usual(usual_people, usual_events, judged.usual.dispersion, judged.usual.people_seen)
        return fires, recovered(usage, usual, judged.people.factor, judged.events.factor, TERMS)

    return _alarms(step)


Step = Callable[[int, npt.NDArray[np.bool_]], tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]]


def _alarms(step: Step) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    is_open = np.zeros(ACCOUNTS, dtype=bool)
    for day in range(FIRST, DAYS):
        fires, ends = step(day, is_open)
        found += [(int(account), day) for account in np.flatnonzero(fires & ~is_open)]
        is_open |= fires
        is_open &= ~ends | fires
    return found


@dataclass(frozen=True)
class Score:
    """How alarms did against the truth."""

    alarms: int
    right: float
    of_fading: float
    found: float
    delay: float


def score(seen: World, alarms: list[tuple[int, int]]) -> Score:
    """Compare alarms with the truth; only declines with enough before them to be judged are to be found."""
    all_rates = seen.rate.sum(axis=0)

    def is_right(account: int, day: int) -> bool:
        for length in (7, 14, 21, 28):
            start = day - length + 1
            known = slice(max(start - 84, int(max(seen.signed_up[account], 0)) + 14), start)
            if known.stop <= known.start:
                continue
            before = seen.rate[account, known].sum() / all_rates[known].sum()
            now = seen.rate[account, start : day + 1].sum() / all_rates[start : day + 1].sum()
            if now <= 0.7 * before:
                return True
        return False

    use_before = np.array(
        [
            seen.rate[a, max(0, int(d) - 84) : int(d)].sum() if np.isfinite(d) else 0.0
            for a, d in enumerate(seen.declines)
        ]
    )
    wanted = np.flatnonzero(
        (seen.declines >= FIRST) & (seen.declines <= DAYS - 15)
        & (seen.declines - np.maximum(seen.signed_up, 0) >= 45) & (use_before >= 12)
    )  # fmt: skip
    first = {}
    for account, day in alarms:
        if seen.declines[account] <= day:
            first.setdefault(account, day)
    delays = [first[a] - seen.declines[a] for a in wanted if a in first]
    return Score(
        alarms=len(alarms),
        right=float(np.mean([is_right(a, d) for a, d in alarms])),
        of_fading=float(np.mean([seen.declines[a] <= d for a, d in alarms])),
        found=len(delays) / len(wanted),
        delay=float(np.median(delays)),
    )


def measure() -> Iterator[Figure]:
    """Compare both on one world; time the judging of many accounts."""
    seen = world()
    noticed = detector(seen)
    ours, plain = score(seen, noticed), score(seen, fixed_rule(seen))
    strict = score(seen, strict_rule(seen, len(noticed)))
    yield Figure(
        figure="alarms that are right", value=100 * ours.right, unit="%", baseline=100 * plain.right,
        ratio=ours.right / plain.right, bar=3,
    )  # fmt: skip
    yield Figure(figure="alarms about accounts made to fade", value=100 * ours.of_fading, unit="%",
                 baseline=100 * plain.of_fading, ratio=ours.of_fading / plain.of_fading)  # fmt: skip
    yield Figure(figure="alarms in 120 days, 1 500 accounts", value=ours.alarms, unit="", baseline=plain.alarms)
    yield Figure(figure="fading accounts found", value=100 * ours.found, unit="%", baseline=100 * plain.found)
    yield Figure(figure="median days to notice", value=ours.delay, unit="d", baseline=plain.delay)
    yield Figure(figure="… than a rule as strict: alarms", value=ours.alarms, unit="", baseline=strict.alarms)
    yield Figure(figure="… than a rule as strict: right", value=100 * ours.right, unit="%", baseline=100 * strict.right,
                 ratio=ours.right / strict.right, bar=1.1)  # fmt: skip
    yield Figure(figure="… than a rule as strict: found", value=100 * ours.found, unit="%", baseline=100 * strict.found)
    yield Figure(figure="… than a rule as strict: days", value=ours.delay, unit="d", baseline=strict.delay,
                 ratio=strict.delay / ours.delay, bar=1.3)  # fmt: skip
    yield from _speed(seen)


def _speed(seen: World) -> Iterator[Figure]:
    window = slice(DAYS, DAYS + TERMS.days)
    events, people = seen.by_account(seen.events)[:, window], seen.by_account(seen.active)[:, window]
    times = 20_000 // ACCOUNTS + 1
    many = Usage(np.tile(events, (times, 1))[:20_000], np.tile(people, (times, 1))[:20_000], 0)
    begun = time.perf_counter()
    judge(many, terms=TERMS)
    together = time.perf_counter() - begun
    begun = time.perf_counter()
    for row in range(200):
        judge(Usage(many.events[row : row + 1], many.people[row : row + 1], 0), terms=TERMS)
    alone = (time.perf_counter() - begun) * 100
    yield Figure(figure="20 000 accounts judged, one pass", value=together, unit="s", baseline=alone,
                 ratio=alone / together, bar=5)  # fmt: skip
