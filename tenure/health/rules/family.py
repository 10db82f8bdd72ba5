"""Child accounts in their parents' scores: from the lowest up, so that grandchildren count through their parents."""

import dataclasses
from collections.abc import Callable, Mapping

import numpy as np

from tenure.health.rules.scoring import Floats
from tenure.health.types.scorecards import RollUp


@dataclasses.dataclass(frozen=True, kw_only=True)
class Family:
    """Who belongs to whom: `parent` is the row of each account's parent (-1: none), `weight` what it counts for."""

    parent: np.ndarray[tuple[int], np.dtype[np.int64]]
    weight: Floats

    @property
    def depth(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Return how many accounts stand above each."""
        depth = np.zeros(len(self.parent), np.int64)
        above = self.parent.copy()
        for _ in range(100):
            has = above >= 0
            if not has.any():
                break
            depth += has
            above = np.where(has, self.parent[np.where(has, above, 0)], -1)
        return depth


def family_of(ids: np.ndarray[tuple[int], np.dtype[np.int64]], parents: Mapping[int, int], weight: Floats) -> Family:
    """Find the parents among sorted ids; who is not there is nobody's parent."""
    row = {int(id_): n for n, id_ in enumerate(ids)} if parents else {}
    parent = np.full(len(ids), -1, np.int64)
    for child, above in parents.items():
        if child in row and above in row:
            parent[row[child]] = row[above]
    return Family(parent=parent, weight=weight)


def put_together(how: RollUp, family: Family, scored: Callable[[Floats], Floats]) -> Floats:
    """Return what the children of each account come to (NaN: none is known).

    `scored` says all accounts' scores by what their children come to; it is asked once for each level of the family.
    """
    children = np.full(len(family.parent), np.nan)
    depth = family.depth
    for level in range(int(depth.max(initial=0)), 0, -1):
        scores = scored(children)
        those = np.flatnonzero((depth == level) & ~np.isnan(scores))
        above = family.parent[those]
        match how:
            case RollUp.WORST:
                worst = np.full(len(children), np.inf)
                np.minimum.at(worst, above, scores[those])
                found = np.where(np.isinf(worst), np.nan, worst)
            case RollUp.AVERAGE | RollUp.MRR_WEIGHTED:
                weight = family.weight[those] if how is RollUp.MRR_WEIGHTED else np.ones(len(those))
                found = _mean(above, scores[those], weight, len(children))
                if how is RollUp.MRR_WEIGHTED:  # of children that pay nothing each counts the same
                    plain = _mean(above, scores[those], np.ones(len(those)), len(children))
                    found = np.where(np.isnan(found), plain, found)
        children = np.where(np.isnan(found), children, found)
    return children


def _mean(above: np.ndarray[tuple[int], np.dtype[np.int64]], scores: Floats, weight: Floats, n: int) -> Floats:
    top = np.bincount(above, weights=scores * weight, minlength=n)
    bottom = np.bincount(above, weights=weight, minlength=n)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(bottom > 0, top / bottom, np.nan)
