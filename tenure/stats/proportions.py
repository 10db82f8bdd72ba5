"""Shares out of a count, and medians, with intervals that hold for small numbers."""

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """A value between two bounds; `value` is None where there is nothing to make it from."""

    value: float | None
    low: float | None
    high: float | None


UNKNOWN = Interval(value=None, low=None, high=None)


def share(count: int, of: int, *, level: float = 0.95) -> Interval:
    """Return `count` out of `of` with Wilson's (1927, JASA 22:209) score interval; UNKNOWN out of none."""
    if not of:
        return UNKNOWN
    if not 0 <= count <= of:
        raise ValueError("a share is of a whole")
    low, high = _wilson(count / of, of, level)
    return Interval(value=count / of, low=low, high=high)


def _wilson(seen: float, of: float, level: float) -> tuple[float, float]:
    from scipy import special

    z = float(special.ndtri(0.5 + level / 2))
    middle = (seen + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(seen * (1 - seen) / of + z * z / (4 * of * of))
    # At the ends the bound is the end itself, which rounding would miss.
    return 0.0 if seen == 0 else max(0.0, middle - half), 1.0 if seen == 1 else min(1.0, middle + half)


def share_of_groups(hits: npt.ArrayLike, groups: npt.ArrayLike, *, level: float = 0.95) -> Interval:
    """Like `share`, of rows that are hits, where rows of one group (an account, week after week) tell no more than one.

    Wilson's interval of as many rows as they are worth: so many as would vary as much as groups do (Cochran 1977,
    Sampling Techniques, §11.12; Kish 1965, §8.2), never more than there are. Where all are alike, each group is one.
    """
    flags = np.asarray(hits, dtype=np.bool_)
    if not flags.size:
        return UNKNOWN
    _, group = np.unique(np.asarray(groups), return_inverse=True)
    sizes, of = np.bincount(group), np.bincount(group, flags)
    value, count = float(flags.mean()), sizes.size
    worth = float(count)
    if 0 < value < 1 and count > 1:
        variance = float(((of - value * sizes) ** 2).sum()) / flags.size**2
        worth = value * (1 - value) / variance if variance else float(flags.size)
    worth = min(max(worth, 1.0), float(flags.size))
    around = _wilson(value, worth, level)
    return Interval(value=value, low=around[0], high=around[1])


def median(values: Sequence[float], *, level: float = 0.95) -> Interval:
    """Return the median with its interval by order statistics, which asks nothing of how the values are spread.

    Conover, Practical Nonparametric Statistics, §3.2: the bounds are the narrowest pair of values, as many from either
    end, that holds the median with at least `level`; None where so few values cannot say.
    """
    if not len(values):
        return UNKNOWN
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    place = median_place(ordered.size, level=level)
    low, high = (float(ordered[place - 1]), float(ordered[ordered.size - place])) if place else (None, None)
    return Interval(value=float(np.median(ordered)), low=low, high=high)


def median_place(n: int, *, level: float = 0.95) -> int:
    """Return the place, counted from 1 at either end, of the values that bound the median of so many; 0 for too few."""
    from scipy import special

    if not n:
        return 0
    # P(at most k of n below the median) for each k; the interval misses on either side with that of k = place - 1.
    # Six standard deviations under the middle it is as good as nothing.
    first = max(0, n // 2 - 3 * math.isqrt(n) - 3)
    misses = special.bdtr(np.arange(first, n // 2), n, 0.5)
    return first + int(np.searchsorted(misses, (1 - level) / 2, side="right"))
