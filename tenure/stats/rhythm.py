"""What is usual for an account on a given day: its own level, its own week, and the days that are odd for everybody.

The expectation of account *i* on day *d* is

    level_i × weekday_i(d) × growth_i(d) × factor_i(d)

`weekday_i` is the account's own weekly profile, drawn towards the population's while there is little to learn it from;
`growth_i` rises to 1 while the account is growing and stays there, so that one that has grown is held to what it grew
to, and one that stops growing has not fallen. `factor_i(d)` is how the population, and the account's group within it
(those in one time zone), did that day against their own expectation, so that a holiday, an outage or lost data makes
nobody look as if they were leaving. Counts vary more than Poisson's; `dispersion` says how much, from the weekly
residuals of the baseline (quasi-Poisson: McCullagh and Nelder 1989, §6.2).

Accounts are taken a block at a time: beyond the counts themselves only small things are kept of each.
"""

import dataclasses
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tenure.stats.survival import Booleans, Floats

WEEKDAY_PRIOR = 20.0
"""An account's weekly profile counts as much as the population's once it has so many counts."""
DISPERSION_PRIOR = 8.0
"""Pooled dispersion weighs as much as so many weeks of the account's own."""
FEWEST_FOR_COMMON = 20
"""With fewer accounts nobody can say that a day was odd for everybody."""
COMMON_PRIOR = 2.0
"""Expected counts that hold the common factor of a day at 1."""
FEWEST_FOR_GROUP = 4
"""Nor, with fewer accounts in it, that it was odd for a group."""
GROUP_PRIOR = 0.5
"""Expected counts that hold the factor of a group's day at the common one."""
LEAST_GROWN = 0.2
"""Nobody is taken to have been smaller than this share of what they grew to."""
BLOCK = 8_192
"""So many accounts are worked on at once."""
LEAST_SPREAD = 0.3
"""Nobody is taken to vary less than this share of Poisson's variance."""
_ROUNDS = 3
_WEEKDAYS = 7
_TINY = 1e-12

Ints: TypeAlias = npt.NDArray[np.intp]
Counts: TypeAlias = npt.NDArray[np.float32] | Floats
"""Counts as they are kept: half the width where there are many."""


def weekdays(first_weekday: int, days: int) -> Ints:
    """Return the weekday (0 = Monday) of each of so many days in a row."""
    return (first_weekday + np.arange(days)) % 7


def blocks(accounts: int) -> Iterator[slice]:
    """Cut so many accounts into runs of at most `BLOCK`."""
    for begin in range(0, accounts, BLOCK):
        yield slice(begin, min(begin + BLOCK, accounts))


def counted(counts: Counts, seen_from: Ints) -> Floats:
    """Return counts with the days before each account's `seen_from` taken out."""
    known: Floats = np.where(np.arange(counts.shape[1]) >= seen_from[:, None], counts, 0.0)
    return known


def _own_week(total: Floats, exposure: Floats) -> tuple[Floats, Floats]:
    """Return how counts spread over the week, exposure apart, and how many they are (accounts × 7, accounts × 1)."""
    rate = total / np.maximum(exposure, _TINY)
    return rate / np.maximum(rate.sum(axis=1, keepdims=True), _TINY), total.sum(axis=1, keepdims=True)


def weekly_profile(own: Floats, n: Floats, population: Floats) -> Floats:
    """Return each account's factor for each weekday, mean 1, from its own week and the `population`'s, summing to 1.

    An account with nothing counted gets the population's week.
    """
    profile: Floats = 7 * (own * n + WEEKDAY_PRIOR * population) / (n + WEEKDAY_PRIOR)
    return profile


