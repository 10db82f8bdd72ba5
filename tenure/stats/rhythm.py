"""What is usual for an account on a given day: its own level, its own week, and the days that are odd for everybody.

The expectation of account *i* on day *d* is

    level_i × weekday_i(d) × factor_i(d)

`weekday_i` is the account's own weekly profile, drawn towards the population's while there is little to learn it from;
`factor_i(d)` is how the population, and the account's group within it (those in one time zone), did that day against
their own expectation, so that a holiday, an outage or lost data makes nobody look as if they were leaving. Counts vary
more than Poisson's; `dispersion` says how much, from the weekly residuals of the baseline (quasi-Poisson: McCullagh and
Nelder 1989, §6.2).
"""

import dataclasses

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
GROUP_PRIOR = 2.0
"""Expected counts that hold the factor of a group's day at the common one."""
_ROUNDS = 3
_TINY = 1e-12


def weekdays(first_weekday: int, days: int) -> npt.NDArray[np.intp]:
    """Return the weekday (0 = Monday) of each of so many days in a row."""
    return (first_weekday + np.arange(days)) % 7


def weekly_profile(counts: Floats, seen: Booleans, factor: Floats, weekday: npt.NDArray[np.intp]) -> Floats:
    """Return each account's factor for each weekday, mean 1 (accounts × 7).

    `counts`, `seen` and the day `factor` are accounts × days; `seen` marks the days that count. An account with nothing
    seen gets the population's week.
    """
    total = np.zeros((counts.shape[0], 7))
    exposure = np.zeros((counts.shape[0], 7))
    for k in range(7):
        of_day = weekday == k
        total[:, k] = np.where(seen[:, of_day], counts[:, of_day], 0).sum(axis=1)
        exposure[:, k] = (seen[:, of_day] * factor[:, of_day]).sum(axis=1)
    rate = total / np.maximum(exposure, _TINY)
    own = rate / np.maximum(rate.sum(axis=1, keepdims=True), _TINY)
    n = total.sum(axis=1, keepdims=True)
    population = (own * np.minimum(n, 10 * WEEKDAY_PRIOR)).sum(axis=0)
    population = population / population.sum() if population.sum() > 0 else np.full(7, 1 / 7)
    profile: Floats = 7 * (own * n + WEEKDAY_PRIOR * population) / (n + WEEKDAY_PRIOR)
    return profile


@dataclasses.dataclass(frozen=True, eq=False)
class Rhythm:
    """What is usual apart from the level: `exposure` (accounts × days) is weekday × day factor on the days that count.

    `profile` is accounts × 7, `factor` accounts × days, `common` the factor of each day for accounts of no group, and
    `by_group` for each group.
    """

    exposure: Floats
    profile: Floats
    factor: Floats
    common: Floats
    by_group: Floats


def rhythm_of(
    counts: Floats,
    seen: Booleans,
    weekday: npt.NDArray[np.intp],
    baseline: npt.NDArray[np.intp],
    group: npt.NDArray[np.intp],
    groups: int,
) -> Rhythm:
    """Learn the weeks of accounts and the days that are odd for all, or for all of a group.

    Only the `baseline` columns teach the level and the week; the day factors are found for all columns. Accounts that
    have halved or doubled in the other columns are left out of those, and no account weighs much more than another.
    `group` has an entry an account, −1 for none. A group only excuses: quieter than all counts, busier does not; and
    nobody is excused by their own quiet (the account itself is left out of its group's sum).
    """
    common = np.ones(counts.shape[1])
    factor = np.ones(counts.shape)
    by_group = np.ones((groups, counts.shape[1]))
    rest = np.setdiff1d(np.arange(counts.shape[1]), baseline)
    counted = np.where(seen, counts, 0.0)
    for _ in range(_ROUNDS):
        profile = weekly_profile(counts[:, baseline], seen[:, baseline], factor[:, baseline], weekday[baseline])
        week = profile[:, weekday] * seen
        expected = week * factor
        level = counted[:, baseline].sum(axis=1) / np.maximum(expected[:, baseline].sum(axis=1), _TINY)
        usual = level[:, None] * week
        lately = counted[:, rest].sum(axis=1) / np.maximum((usual * factor)[:, rest].sum(axis=1), _TINY)
        steady = (seen[:, baseline].sum(axis=1) >= 28) & (lately > 0.5) & (lately < 2)
        weight = steady[:, None] / (1 + usual.mean(axis=1, keepdims=True) / 2)
        actual = weight * np.minimum(counted, 4 * usual + 4)
        usual = weight * usual
        if np.count_nonzero(steady) >= FEWEST_FOR_COMMON:
            common = (actual.sum(axis=0) + COMMON_PRIOR) / (usual.sum(axis=0) + COMMON_PRIOR)
            common = _centred(common[None, :], baseline)[0]
        factor, by_group = _excused(actual, usual * common, steady, group, groups)
        factor, by_group = _centred(factor, baseline) * common, _centred(by_group, baseline) * common
    profile = weekly_profile(counts[:, baseline], seen[:, baseline], factor[:, baseline], weekday[baseline])
    return Rhythm(
        exposure=profile[:, weekday] * seen * factor, profile=profile, factor=factor, common=common, by_group=by_group
    )


