"""How well a score puts those who will leave before those who stay."""

import dataclasses
import itertools
import math

import numpy as np
import numpy.typing as npt

from tenure.stats.proportions import UNKNOWN, Interval, share

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Top:
    """What the `k` highest scores hold: the share of them that left, and of all who left; `lift` over chance."""

    k: int
    caught: int
    precision: Interval
    recall: Interval
    lift: float | None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """Subjects whose foretold probabilities lie together: what was foretold on average, and what came.

    `low` and `high` are the least and the highest that was foretold of them.
    """

    count: int
    foretold: float
    came: Interval
    low: float | None = None
    high: float | None = None


def auc(scores: npt.ArrayLike, left: npt.ArrayLike, *, level: float = 0.95) -> Interval:
    """Return the chance that one who left scored above one who stayed, with DeLong's interval; ties count half.

    UNKNOWN without any of both. The variance is that of DeLong, DeLong, Clarke-Pearson (1988, Biometrics 44:837) by
    mid-ranks (Sun and Xu 2014, IEEE SPL 21:1389), and the interval is made on the logit, so that it stays in 0 to 1.
    Where the variance says nothing, as when all are in the right order, the bound is the rule of three's for the
    smaller group.
    """
    from scipy import special

    scores, left = _checked(scores, left)
    high, low = scores[left], scores[~left]
    m, n = high.size, low.size
    if not m or not n:
        return UNKNOWN
    ranks = _mid_ranks(np.concatenate([high, low]))
    above = (ranks[:m] - _mid_ranks(high)) / n  # of each who left: the share of those who stayed that is below
    below = 1 - (ranks[m:] - _mid_ranks(low)) / m
    value = float(above.mean())
    variance = (above.var(ddof=1) / m if m > 1 else 0.0) + (below.var(ddof=1) / n if n > 1 else 0.0)
    if m < 2 or n < 2:
        return Interval(value=value, low=None, high=None)
    if variance == 0 or value in (0.0, 1.0):
        bound = 3 / min(m, n)
        return Interval(value=value, low=max(0.0, value - bound), high=min(1.0, value + bound))
    z = float(special.ndtri(0.5 + level / 2))
    middle = math.log(value / (1 - value))
    half = z * math.sqrt(variance) / (value * (1 - value))
    return Interval(value=value, low=float(special.expit(middle - half)), high=float(special.expit(middle + half)))


def auc_of_groups(
    scores: npt.ArrayLike, left: npt.ArrayLike, groups: npt.ArrayLike, *, level: float = 0.95
) -> Interval:
    """Like `auc`, where rows of one group (an account, week after week) tell little more than one of them would.

    The variance is Obuchowski's for clustered data (1997, Biometrics 53:567), which counts groups, not rows.
    """
    from scipy import special

    scores, left = _checked(scores, left)
    _, group = np.unique(np.asarray(groups), return_inverse=True)
    high, low = scores[left], scores[~left]
    m, n = high.size, low.size
    if not m or not n:
        return UNKNOWN
    ranks = _mid_ranks(np.concatenate([high, low]))
    above = (ranks[:m] - _mid_ranks(high)) / n
    below = 1 - (ranks[m:] - _mid_ranks(low)) / m
    value = float(above.mean())
    count = int(group.max()) + 1
    of_high = np.bincount(group[left], above - value, count)
    of_low = np.bincount(group[~left], below - value, count)
    with_high, with_low = np.unique(group[left]).size, np.unique(group[~left]).size
    if with_high < 2 or with_low < 2:
        return Interval(value=value, low=None, high=None)
    variance = (
        with_high / (with_high - 1) * float((of_high**2).sum()) / m**2
        + with_low / (with_low - 1) * float((of_low**2).sum()) / n**2
        + 2 * count / (count - 1) * float((of_high * of_low).sum()) / (m * n)
    )
    if variance <= 0 or value in (0.0, 1.0):
        bound = 3 / min(with_high, with_low)
        return Interval(value=value, low=max(0.0, value - bound), high=min(1.0, value + bound))
    z = float(special.ndtri(0.5 + level / 2))
    middle = math.log(value / (1 - value))
    half = z * math.sqrt(variance) / (value * (1 - value))
    return Interval(value=value, low=float(special.expit(middle - half)), high=float(special.expit(middle + half)))


def top(scores: npt.ArrayLike, left: npt.ArrayLike, k: int) -> Top:
    """Return what the `k` highest scores catch; of equal scores the later ones in the list are taken last."""
    scores, left = _checked(scores, left)
    if not 0 < k <= scores.size:
        raise ValueError(f"the top {k} of {scores.size} scores cannot be looked at")
    chosen = np.argsort(-scores, kind="stable")[:k]
    caught, all_left = int(left[chosen].sum()), int(left.sum())
    base = all_left / left.size
    return Top(
        k=k,
        caught=caught,
        precision=share(caught, k),
        recall=share(caught, all_left),
        lift=caught / k / base if base else None,
    )


def calibration(foretold: npt.ArrayLike, left: npt.ArrayLike, *, bands: int = 10) -> list[Band]:
    """Set what was foretold beside what came, in bands of about equally many subjects; equal values stay together."""
    foretold, left = _checked(foretold, left)
    if foretold.size and (foretold.min() < 0 or foretold.max() > 1):
        raise ValueError("probabilities lie between 0 and 1")
    if not foretold.size:
        return []
    order = np.argsort(foretold, kind="stable")
    values = foretold[order]
    edges = {0, foretold.size}
    for i in range(1, bands):
        at = round(i * foretold.size / bands)
        edges.add(int(np.searchsorted(values, values[min(at, foretold.size - 1)], side="left")))
    found = sorted(edges)
    return [
        Band(
            count=end - begin,
            foretold=float(values[begin:end].mean()),
            came=share(int(left[order[begin:end]].sum()), end - begin),
            low=float(values[begin]),
            high=float(values[end - 1]),
        )
        for begin, end in itertools.pairwise(found)
    ]


def brier(foretold: npt.ArrayLike, left: npt.ArrayLike) -> float | None:
    """Return the mean squared distance of what was foretold from what came (Brier 1950, Mon. Weather Rev. 78:1)."""
    foretold, left = _checked(foretold, left)
    return float(((foretold - left) ** 2).mean()) if foretold.size else None


def _mid_ranks(values: Floats) -> Floats:
    """Rank from 1, equal values by the mean of their ranks."""
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: Floats = (ends - (counts - 1) / 2)[where]
    return ranks


def _checked(scores: npt.ArrayLike, left: npt.ArrayLike) -> tuple[Floats, Flags]:
    values, flags = np.asarray(scores, dtype=np.float64), np.asarray(left, dtype=np.bool_)
    if values.shape != flags.shape or values.ndim != 1:
        raise ValueError("one score for each outcome is needed")
    if np.isnan(values).any():
        raise ValueError("a score is missing: leave the subject out, or say what a missing score means")
    return values, flags
