"""Worlds whose truth is known: who fades, from which day on, and in what.

`generated` is the world of `bench.make_events`: people come and go for good, accounts sign up on the way, a holiday
week, 8 % of accounts fade with a half-life of ten days. The other shapes each try one thing that may fool a detector;
in them people stay, so that nothing fades but what is made to.
"""

import dataclasses
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from bench import make_events
from tenure.stats.usage import Series, Terms

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BEFORE, JUDGED = Terms().days, 90
DAYS = BEFORE + JUDGED
ACCOUNTS = 600
WEEK = np.array([1, 1.05, 1.1, 1.05, 0.9, 0.25, 0.2])
FADING = 0.08
NEVER = 10**6


@dataclasses.dataclass(frozen=True, kw_only=True)
class World:
    """What happened (people × days), in whose account, and the day from which each account fades (`NEVER`).

    `zone` is where an account works. `seats` has, for accounts whose seats changed, how many there were on each day.
    `rate` is what was to be expected of each account and day by the truth, where people come and go for good; `keen` is
    how often each person comes on an ordinary day, where they do not.
    """

    name: str
    account: Ints
    visits: npt.NDArray[np.bool_]
    events: npt.NDArray[np.int64]
    minutes: Floats
    fades_from: Ints
    known_from: Ints
    zone: npt.NDArray[np.intp]
    seats: dict[int, Floats] = dataclasses.field(default_factory=dict)
    rate: Floats | None = None
    keen: Floats | None = None
    first_judged: int = BEFORE

    @property
    def accounts(self) -> int:
        """How many accounts there are."""
        return len(self.fades_from)

    @property
    def days(self) -> int:
        """How many days there are."""
        return int(self.events.shape[1])

    def by_person(self, series: Series) -> Floats:
        """Return what each person did on each day."""
        of: dict[Series, npt.NDArray[np.generic]] = {
            Series.PEOPLE: self.visits,
            Series.EVENTS: self.events,
            Series.MINUTES: self.minutes,
        }
        return of[series].astype(np.float64)

    def by_account(self, series: Series) -> Floats:
        """Add people up to accounts × days."""
        total = np.zeros((self.accounts, self.days))
        np.add.at(total, self.account, self.by_person(series))
        return total


@dataclasses.dataclass(kw_only=True)
class Shape:
    """What a world is made of before chance: factors on how much people do, by account and by person."""

    rng: np.random.Generator
    account: Ints
    keen: Floats
    week: Floats
    """Accounts × 7."""
    of_account: Floats
    """Accounts × days."""
    of_person: Floats
    """People × days."""
    minutes_of: Floats
    """Accounts × days, on the minutes only."""
    fades_from: Ints
    zone: npt.NDArray[np.intp]
    seats: dict[int, Floats]

    @property
    def accounts(self) -> int:
        """How many accounts there are."""
        return len(self.fades_from)

    def some(self, share: float, among: npt.NDArray[np.bool_] | None = None) -> Ints:
        """Pick a share of the accounts."""
        chosen = self.rng.random(self.accounts) < share
        return np.flatnonzero(chosen if among is None else chosen & among)

    def fade(self, rows: Ints, left: Callable[[Floats], Floats], of: Floats | None = None) -> None:
        """Let accounts fade from some day of the quarter on; `left` says how much there is so many days later."""
        for row in rows.tolist():
            start = BEFORE + int(self.rng.integers(0, 60))
            self.fades_from[row] = start
            (self.of_account if of is None else of)[row, start:] *= left(np.arange(DAYS - start, dtype=np.float64))


def _halved_in(days: float) -> Callable[[Floats], Floats]:
    return lambda since: 0.5 ** (since / days)


def _to(left: float) -> Callable[[Floats], Floats]:
    return lambda since: np.full(len(since), left)


def slow_fade(shape: Shape) -> None:
    """Half as much every 45 days."""
    shape.fade(shape.some(FADING), _halved_in(45))


def sudden_stop(shape: Shape) -> None:
    """From one day to the next hardly anything."""
    shape.fade(shape.some(FADING), _to(0.05))


