"""Whether counts fall as they should: sample ratio, and p-values that were looked at together."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from tenure.stats.survival import Booleans, Floats

MISMATCH_BELOW = 0.001
"""A p-value under this says that the groups were not split as declared (Fabijan et al. 2019, KDD)."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class SampleRatio:
    """How two or more groups' sizes compare with the shares they were promised."""

    counts: tuple[int, ...]
    expected: tuple[float, ...]
    p_value: float

    @property
    def mismatch(self) -> bool:
        """Whether chance alone hardly ever splits so unevenly."""
        return self.p_value < MISMATCH_BELOW


def sample_ratio(counts: Sequence[int], shares: Sequence[float]) -> SampleRatio:
    """Test group sizes against promised shares (Pearson's χ²); a group promised nothing must be empty."""
    from scipy import special

    seen = np.asarray(counts, dtype=np.float64)
    promised = np.asarray(shares, dtype=np.float64)
    if seen.shape != promised.shape or seen.ndim != 1 or np.any(promised < 0) or promised.sum() <= 0:
        raise ValueError("one share for each count, none negative")
    expected = seen.sum() * promised / promised.sum()
    possible = promised > 0
    if np.any(seen[~possible] > 0):
        p_value = 0.0
    elif possible.sum() < 2 or not seen.sum():
        p_value = 1.0
    else:
        chi_square = float(np.sum((seen[possible] - expected[possible]) ** 2 / expected[possible]))
        p_value = float(special.chdtrc(float(possible.sum() - 1), chi_square))
    return SampleRatio(
        counts=tuple(int(c) for c in counts), expected=tuple(float(e) for e in expected), p_value=p_value
    )


def discoveries(p_values: Floats, *, rate: float) -> Booleans:
    """Pick those that may be called found while at most `rate` of the picks are false on average.

    Benjamini and Hochberg (1995, JRSS B 57:289). NaN entries were not tested: never picked and not counted.
    """
    tested = ~np.isnan(p_values)
    picked = np.zeros(p_values.shape, dtype=np.bool_)
    in_order = np.sort(p_values[tested])
    if not in_order.size:
        return picked
    under = in_order <= rate * np.arange(1, in_order.size + 1) / in_order.size
    if under.any():
        picked[tested] = p_values[tested] <= in_order[int(np.flatnonzero(under)[-1])]
    return picked


def visible_difference(share: float, first: int, second: int, *, level: float = 0.95, power: float = 0.8) -> float:
    """Return how far apart two shares near `share` must be for groups of these sizes to show it `power` of the time.

    The usual normal approximation (Fleiss, Statistical Methods for Rates and Proportions, §4); 1 when a group is empty.
    """
    from scipy import special

    if min(first, second) <= 0:
        return 1.0
    z = float(special.ndtri(0.5 + level / 2) + special.ndtri(power))
    spread = float(np.sqrt(share * (1 - share) * (1 / first + 1 / second)))
    return min(1.0, z * spread)


def homogeneity(table: Sequence[Sequence[int]]) -> float:
    """Return the p-value of Pearson's χ² that the columns of a table of counts are spread alike over its rows.

    1 when fewer than two rows or columns have any counts.
    """
    from scipy import special

    counts = np.atleast_2d(np.asarray(table, dtype=np.float64))
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(counts.shape) < 2:
        return 1.0
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / counts.sum()
    freedom = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    return float(special.chdtrc(float(freedom), float(np.sum((counts - expected) ** 2 / expected))))
