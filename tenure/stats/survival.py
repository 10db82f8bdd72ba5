"""Time until something happens, when for most it has not happened yet.

Curves are Kaplan and Meier's (1958, JASA 53:457) as computed by scipy, the variance Greenwood's (1926). Intervals
treat the estimate as a share out of an *effective* number of subjects (Dorey and Korn 1987, Stat. Med. 6:679) and take
Wilson's score interval of that share; the interval of a difference joins the two (Newcombe 1998, Stat. Med. 17:873,
method 10; Zou and Donner 2008, Stat. Med. 27:1693). The textbook alternatives fail at the sizes a holdout has: with 360
against 40 accounts and 95 % kept, a Greenwood-normal interval holds the truth 82 times in 100 and a log-log one 79
times; this one 96 times (`tests/stats/test_survival_coverage.py` repeats that).
"""

import dataclasses
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Booleans: TypeAlias = npt.NDArray[np.bool_]


@dataclasses.dataclass(frozen=True, eq=False)
class Lifetimes:
    """How long each subject was watched, and whether that ended in the event rather than in our seeing no further.

    `days` and `ended` have one entry a subject; days are not negative.
    """

    days: Floats
    ended: Booleans

    @classmethod
    def of(cls, days: Sequence[float] | Floats, ended: Sequence[bool] | Booleans) -> "Lifetimes":
        """Check and hold two equally long columns; raises ValueError when they cannot be lifetimes."""
        days_held = np.asarray(days, dtype=np.float64)
        ended_held = np.asarray(ended, dtype=np.bool_)
        if days_held.ndim != 1 or days_held.shape != ended_held.shape:
            raise ValueError("days and ended must be two columns of one length")
        if not np.all(np.isfinite(days_held)) or np.any(days_held < 0):
            raise ValueError("days must be finite and not negative")
        return cls(days_held, ended_held)

    @property
    def n(self) -> int:
        """How many subjects."""
        return int(self.days.size)


@dataclasses.dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """The curve from this day until the next point; `at_risk` were still watched just before it."""

    day: float
    share: float
    low: float
    high: float
    at_risk: int
    ended: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Curve:
    """A Kaplan–Meier curve as steps: day 0, every day somebody's time ended, and the last day anybody was watched."""

    points: tuple[CurvePoint, ...]
    n: int
    ended: int
    level: float


@dataclasses.dataclass(frozen=True, kw_only=True)
class Standing:
    """Where one group stands at a horizon: the share that lasted so long, its interval, and what it rests on.

    `share` is None when nobody was watched that long, so that nothing can be said; low and high are then 0 and the
    last known share. `ended` counts events up to the horizon, `at_risk` those watched at least so long.
    """

    horizon: float
    share: float | None
    low: float
    high: float
    n: int
    at_risk: int
    ended: int


class TooFew(StrEnum):
    """Why a comparison says nothing yet."""

    NOBODY_WATCHED_SO_LONG = "nobody_watched_so_long"
    FEW_AT_RISK = "few_at_risk"
    FEW_ENDED = "few_ended"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Enough:
    """What a comparison needs before it may conclude: subjects seen to the horizon in each group, events in both."""

    at_risk: int = 10
    ended: int = 5


@dataclasses.dataclass(frozen=True, kw_only=True)
class Difference:
    """Share of the first group less share of the second at one horizon, with its interval.

    `difference` is None when either share is. `too_few` is None when there was enough to conclude from.
    """

    first: Standing
    second: Standing
    difference: float | None
    low: float
    high: float
    level: float
    too_few: TooFew | None

    @property
    def excludes_zero(self) -> bool:
        """Whether the interval lies on one side of no difference."""
        return self.difference is not None and (self.low > 0 or self.high < 0)


@dataclasses.dataclass(frozen=True, kw_only=True)
class LogRank:
    """The log-rank test over the whole of both curves (Mantel 1966)."""

    statistic: float
    p_value: float


def curve(lifetimes: Lifetimes, *, level: float = 0.95) -> Curve:
    """Draw the Kaplan–Meier curve with a pointwise interval."""
    steps = _steps(lifetimes)
    low, high = _score_interval(steps.share, _effective_size(steps), level)
    points = [CurvePoint(day=0.0, share=1.0, low=1.0, high=1.0, at_risk=lifetimes.n, ended=0)]
    points += [
        CurvePoint(day=float(d), share=float(s), low=float(lo), high=float(hi), at_risk=int(r), ended=int(e))
        for d, s, lo, hi, r, e in zip(steps.day, steps.share, low, high, steps.at_risk, steps.ended, strict=True)
    ]
    last_day = float(lifetimes.days.max(initial=0.0))
    if last_day > points[-1].day:
        watched = int(np.count_nonzero(lifetimes.days >= last_day))
        points.append(dataclasses.replace(points[-1], day=last_day, at_risk=watched, ended=0))
    return Curve(points=tuple(points), n=lifetimes.n, ended=int(lifetimes.ended.sum()), level=level)