@dataclasses.dataclass(frozen=True, eq=False)
class Rhythm:
    """What is usual apart from the level and growth.

    `profile` is accounts × 7, `common` the factor of each day for accounts of no group, and `by_group` for each group.
    `level` is what was counted on an ordinary day of the baseline.
    """

    profile: Floats
    common: Floats
    by_group: Floats
    level: Floats
    weekday: Ints
    seen_from: Ints
    _counts: Counts
    _group: Ints
    _summed_level: Floats
    _summed_profile: Floats
    _weight: Floats
    _actual: Floats
    _usual: Floats
    _members: npt.NDArray[np.int64]
    _middle: Floats

    def factor(self, rows: "Ints | slice") -> Floats:
        """Return how odd each day was for some accounts (rows × days).

        Nobody is excused by their own quiet: the account itself is left out of its group's sum, with the level and week
        by which it was put in.
        """
        group = self._group[rows]
        factor = np.repeat(self.common[None, :], len(group), axis=0)
        within = np.flatnonzero(
            (group >= 0) & (self._members[group] - (self._weight[rows] > 0) >= FEWEST_FOR_GROUP - 1)
        )
        if not within.size:
            return factor
        chosen = np.arange(len(self._group))[rows][within]
        of = group[within]
        usual = self._summed_level[chosen, None] * self._summed_profile[chosen][:, self.weekday]
        usual *= np.arange(len(self.weekday)) >= self.seen_from[chosen, None]
        actual = np.minimum(counted(self._counts[chosen], self.seen_from[chosen]), 4 * usual + 4)
        weight = self._weight[chosen, None]
        others = np.maximum(self._actual[of] - weight * actual, 0.0)  # by rounding less, where nobody else is left
        others_usual = np.maximum(self._usual[of] - weight * usual * self.common, 0.0)
        theirs = (others + GROUP_PRIOR) / (others_usual + GROUP_PRIOR)
        factor[within] *= np.minimum(1.0, theirs) / self._middle[of, None]
        return factor

    def exposure(self, rows: "Ints | slice") -> Floats:
        """Return weekday × day factor of some accounts on the days that count, 0 on others (rows × days)."""
        exposure = self.profile[rows][:, self.weekday] * self.factor(rows)
        exposure *= np.arange(len(self.weekday)) >= self.seen_from[rows][:, None]
        return exposure


def rhythm_of(counts: Counts, seen_from: Ints, weekday: Ints, baseline: slice, group: Ints, groups: int) -> Rhythm:
    """Learn the weeks of accounts and the days that are odd for all, or for all of a group.

    Each account counts from its column `seen_from`. Only the `baseline` columns teach the level and the week; the day
    factors are found for all columns. Accounts that have halved or doubled in the other columns are left out of those,
    and no account weighs much more than another. `group` has an entry an account, −1 for none. A group only excuses:
    quieter than all counts, busier does not.
    """
    accounts, days = counts.shape
    of_week = np.eye(7)[weekday]
    in_baseline = np.zeros(days, dtype=np.bool_)
    in_baseline[baseline] = True
    total, lately = np.zeros((accounts, 7)), np.zeros(accounts)
    for rows in blocks(accounts):
        known = counted(counts[rows], seen_from[rows])
        total[rows] = known[:, in_baseline] @ of_week[in_baseline]
        lately[rows] = known[:, ~in_baseline].sum(axis=1)
    seen = np.maximum(in_baseline.sum() - np.maximum(seen_from - int(in_baseline.argmax()), 0), 0)

    factor = np.ones((groups + 1, days))
    for _ in range(_ROUNDS):
        profile, level, expected = _levels(total, factor, in_baseline, of_week, group, seen_from)
        share = lately / np.maximum(expected, _TINY)
        steady = (seen >= 28) & (share > 0.5) & (share < 2)
        mean = level * (profile @ of_week.sum(axis=0)) * (days - np.minimum(seen_from, days)) / days**2
        weight = steady / (1 + mean / 2)
        actual, usual = _summed(counts, seen_from, weekday, profile, level, weight, group, groups)
        common = np.ones(days)
        if np.count_nonzero(steady) >= FEWEST_FOR_COMMON:
            common = (actual.sum(axis=0) + COMMON_PRIOR) / (usual.sum(axis=0) + COMMON_PRIOR)
            common = common / _middle(common[None, :], in_baseline)[0]
        members = np.bincount(group[group >= 0], steady[group >= 0], groups).astype(np.int64)
        known_of = usual[:groups] * common
        quiet = np.minimum(1.0, (actual[:groups] + GROUP_PRIOR) / (known_of + GROUP_PRIOR))
        quiet[members < FEWEST_FOR_GROUP] = 1.0
        middle = _middle(quiet, in_baseline)
        factor = np.vstack([quiet / middle[:, None] * common, common])
    summed_level, summed_profile = level, profile
    profile, level, _expected = _levels(total, factor, in_baseline, of_week, group, seen_from)
    return Rhythm(
        profile=profile, common=factor[-1], by_group=factor[:-1], level=level, weekday=weekday, seen_from=seen_from,
        _counts=counts, _group=group, _summed_level=summed_level, _summed_profile=summed_profile, _weight=weight,
        _actual=actual[:groups], _usual=known_of, _members=np.append(members, 0), _middle=middle,
    )  # fmt: skip


