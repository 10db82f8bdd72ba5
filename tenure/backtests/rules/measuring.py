"""How well a score did: whom it flagged at each moment, who of them left, how early, and at what cost."""

import dataclasses
import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from tenure.backtests.types import AtTop, Cell, Judged, Moment, Reach
from tenure.stats import ranking
from tenure.stats.proportions import UNKNOWN, Interval, share, share_of_groups
from tenure.stats.ranking import Band

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
GROUPS = 5
Budget = Mapping[int, int]
"""How many accounts can be touched at each moment, by its day."""


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

    def of(self, chosen: Flags) -> "Rows":
        """Return some of them."""
        return dataclasses.replace(
            self,
            accounts=self.accounts[chosen],
            days=self.days[chosen],
            left_after=self.left_after[chosen],
            mrr=self.mrr[chosen],
        )

    @property
    def ends(self) -> Floats:
        """Return when accounts left, which tells churns of one account apart."""
        return np.round(self.days + np.nan_to_num(self.left_after), 3)


def budget_of(rows: Rows, scores: Floats, reach: Reach) -> Budget:
    """Say how many can be touched at each moment, of all that have a score."""
    days, counts = np.unique(rows.days[~np.isnan(scores)], return_counts=True)
    return {day: reach.of(count) for day, count in zip(days.tolist(), counts.tolist(), strict=True)}


def as_many_as(rows: Rows, flagged: Flags) -> Budget:
    """Say how many were flagged at each moment."""
    days, counts = np.unique(rows.days[flagged], return_counts=True)
    return dict(zip(days.tolist(), counts.tolist(), strict=True))


def named(scores: Floats) -> Flags:
    """Flag everybody with a score above 0."""
    return np.nan_to_num(scores, nan=0.0) > 0


def highest(rows: Rows, scores: Floats, budget: Budget, *, above: float = -np.inf) -> Flags:
    """Flag the highest scores `above` a number at each moment, as many as can be touched; equal ones by `lot`."""
    found = np.zeros(scores.size, dtype=bool)
    for day, count in budget.items():
        there = np.flatnonzero((rows.days == day) & (np.nan_to_num(scores, nan=-np.inf) > above))
        accounts = rows.accounts[there]
        order = np.lexsort((accounts, lot(accounts, day), -scores[there]))
        found[there[order[:count]]] = True
    return found


PRIME = 1_000_003


def lot(accounts: Whole, day: int) -> Whole:
    """Return in which order accounts with equal scores are taken on a day: another one each day, always the same.

    By their ids it would be the oldest customers, who leave less. The SQL that opens figures says it, too.
    """
    drawn: Whole = accounts % PRIME * lot_of(day) % PRIME
    return drawn


def lot_of(day: int) -> int:
    """Return what the lots of a day are made with."""
    return pow(5, day, PRIME)


def caught_at(flagged: Rows, churns: int, base: float, touch_cost: int) -> AtTop:
    """Say what touching these rows would have come to, of so many churns and where that share left of all."""
    left = flagged.left
    ends = flagged.ends
    lead: dict[tuple[int, float], float] = {}
    for row in np.flatnonzero(left).tolist():
        key = (int(flagged.accounts[row]), float(ends[row]))
        lead[key] = max(lead.get(key, 0.0), float(flagged.left_after[row]))
    touched, caught = int(left.size), int(left.sum())
    return AtTop(
        count=touched,
        share=None,
        flagged=touched,
        caught=caught,
        churns_caught=len(lead),
        precision=share_of_groups(left, flagged.accounts),
        recall=_of(len(lead), churns),
        lift=float(caught) / touched / base if touched and base else None,
        lead_days=float(np.median(list(lead.values()))) if lead else None,
        cost_per_caught=round(touch_cost * touched / len(lead)) if lead else None,
    )


def at_tops(
    rows: Rows, scores: Floats, simple: Floats, reaches: Sequence[Reach], touch_cost: int, *, above: float = -np.inf
) -> list[AtTop]:
    """Say what touching the highest scores would have come to, for each number that can be touched.

    Beside it, how many churns as many touches of the highest `simple` scores would have caught. Once everybody `above`
    a number is touched, more touches come to the same, and are left out.
    """
    churns, base = churns_of(rows), share_that_left(rows)
    most = int((np.nan_to_num(scores, nan=-np.inf) > above).sum())
    found: list[AtTop] = []
    for reach in reaches:
        if found and found[-1].flagged == most:
            break
        flagged = highest(rows, scores, budget_of(rows, scores, reach), above=above)
        own = caught_at(rows.of(flagged), churns, base, touch_cost)
        other = churns_of(rows.of(highest(rows, simple, as_many_as(rows, flagged))))
        found.append(dataclasses.replace(own, count=reach.count, share=reach.share, simple_caught=other))
    return found


