"""Shares out of a count, and medians, with intervals that hold for small numbers."""

import dataclasses
import math
from collections.abc import Sequence

import numpy as np


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """A value between two bounds; `value` is None where there is nothing to make it from."""

    value: float | None
    low: float | None
    high: float | None


UNKNOWN = Interval(value=None, low=None, high=None)


def share(count: int, of: int, *, level: float = 0.95) -> Interval:
    """Return `count` out of `of` with Wilson's (1927, JASA 22:209) score interval; UNKNOWN out of none."""
    from scipy import special

    if not of:
        return UNKNOWN
    if not 0 <= count <= of:
        raise ValueError("a share is of a whole")
    z = float(special.ndtri(0.5 + level / 2))
    seen = count / of
    middle = (seen + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(seen * (1 - seen) / of + z * z / (4 * of * of))
    # At the ends the bound is the end itself, which rounding would miss.
    low = 0.0 if count == 0 else max(0.0, middle - half)
    high = 1.0 if count == of else min(1.0, middle + half)
    return Interval(value=seen, low=low, high=high)


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