def team_or_one(shape: Shape) -> None:
    """Some whole teams fade; in many more teams the keenest one is away for three weeks, which is nothing."""
    fading = shape.some(FADING)
    shape.fade(fading, _halved_in(10))
    size = np.bincount(shape.account, minlength=shape.accounts)
    for row in shape.some(0.3, (size >= 4) & ~np.isin(np.arange(shape.accounts), fading)).tolist():
        team = np.flatnonzero(shape.account == row)
        start = BEFORE + int(shape.rng.integers(0, 60))
        shape.of_person[team[shape.keen[team].argmax()], start : start + 21] = 0


def season(shape: Shape) -> None:
    """A summer of five quiet weeks for all, a holiday of nine days for each zone in turn; some really stop."""
    shape.fade(shape.some(0.06), _to(0.15))
    day = np.arange(DAYS)
    summer = np.where((day >= BEFORE + 10) & (day < BEFORE + 45), 0.6, 1.0)
    shape.of_account *= summer
    shape.zone[:] = shape.rng.integers(0, 6, shape.accounts)
    starts = np.array([BEFORE + 5, BEFORE + 20, BEFORE + 35, BEFORE + 50, BEFORE + 60, NEVER])[shape.zone]
    away = (day >= starts[:, None]) & (day < starts[:, None] + 9)
    shape.of_account *= np.where(away, 0.15, 1.0)


def growing(shape: Shape) -> None:
    """Half are new and grow for months, then stay as they are; of the others some fade."""
    is_new = shape.rng.random(shape.accounts) < 0.5
    begins = shape.rng.integers(0, BEFORE, shape.accounts)
    until = begins + shape.rng.integers(60, 150, shape.accounts)
    day = np.arange(DAYS)
    size = np.clip((day - begins[:, None]) / (until - begins)[:, None], 0.15, 1.0) * (day >= begins[:, None])
    shape.of_account *= np.where(is_new[:, None], size, 1.0)
    shape.fade(shape.some(2 * FADING, ~is_new), _halved_in(10))