def churns_of(rows: Rows) -> int:
    """Count the churns there were to catch, each once however many moments it had."""
    left = rows.left
    return len(set(zip(rows.accounts[left].tolist(), rows.ends[left].tolist(), strict=True)))


def share_that_left(rows: Rows) -> float:
    """Return of which share of the rows the account left within the horizon."""
    return float(rows.left.mean()) if rows.left.size else 0.0


def judge(name: str, rows: Rows, scores: Floats, flagged: Flags, touch_cost: int, *, chances: bool = False) -> Judged:
    """Say what a score came to; `chances` says that scores are probabilities, of which the calibration is told."""
    left, known = rows.left, ~np.isnan(scores)
    churns = churns_of(rows)
    came = caught_at(rows.of(flagged), churns, share_that_left(rows), touch_cost)
    mrr: dict[tuple[int, float], float] = {}
    ends = rows.ends
    for row in np.flatnonzero(flagged & left).tolist():
        mrr[int(rows.accounts[row]), float(ends[row])] = float(np.nan_to_num(rows.mrr[row]))
    return Judged(
        name=name,
        rows=int(left.size),
        left=int(left.sum()),
        churns=churns,
        auc=ranking.auc_of_groups(scores[known], left[known], rows.accounts[known]) if known.any() else UNKNOWN,
        flagged=came.flagged,
        caught=came.caught,
        churns_caught=came.churns_caught,
        precision=came.precision,
        recall=came.recall,
        lift=came.lift,
        lead_days=came.lead_days,
        cost_per_caught=came.cost_per_caught,
        mrr_caught=round(sum(mrr.values())),
        bands=tuple(ranking.calibration(np.clip(scores[known], 0, 1), left[known], bands=5)) if chances else (),
        by_score=() if chances else by_score(scores[known], left[known], rows.accounts[known]),
    )


def by_lot(rows: Rows, budget: Budget, touch_cost: int) -> Judged:
    """Say what lots come to on average: at each moment every account is flagged with the same chance, by itself.

    An average has no interval. A churn is caught where any of its moments within the horizon is flagged.
    """
    days, place, there = np.unique(rows.days, return_inverse=True, return_counts=True)
    chance: Floats = (np.array([budget.get(day, 0) for day in days.tolist()]) / there)[place]
    left, ends = rows.left, rows.ends
    base = share_that_left(rows)
    of_churn: dict[tuple[int, float], list[tuple[float, float, float]]] = {}
    for row in np.flatnonzero(left).tolist():
        moment = (float(rows.left_after[row]), float(np.nan_to_num(rows.mrr[row])), float(chance[row]))
        of_churn.setdefault((int(rows.accounts[row]), float(ends[row])), []).append(moment)
    caught = mrr = 0.0
    leads: list[tuple[float, float]] = []
    for moments_of in of_churn.values():
        moments_of.sort(reverse=True)
        missed = 1.0
        for lead, _, drawn in moments_of:
            leads.append((lead, drawn * missed))
            missed *= 1 - drawn
        caught += 1 - missed
        missed = 1.0
        for _, paid, drawn in reversed(moments_of):
            mrr += paid * drawn * missed
            missed *= 1 - drawn
    touched = sum(budget.values())
    return Judged(
        name="by_lot",
        rows=int(left.size),
        left=int(left.sum()),
        churns=len(of_churn),
        auc=Interval(value=0.5, low=None, high=None),
        flagged=touched,
        caught=round(float(chance[left].sum())),
        churns_caught=round(caught),
        precision=Interval(value=float(chance[left].sum()) / touched, low=None, high=None) if touched else UNKNOWN,
        recall=Interval(value=caught / len(of_churn), low=None, high=None) if of_churn else UNKNOWN,
        lift=1.0 if base else None,
        lead_days=_weighed_median(leads) if caught else None,
        cost_per_caught=round(touch_cost * touched / caught) if caught else None,
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