def _levels(
    total: Floats, factor: Floats, in_baseline: Booleans, of_week: Floats, group: Ints, seen_from: Ints
) -> tuple[Floats, Floats, Floats]:
    """Return each account's week and level, and what both let one expect of the days outside the baseline."""
    accounts = len(total)
    from_inside = _from_each_day(factor * in_baseline, of_week)
    from_outside = _from_each_day(factor * ~in_baseline, of_week)
    population = np.zeros(_WEEKDAYS)
    for rows in blocks(accounts):
        own, n = _own_week(total[rows], from_inside[group[rows], seen_from[rows]])
        population += (own * np.minimum(n, 10 * WEEKDAY_PRIOR)).sum(axis=0)
    population = population / population.sum() if population.sum() > 0 else np.full(_WEEKDAYS, 1 / _WEEKDAYS)
    profile, level, expected = np.empty((accounts, _WEEKDAYS)), np.empty(accounts), np.empty(accounts)
    for rows in blocks(accounts):
        inside, outside = from_inside[group[rows], seen_from[rows]], from_outside[group[rows], seen_from[rows]]
        profile[rows] = weekly_profile(*_own_week(total[rows], inside), population)
        level[rows] = total[rows].sum(axis=1) / np.maximum((profile[rows] * inside).sum(axis=1), _TINY)
        expected[rows] = level[rows] * (profile[rows] * outside).sum(axis=1)
    return profile, level, expected


def _from_each_day(factor: Floats, of_week: Floats) -> Floats:
    """Add factors up by weekday from each column to the last (groups × days + 1 × 7)."""
    by_weekday = factor[:, :, None] * of_week
    return np.pad(by_weekday[:, ::-1].cumsum(axis=1)[:, ::-1], ((0, 0), (0, 1), (0, 0)))


