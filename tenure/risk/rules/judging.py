"""How well chances do on rows that were not learnt from, of which each may stand for many."""

import itertools
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from tenure.risk.rules.sampling import evened
from tenure.risk.types import Flags, Floats, Periods, Quality
from tenure.stats import ranking
from tenure.stats.proportions import UNKNOWN, Interval, share
from tenure.stats.ranking import Band, Top

SHARES = (0.01, 0.05, 0.1, 0.2)
BANDS = 5


def quality(chances: Floats, came: Flags, judged: Periods, singles: Mapping[str, Floats], *, by_time: bool) -> Quality:
    """Judge chances, and numbers alone as scores, on the same rows."""
    weight = judged.weight
    even = evened(judged, came)
    groups = judged.accounts[even]
    of_single = {
        n: ranking.auc_of_groups(s[even], came[even], groups) for n, s in singles.items() if not np.isnan(s).any()
    }
    best = max(of_single, key=lambda n: of_single[n].value or 0.0, default=None)
    everybody = float(weight.sum())
    tops = sorted({max(1, round(everybody * part)) for part in SHARES})
    rate = float(weight @ came / everybody)
    return Quality(
        by_time=by_time,
        subjects=round(everybody),
        left=round(float(weight @ came)),
        auc=ranking.auc_of_groups(chances[even], came[even], groups),
        tops=tuple(top(chances, came, weight, k) for k in tops),
        bands=tuple(calibration(np.clip(chances, 0, 1), came, weight)),
        brier=float(weight @ (chances - came) ** 2 / everybody),
        brier_of_base_rate=rate * (1 - rate),
        best_single=None if best is None else (best, of_single[best]),
    )


def top(chances: Floats, came: Flags, weight: Floats, k: int) -> Top:
    """Return what the `k` highest chances catch: as `stats.ranking.top` where every row stands for itself."""
    order = np.argsort(-chances, kind="stable")
    so_far = np.cumsum(weight[order])
    chosen = order[: max(int(np.searchsorted(so_far, k * (1 + 1e-12), side="right")), 1)]
    caught, everybody = float(weight[chosen] @ came[chosen]), float(weight @ came)
    base = everybody / float(weight.sum())
    precision = _share_of(came[chosen], weight[chosen])
    return Top(
        k=k,
        caught=round(caught),
        precision=precision,
        recall=share(min(round(caught), round(everybody)), round(everybody)),
        lift=(precision.value or 0.0) / base if base else None,
    )


def calibration(chances: Floats, came: Flags, weight: Floats) -> list[Band]:
    """Set what was foretold beside what came, in bands of about equal weight; equal values stay together."""
    if not chances.size:
        return []
    order = np.argsort(chances, kind="stable")
    values, so_far = chances[order], np.cumsum(weight[order])
    edges = {0, chances.size}
    for i in range(1, BANDS):
        at = int(np.searchsorted(so_far, i * so_far[-1] / BANDS * (1 + 1e-12), side="right"))
        edges.add(int(np.searchsorted(values, values[min(at, chances.size - 1)], side="left")))
    found = []
    for begin, end in itertools.pairwise(sorted(edges)):
        there = order[begin:end]
        found.append(
            Band(
                count=round(float(weight[there].sum())),
                foretold=float(weight[there] @ chances[there] / weight[there].sum()),
                came=_share_of(came[there], weight[there]),
                low=float(values[begin]),
                high=float(values[end - 1]),
            )
        )
    return found


def _share_of(came: npt.NDArray[np.bool_], weight: Floats) -> Interval:
    """Return the weighted share with Wilson's interval of as many rows as the weights are worth (Kish 1965, §8.2)."""
    if not came.size:
        return UNKNOWN
    value = float(weight @ came / weight.sum())
    worth = max(round(float(weight.sum() ** 2 / (weight**2).sum())), 1)
    around = share(round(value * worth), worth)
    low, high = around.low, around.high
    return Interval(
        value=value, low=None if low is None else min(low, value), high=None if high is None else max(high, value)
    )