def _excused(
    actual: Floats, expected: Floats, steady: Booleans, group: npt.NDArray[np.intp], groups: int
) -> tuple[Floats, Floats]:
    """Return how much quieter each day was for each account's group (accounts × days), and for each group."""
    grouped = np.flatnonzero(group >= 0)
    seen_of, known_of = np.zeros((groups, actual.shape[1])), np.zeros((groups, actual.shape[1]))
    np.add.at(seen_of, group[grouped], actual[grouped])
    np.add.at(known_of, group[grouped], expected[grouped])
    members = np.bincount(group[grouped], steady[grouped], groups)
    quiet_groups = np.minimum(1.0, (seen_of + GROUP_PRIOR) / (known_of + GROUP_PRIOR))
    quiet_groups[members < FEWEST_FOR_GROUP] = 1.0
    quiet = np.ones(actual.shape)
    of = group[grouped]
    others = (seen_of[of] - actual[grouped] + GROUP_PRIOR) / (known_of[of] - expected[grouped] + GROUP_PRIOR)
    enough = members[of] - steady[grouped] >= FEWEST_FOR_GROUP - 1
    quiet[grouped] = np.where(enough[:, None], np.minimum(1.0, others), 1.0)
    return quiet, quiet_groups


def _centred(factor: Floats, baseline: npt.NDArray[np.intp]) -> Floats:
    """Scale factors so that the ordinary days of the baseline are 1 on average, and a level means an ordinary week."""
    known = factor[:, baseline]
    middle = np.median(known, axis=1, keepdims=True)
    ordinary = (known > 0.7 * middle) & (known < 1.4 * middle)
    mean = np.where(ordinary, known, 0.0).sum(axis=1) / np.maximum(ordinary.sum(axis=1), 1)
    centred: Floats = factor / np.where(mean > 0, mean, 1.0)[:, None]
    return centred


def dispersion(counts: Floats, exposure: Floats, seen: Booleans) -> Floats:
    """Return how much more each account's weeks vary than Poisson's would; never under 1.

    The columns are the baseline, oldest first; whole weeks are taken from its end. Pearson's χ² of the weeks over their
    degrees of freedom, drawn towards the pooled value of the accounts that have enough to show it.
    """
    accounts, weeks = counts.shape[0], counts.shape[1] // 7
    if not weeks:
        return np.ones(accounts)
    shape = (accounts, weeks, 7)
    cut = counts.shape[1] - weeks * 7
    whole = seen[:, cut:].reshape(shape).all(axis=2)
    actual = np.where(seen, counts, 0.0)[:, cut:].reshape(shape).sum(axis=2) * whole
    known = exposure[:, cut:].reshape(shape).sum(axis=2) * whole
    expected = actual.sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), _TINY) * known
    chi_square = np.where(expected > 0, (actual - expected) ** 2 / np.maximum(expected, _TINY), 0).sum(axis=1)
    freedom = np.maximum(whole.sum(axis=1) - 1, 0)
    telling = (freedom >= 3) & (actual.sum(axis=1) >= 12)
    pooled = chi_square[telling].sum() / freedom[telling].sum() if telling.any() else 1.5
    found: Floats = np.maximum(1.0, (chi_square + DISPERSION_PRIOR * pooled) / (freedom + DISPERSION_PRIOR))
    return found