def standing(lifetimes: Lifetimes, horizon: float, *, level: float = 0.95) -> Standing:
    """Say what share lasted to the horizon (days)."""
    steps = _steps(lifetimes)
    reached = int(np.searchsorted(steps.day, horizon, side="right"))
    at_risk = int(np.count_nonzero(lifetimes.days >= horizon))
    ended = int(steps.ended[:reached].sum())
    share = float(steps.share[reached - 1]) if reached else 1.0
    if lifetimes.n == 0 or (at_risk == 0 and share > 0):
        return Standing(horizon=horizon, share=None, low=0.0, high=share, n=lifetimes.n, at_risk=0, ended=ended)
    if 0 < share < 1:
        effective = float(_effective_size(steps)[reached - 1])
    elif share == 1:
        effective = float(at_risk)
    else:
        effective = float(steps.at_risk[reached - 1])
    low, high = _score_interval(np.array([share]), np.array([effective]), level)
    return Standing(
        horizon=horizon,
        share=share,
        low=float(low[0]),
        high=float(high[0]),
        n=lifetimes.n,
        at_risk=at_risk,
        ended=ended,
    )


def difference(
    first: Lifetimes, second: Lifetimes, horizon: float, *, level: float = 0.95, enough: Enough | None = None
) -> Difference:
    """Compare the shares of two independent groups that lasted to the horizon (days)."""
    a, b = standing(first, horizon, level=level), standing(second, horizon, level=level)
    too_few = _too_few(a, b, enough or Enough())
    if a.share is None or b.share is None:
        return Difference(first=a, second=b, difference=None, low=-1.0, high=1.0, level=level, too_few=too_few)
    gap = a.share - b.share
    return Difference(
        first=a,
        second=b,
        difference=gap,
        low=gap - float(np.hypot(a.share - a.low, b.high - b.share)),
        high=gap + float(np.hypot(a.high - a.share, b.share - b.low)),
        level=level,
        too_few=too_few,
    )


def log_rank(first: Lifetimes, second: Lifetimes) -> LogRank | None:
    """Test whether two groups' times differ anywhere; None when nothing has happened that could tell."""
    pooled = np.concatenate([first.days[first.ended], second.days[second.ended]])
    both_at_risk = min(first.days.max(initial=-1.0), second.days.max(initial=-1.0))
    if not np.any(pooled <= both_at_risk):
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        found = _scipy_stats().logrank(_censored(first), _censored(second))
    if not np.isfinite(found.pvalue):
        return None
    return LogRank(statistic=float(found.statistic), p_value=float(found.pvalue))


def _scipy_stats() -> Any:
    """Import scipy.stats when first needed: it takes a second or two, which no web process should pay to start."""
    from scipy import stats

    return stats


def _censored(lifetimes: Lifetimes) -> Any:
    return _scipy_stats().CensoredData.right_censored(lifetimes.days, ~lifetimes.ended)


@dataclasses.dataclass(frozen=True, eq=False)
class _Steps:
    """One entry for each distinct day on which somebody's time ended."""

    day: Floats
    at_risk: Floats
    ended: Floats
    share: Floats
    hazard_variance: Floats


def _steps(lifetimes: Lifetimes) -> _Steps:
    in_order = np.sort(lifetimes.days)
    day, ended = np.unique(lifetimes.days[lifetimes.ended], return_counts=True)
    at_risk = (lifetimes.n - np.searchsorted(in_order, day, side="left")).astype(np.float64)
    left = at_risk - ended
    share = _scipy_stats().ecdf(_censored(lifetimes)).sf.evaluate(day) if day.size else day
    with np.errstate(divide="ignore"):
        summand = np.where(left > 0, ended / (at_risk * left), np.inf)
    return _Steps(
        day=day,
        at_risk=at_risk,
        ended=ended.astype(np.float64),
        share=share,
        hazard_variance=np.cumsum(summand),
    )


def _effective_size(steps: _Steps) -> Floats:
    """Return how many fully watched subjects would give the same Greenwood variance: (1 − S) / (S · Σ d/(n(n−d)))."""
    with np.errstate(divide="ignore", invalid="ignore"):
        size = (1 - steps.share) / (steps.share * steps.hazard_variance)
    return np.where(steps.share > 0, size, steps.at_risk)


def _score_interval(share: Floats, size: Floats, level: float) -> tuple[Floats, Floats]:
    """Return Wilson's (1927) interval of a share out of `size` trials, which may be fractional."""
    from scipy import special

    z = float(special.ndtri(0.5 + level / 2))
    middle = (share + z * z / (2 * size)) / (1 + z * z / size)
    half = z / (1 + z * z / size) * np.sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    return np.clip(middle - half, 0.0, share), np.clip(middle + half, share, 1.0)


def _too_few(a: Standing, b: Standing, enough: Enough) -> TooFew | None:
    if a.share is None or b.share is None:
        return TooFew.NOBODY_WATCHED_SO_LONG
    if min(a.at_risk, b.at_risk) < enough.at_risk:
        return TooFew.FEW_AT_RISK
    if a.ended + b.ended < enough.ended:
        return TooFew.FEW_ENDED
    return None