def seats(shape: Shape) -> None:
    """Some give up seats, and whoever sat there is gone; some buy seats; some fade."""
    kind = shape.rng.random(shape.accounts)
    size = np.bincount(shape.account, minlength=shape.accounts)
    for row in np.flatnonzero((kind < 0.3) & (size >= 4)).tolist():
        team = np.flatnonzero(shape.account == row)
        half = shape.rng.permutation(team)[: len(team) // 2]
        day = BEFORE + int(shape.rng.integers(0, 60))
        if kind[row] < 0.15:
            shape.of_person[half, day:] = 0
        else:
            shape.of_person[half, :day] = 0
        paid = np.full(DAYS, float(len(team)))
        paid[slice(day, None) if kind[row] < 0.15 else slice(day)] -= len(half)
        shape.seats[row] = paid
    shape.fade(shape.some(FADING, kind >= 0.3), _halved_in(10))


def small_and_noisy(shape: Shape) -> None:
    """One to four people who come when they like; some stop."""
    shape.keen *= 0.6
    shape.fade(shape.some(FADING), _to(0.05))


def weekend_workers(shape: Shape) -> None:
    """Two in five work at weekends; some fade."""
    works = shape.some(0.4)
    shape.week[works] = [0.3, 0.3, 0.4, 0.5, 0.8, 1.2, 1.1]
    shape.fade(shape.some(FADING), _halved_in(10))


def over_dispersed(shape: Shape) -> None:
    """Accounts have busy and quiet weeks that follow each other, people are away for weeks; some fade."""
    weeks = DAYS // 7 + 1
    wander = np.zeros((shape.accounts, weeks))
    for week in range(1, weeks):
        wander[:, week] = 0.6 * wander[:, week - 1] + shape.rng.normal(0, 0.3, shape.accounts)
    shape.of_account *= np.repeat(np.exp(wander), 7, axis=1)[:, :DAYS]
    away = shape.rng.random((len(shape.account), weeks)) < 0.15
    shape.of_person *= np.repeat(~away, 7, axis=1)[:, :DAYS]
    shape.fade(shape.some(FADING), _halved_in(10))


def minutes_fade(shape: Shape) -> None:
    """Everybody still logs in, but stays for ever less."""
    shape.fade(shape.some(FADING), lambda since: np.maximum(0.25, 0.5 ** (since / 10)), of=shape.minutes_of)


def nobody(shape: Shape) -> None:
    """Nothing but chance."""


SHAPES: dict[str, Callable[[Shape], None]] = {
    "slow fade": slow_fade,
    "sudden stop": sudden_stop,
    "team or one": team_or_one,
    "season": season,
    "growing": growing,
    "seats": seats,
    "small and noisy": small_and_noisy,
    "weekend workers": weekend_workers,
    "over-dispersed": over_dispersed,
    "minutes fade": minutes_fade,
    "key events fade": nobody,
    "nobody fades": nobody,
}


def shaped(name: str, seed: int) -> World:
    """Make a world of one of the `SHAPES`."""
    rng = np.random.default_rng([seed, list(SHAPES).index(name)])
    small = name == "small and noisy"
    size = rng.integers(1, 5, ACCOUNTS) if small else np.maximum(1, rng.lognormal(1.9, 0.9, ACCOUNTS).astype(int))
    account = np.repeat(np.arange(ACCOUNTS), size)
    people = len(account)
    shape = Shape(
        rng=rng, account=account, keen=rng.lognormal(-0.6, 0.8, people), week=np.tile(WEEK, (ACCOUNTS, 1)),
        of_account=np.ones((ACCOUNTS, DAYS)), of_person=np.ones((people, DAYS)), minutes_of=np.ones((ACCOUNTS, DAYS)),
        fades_from=np.full(ACCOUNTS, NEVER), zone=np.full(ACCOUNTS, -1, dtype=np.intp), seats={},
    )  # fmt: skip
    SHAPES[name](shape)
    weekday = np.arange(DAYS) % 7
    rate = shape.keen[:, None] * (shape.of_account * shape.week[:, weekday])[account] * shape.of_person
    visits = rng.random((people, DAYS)) < 1 - np.exp(-rate)
    events = visits * (1 + rng.negative_binomial(1.0, 0.2, rate.shape))
    minutes = visits * rng.gamma(1.2, 12.0, rate.shape) * shape.minutes_of[account]
    if name == "key events fade":
        # What is counted is the key event: one visit in two has some; those who fade still come.
        key = np.ones((ACCOUNTS, DAYS))
        shape.fade(shape.some(FADING), _to(0.15), of=key)
        events = np.where(rng.random(rate.shape) < 0.5 * key[account], events, 0)
    return World(
        name=name, account=account, visits=visits, events=events, minutes=minutes, fades_from=shape.fades_from,
        known_from=np.zeros(ACCOUNTS, dtype=np.int64), zone=shape.zone, seats=shape.seats, keen=shape.keen,
    )  # fmt: skip


def generated(
    seed: int, accounts: int = 1_500, people: int = 20_000, days: int = 180, events: int = 1_500_000
) -> World:
    """Make the world of `bench.make_events`, minutes with it; its days begin with nothing known of what was before."""
    made = make_events.World(make_events.Size(events=events, accounts=accounts, people=people, days=days, seed=seed))
    rng = np.random.default_rng([seed, 99])
    rates = np.stack([made.rates(day) for day in range(days)], axis=1)
    rates *= made.events_on / rates.sum(axis=0)
    counts = rng.poisson(rates)
    durations = np.linspace(20, 300, len(make_events.NAMES)) @ (make_events.POPULARITY / make_events.POPULARITY.sum())
    minutes = rng.gamma(np.maximum(counts, 1e-9), durations / 60) * (counts > 0)
    pad = ((0, 0), (BEFORE, 0))
    fades_from = np.where(made.fades_from < days, made.fades_from + BEFORE, NEVER)
    of_account = np.zeros((accounts, days))
    np.add.at(of_account, made.account_of, 1 - np.exp(-rates))
    return World(
        name="generated", account=made.account_of, visits=np.pad(counts > 0, pad), events=np.pad(counts, pad),
        minutes=np.pad(minutes, pad), fades_from=fades_from, known_from=np.maximum(made.signed_up, 0) + BEFORE,
        zone=np.full(accounts, -1, dtype=np.intp), rate=np.pad(of_account, pad), first_judged=BEFORE + 60,
    )  # fmt: skip
