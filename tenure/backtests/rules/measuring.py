"""How well a score did: whom it flagged at each moment, who of them left, how early, and at what cost."""

import dataclasses
import itertools

import numpy as np
import numpy.typing as npt

from tenure.backtests.types import Cell, Judged, Moment
from tenure.stats import ranking
from tenure.stats.proportions import UNKNOWN, Interval, share, share_of_groups
from tenure.stats.ranking import Band

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
GROUPS = 5


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rows:
    """Accounts at moments: days from 1970, days until each left (NaN: not known to have), and what it paid."""

    accounts: Whole
    days: Whole
    left_after: Floats
    mrr: Floats
    horizon_days: int

    @property
    def left(self) -> Flags:
        """Whether it left within the horizon."""
        return np.nan_to_num(self.left_after, nan=np.inf) <= self.horizon_days


def flags(rows: Rows, scores: Floats, top_share: float, *, yes_or_no: bool) -> Flags:
    """Flag, at each moment, everybody with a score above 0, or the highest `top_share` of the scores.

    Of equal scores the account with the smaller id is taken first; who has no score is not flagged.
    """
    if yes_or_no:
        return np.nan_to_num(scores, nan=0.0) > 0
    found = np.zeros(scores.size, dtype=bool)
    for day in np.unique(rows.days):
        there = np.flatnonzero((rows.days == day) & ~np.isnan(scores))
        count = max(1, round(there.size * top_share)) if there.size else 0
        order = np.lexsort((rows.accounts[there], -scores[there]))
        found[there[order[:count]]] = True
    return found


def judge(name: str, rows: Rows, scores: Floats, flagged: Flags, touch_cost: int, *, chances: bool = False) -> Judged:
    """Say what a score came to; `chances` says that scores are probabilities, of which the calibration is told."""
    left = rows.left
    known = ~np.isnan(scores)
    churn_of = np.round(rows.days + np.nan_to_num(rows.left_after), 3)
    churns = {(a, c) for a, c in zip(rows.accounts[left].tolist(), churn_of[left].tolist(), strict=True)}
    lead: dict[tuple[int, float], float] = {}
    mrr: dict[tuple[int, float], float] = {}
    caught = flagged & left
    for row in np.flatnonzero(caught).tolist():
        key = (int(rows.accounts[row]), float(churn_of[row]))
        lead[key] = max(lead.get(key, 0.0), float(rows.left_after[row]))
        mrr[key] = float(np.nan_to_num(rows.mrr[row]))
    touched = int(flagged.sum())
    base = float(left.mean()) if left.size else 0.0
    return Judged(
        name=name,
        rows=int(left.size),
        left=int(left.sum()),
        churns=len(churns),
        auc=ranking.auc_of_groups(scores[known], left[known], rows.accounts[known]) if known.any() else UNKNOWN,
        flagged=touched,
        caught=int(caught.sum()),
        churns_caught=len(lead),
        precision=share_of_groups(left[flagged], rows.accounts[flagged]),
        recall=_of(len(lead), len(churns)),
        lift=float(caught.sum()) / touched / base if touched and base else None,
        lead_days=float(np.median(list(lead.values()))) if lead else None,
        cost_per_caught=round(touch_cost * touched / len(lead)) if lead else None,
        mrr_caught=round(sum(mrr.values())),
        bands=tuple(ranking.calibration(np.clip(scores[known], 0, 1), left[known], bands=5)) if chances else (),
        by_score=() if chances else by_score(scores[known], left[known], rows.accounts[known]),
    )


def by_lot(rows: Rows, top_share: float, touch_cost: int) -> Judged:
    """Say what lots come to on average: each account is flagged with the same chance at each moment, by itself.

    An average has no interval. A churn is caught where any of its moments within the horizon is flagged.
    """
    left, missed = rows.left, 1 - top_share
    base = float(left.mean()) if left.size else 0.0
    of_churn: dict[tuple[int, float], list[tuple[float, float]]] = {}
    for row in np.flatnonzero(left).tolist():
        key = (int(rows.accounts[row]), round(float(rows.days[row] + rows.left_after[row]), 3))
        of_churn.setdefault(key, []).append((float(rows.left_after[row]), float(np.nan_to_num(rows.mrr[row]))))
    caught = mrr = 0.0
    leads: list[tuple[float, float]] = []
    for moments_of in of_churn.values():
        moments_of.sort(reverse=True)
        caught += 1 - missed ** len(moments_of)
        leads += [(lead, top_share * missed**before) for before, (lead, _) in enumerate(moments_of)]
        mrr += sum(paid * top_share * missed**after for after, (_, paid) in enumerate(reversed(moments_of)))
    return Judged(
        name="by_lot",
        rows=int(left.size),
        left=int(left.sum()),
        churns=len(of_churn),
        auc=Interval(value=0.5, low=None, high=None),
        flagged=round(left.size * top_share),
        caught=round(float(left.sum()) * top_share),
        churns_caught=round(caught),
        precision=Interval(value=base, low=None, high=None),
        recall=Interval(value=caught / len(of_churn), low=None, high=None) if of_churn else UNKNOWN,
        lift=1.0 if base else None,
        lead_days=_weighed_median(leads),
        cost_per_caught=round(touch_cost * left.size * top_share / caught) if caught else None,
        mrr_caught=round(mrr),
    )


def _weighed_median(found: list[tuple[float, float]]) -> float | None:
    if not found:
        return None
    values, weights = np.array(sorted(found)).T
    summed = np.cumsum(weights)
    return float(values[np.searchsorted(summed, summed[-1] / 2)])


def by_score(scores: Floats, left: Flags, accounts: Whole) -> tuple[Band, ...]:
    """Say how many left of those with the lowest scores, the next …, in groups of about equally many.

    `foretold` is the mean score. Equal scores stay together; none where all are the same.
    """
    order = np.argsort(scores, kind="stable")
    values = scores[order]
    edges = {0, values.size}
    for n in range(1, GROUPS):
        at = min(round(n * values.size / GROUPS), values.size - 1)
        edges.add(int(np.searchsorted(values, values[at], side="left")))
    if len(edges) < 3:
        return ()
    return tuple(
        Band(
            count=end - begin,
            foretold=float(values[begin:end].mean()),
            came=share_of_groups(left[order[begin:end]], accounts[order[begin:end]]),
            low=float(values[begin]),
            high=float(values[end - 1]),
        )
        for begin, end in itertools.pairwise(sorted(edges))
    )


def cells(rows: Rows, flagged: Flags) -> list[str]:
    """Name what became of each row."""
    names = {
        (True, True): Cell.CAUGHT.value,
        (True, False): Cell.FALSE_ALARM.value,
        (False, True): Cell.MISSED.value,
        (False, False): Cell.QUIET.value,
    }
    return [names[f, w] for f, w in zip(flagged.tolist(), rows.left.tolist(), strict=True)]


def moments(rows: Rows, flagged: Flags, epoch: "np.datetime64") -> list[Moment]:
    """Sum up each moment, in order."""
    found = []
    for day in np.unique(rows.days):
        there = rows.days == day
        found.append(
            Moment(
                day=(epoch + np.timedelta64(int(day), "D")).astype(object),
                accounts=int(there.sum()),
                flagged=int((there & flagged).sum()),
                caught=int((there & flagged & rows.left).sum()),
                left=int((there & rows.left).sum()),
            )
        )
    return found


def _of(part: int, whole: int) -> Interval:
    return share(part, whole) if whole else UNKNOWN
