"""What is usual for an account on a given day: its own level, its own week, and the days that are odd for everybody.

The expectation of account *i* on day *d* is

    level_i × weekday_i(d) × common(d)

`weekday_i` is the account's own weekly profile, drawn towards the population's while there is little to learn it from;
`common(d)` is how the whole population did that day against its own expectation, so that a holiday, an outage or lost
data makes nobody look as if they were leaving. Counts vary more (or less) than Poisson's; `dispersion` says how much,
from the weekly residuals of the baseline (quasi-Poisson: McCullagh and Nelder 1989, §6.2).
"""

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
_ROUNDS = 3
_TINY = 1e-12


def weekdays(first_weekday: int, days: int) -> npt.NDArray[np.intp]:
    """Return the weekday (0 = Monday) of each of so many days in a row."""
    return (first_weekday + np.arange(days)) % 7


def weekly_profile(counts: Floats, seen: Booleans, common: Floats, weekday: npt.NDArray[np.intp]) -> Floats:
    """Return each account's factor for each weekday, mean 1 (accounts × 7).

    `counts` and `seen` are accounts × days; `seen` marks the days that count. An account with nothing seen gets the
    population's week.
    """
    total = np.zeros((counts.shape[0], 7))
    exposure = np.zeros((counts.shape[0], 7))
    for k in range(7):
        of_day = weekday == k
        total[:, k] = np.where(seen[:, of_day], counts[:, of_day], 0).sum(axis=1)
        exposure[:, k] = (seen[:, of_day] * common[of_day]).sum(axis=1)
    rate = total / np.maximum(exposure, _TINY)
    own = rate / np.maximum(rate.sum(axis=1, keepdims=True), _TINY)
    n = total.sum(axis=1, keepdims=True)
    population = (own * np.minimum(n, 10 * WEEKDAY_PRIOR)).sum(axis=0)
    population = population / population.sum() if population.sum() > 0 else np.full(7, 1 / 7)
    profile: Floats = 7 * (own * n + WEEKDAY_PRIOR * population) / (n + WEEKDAY_PRIOR)
    return profile


def exposures(
    counts: Floats, seen: Booleans, weekday: npt.NDArray[np.intp], baseline: npt.NDArray[np.intp]
) -> tuple[Floats, Floats, Floats]:
    """Return weekday × common for every account and day, the weekly profiles, and the common factor of each day.

    Only the `baseline` columns teach the level and the week; the common factor is found for all columns. Accounts that
    have halved or doubled in the other columns are left out of it, and no account weighs much more than another.
    """
    common = np.ones(counts.shape[1])
    rest = np.setdiff1d(np.arange(counts.shape[1]), baseline)
    counted = np.where(seen, counts, 0.0)
    profile = weekly_profile(counts[:, baseline], seen[:, baseline], common[baseline], weekday[baseline])
    for _ in range(_ROUNDS):
        week = profile[:, weekday] * seen
        full = week * common
        level = counted[:, baseline].sum(axis=1) / np.maximum(full[:, baseline].sum(axis=1), _TINY)
        usual = level[:, None] * week
        lately = counted[:, rest].sum(axis=1) / np.maximum((usual * common)[:, rest].sum(axis=1), _TINY)
        steady = (seen[:, baseline].sum(axis=1) >= 28) & (lately > 0.5) & (lately < 2)
        if np.count_nonzero(steady) >= FEWEST_FOR_COMMON:
            weight = steady[:, None] / (1 + usual.mean(axis=1, keepdims=True) / 2)
            actual = (weight * np.minimum(counted, 4 * usual + 4)).sum(axis=0)
            common = (actual + COMMON_PRIOR) / ((weight * usual).sum(axis=0) + COMMON_PRIOR)
        profile = weekly_profile(counts[:, baseline], seen[:, baseline], common[baseline], weekday[baseline])
    return profile[:, weekday] * seen * common, profile, common


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