def _summed(
    counts: Counts, seen_from: Ints, weekday: Ints, profile: Floats, level: Floats, weight: Floats, group: Ints,
    groups: int,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Add up what was counted and what is usual by group and day; the last row is for those of no group."""
    from scipy import sparse

    days = counts.shape[1]
    actual, usual = np.zeros((groups + 1, days)), np.zeros((groups + 1, days))
    for rows in blocks(counts.shape[0]):
        chosen = np.flatnonzero(weight[rows]) + rows.start
        if not chosen.size:
            continue
        expected = level[chosen, None] * profile[chosen][:, weekday]
        expected *= np.arange(days) >= seen_from[chosen, None]
        found = np.minimum(counted(counts[chosen], seen_from[chosen]), 4 * expected + 4)
        of = np.where(group[chosen] < 0, groups, group[chosen])
        shape = (groups + 1, len(chosen))
        weights = sparse.csr_matrix((weight[chosen], (of, np.arange(len(chosen)))), shape=shape)
        actual += weights @ found
        usual += weights @ expected
    return actual, usual


def _middle(factor: Floats, in_baseline: Booleans) -> Floats:
    """Return what the ordinary days of the baseline come to on average: 1 after dividing by it."""
    known = factor[:, in_baseline]
    middle = np.median(known, axis=1, keepdims=True)
    ordinary = (known > 0.7 * middle) & (known < 1.4 * middle)
    mean = np.where(ordinary, known, 0.0).sum(axis=1) / np.maximum(ordinary.sum(axis=1), 1)
    return np.where(mean > 0, mean, 1.0)


@dataclasses.dataclass(frozen=True, eq=False)
class Weeks:
    """Whole weeks of the baseline, oldest first: counts and exposures (accounts × weeks), and which count.

    `day_to_day` is by how much single days vary around what is usual for them, as a multiple of Poisson's variance.
    """

    actual: Floats
    exposure: Floats
    whole: Booleans
    day_to_day: Floats

    @classmethod
    def of(cls, rhythm: Rhythm, counts: Counts, baseline: slice, rows: slice) -> "Weeks":
        """Add days of some accounts up to weeks, from the end of the baseline."""
        weeks = (baseline.stop - baseline.start) // 7
        days = slice(baseline.stop - 7 * weeks, baseline.stop)
        seen_from = rhythm.seen_from[rows]
        cut = (len(seen_from), weeks, 7)
        seen = counted(counts[rows], seen_from)[:, days]
        known = rhythm.exposure(rows)[:, days]
        whole = np.arange(days.start, days.stop, 7) >= seen_from[:, None]
        return cls(
            seen.reshape(cut).sum(axis=2) * whole,
            known.reshape(cut).sum(axis=2) * whole,
            whole,
            _day_to_day(seen, rhythm.level[rows, None] * known),
        )


def _day_to_day(seen: Floats, usual: Floats) -> Floats:
    """Return by how much days vary around what is usual, as a multiple of Poisson's variance.

    One standard error is added, so that nobody passes for steady by chance; without anything usual it is 1.
    """
    days = np.count_nonzero(usual, axis=1)
    left = np.maximum(days - _WEEKDAYS, 1)
    apart = ((seen - usual) ** 2 * (usual > 0)).sum(axis=1) / np.maximum(usual.sum(axis=1), _TINY)
    found: Floats = np.where(days > 2 * _WEEKDAYS, apart * days / left * (1 + np.sqrt(2 / left)), 1.0)
    return found


def growth(weeks: Weeks) -> Floats:
    """Return how much accounts grow a week, as a share of what they have come to at the end of the baseline; never < 0.

    The slope of the weekly rate by weighted least squares, less one standard error: growth that may be chance is none.
    """
    at = np.arange(weeks.actual.shape[1], dtype=np.float64)
    rate = weeks.actual / np.maximum(weeks.exposure, _TINY)
    weight = weeks.exposure
    total = np.maximum(weight.sum(axis=1), _TINY)
    mean_at, mean = (weight * at).sum(axis=1) / total, (weight * rate).sum(axis=1) / total
    spread = (weight * (at - mean_at[:, None]) ** 2).sum(axis=1)
    slope = (weight * (at - mean_at[:, None]) * rate).sum(axis=1) / np.maximum(spread, _TINY)
    fitted = mean[:, None] + slope[:, None] * (at - mean_at[:, None])
    freedom = weeks.whole.sum(axis=1) - 2
    noise = (weight * (rate - fitted) ** 2).sum(axis=1) / np.maximum(freedom, 1)
    noise = np.maximum(noise, mean)
    sure = slope - np.sqrt(noise / np.maximum(spread, _TINY))
    last = mean + sure * (len(at) - 1 - mean_at)
    grown: Floats = np.where((freedom >= 3) & (sure > 0) & (last > 0), sure / np.maximum(last, _TINY), 0.0)
    return grown


def grown_by(growing: Floats, weeks_before: Floats) -> Floats:
    """Return what share of its last size an account had so many weeks before it (accounts × columns)."""
    size: Floats = np.maximum(1 - growing[:, None] * np.maximum(weeks_before, 0.0), LEAST_GROWN)
    return size


def least_dispersion(weeks: Weeks) -> Floats:
    """Return how little days of use can vary at each account, as a multiple of Poisson's variance.

    Nobody comes twice a day: of people who each come with a chance p the variance is 1 − p of the mean. The single days
    say how much that is. Weeks that happen to be steadier still count for nothing.
    """
    return np.clip(weeks.day_to_day, LEAST_SPREAD, 1.0)


@dataclasses.dataclass(frozen=True, eq=False)
class Scatter:
    """How each account's weeks lie about what is usual: Pearson's χ², its degrees of freedom, and the counts in all."""

    chi_square: Floats
    freedom: Floats
    counts: Floats


def scatter(weeks: Weeks, growing: Floats) -> Scatter:
    """Compare weeks with what the accounts come to on average, growth apart."""
    known = weeks.exposure * grown_by(growing, np.arange(weeks.actual.shape[1] - 1.0, -1, -1))
    actual = weeks.actual
    expected = actual.sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), _TINY) * known
    return Scatter(
        np.where(expected > 0, (actual - expected) ** 2 / np.maximum(expected, _TINY), 0).sum(axis=1),
        np.maximum(weeks.whole.sum(axis=1) - 1.0 - (growing > 0), 0),
        actual.sum(axis=1),
    )


def dispersion(found: Scatter, least: Floats) -> Floats:
    """Return how much each account's weeks vary, as a multiple of Poisson's variance; never under `least`.

    Pearson's χ² of the weeks over their degrees of freedom, drawn towards the pooled value of the accounts that have
    enough to show it.
    """
    telling = (found.freedom >= 3) & (found.counts >= 12)
    pooled = found.chi_square[telling].sum() / found.freedom[telling].sum() if telling.any() else 1.5
    own = (found.chi_square + DISPERSION_PRIOR * pooled) / (found.freedom + DISPERSION_PRIOR)
    spread: Floats = np.maximum(least, own)
    return spread
