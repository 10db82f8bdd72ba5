"""Where accounts go, many at once: from each stage by the first transition that fires, until none does."""

import dataclasses
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from tenure.lifecycle.types import Machine

Whole = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
DAY = 86_400_000_000
NOWHERE = -1
"""The place of a stage for an account that is in none."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Moved:
    """For each account: the place of its stage now, and the transitions it took, one row a hop (−1: none)."""

    stages: Whole
    path: tuple[Whole, ...]

    def taken(self, row: int) -> list[int]:
        """Return the transitions one account took, in their order."""
        return [int(hop[row]) for hop in self.path if hop[row] >= 0]


def move(machine: Machine, stages: Whole, stayed: Whole, holds: Mapping[int, Truths]) -> Moved:
    """Move accounts: `stages` is the place of each one's stage, `stayed` for how many microseconds it has been there.

    `holds` says by transition whether its condition is true of each account; one without a condition is left out.
    Whoever is in no stage begins at the first. Where no transitions chase each other, all come to rest: the first may
    ask for days, those that follow at once can only lead to stages not yet passed.
    """
    places = {key: n for n, key in enumerate(machine.keys)}
    now, stayed = stages.copy(), stayed.copy()
    new = now == NOWHERE
    now[new], stayed[new] = 0, 0
    path: list[Whole] = []
    for _ in machine.stages:
        taken = np.full(len(now), NOWHERE, np.int64)
        for n, transition in enumerate(machine.transitions):
            fires = (now == places[transition.source]) & (taken == NOWHERE)
            if transition.after_days:
                fires &= stayed >= transition.after_days * DAY
            if n in holds:
                fires &= holds[n]
            taken[fires] = n
        went = taken != NOWHERE
        if not went.any():
            break
        targets = np.array([places[t.target] for t in machine.transitions], np.int64)
        now[went] = targets[taken[went]]
        stayed[went] = 0
        path.append(taken)
    return Moved(stages=now, path=tuple(path))


def stay_put(moved: Moved, before: Whole, held: Truths) -> Moved:
    """Leave those that are held where they were, as if no transition had fired."""
    if not held.any():
        return moved
    return Moved(
        stages=np.where(held, before, moved.stages), path=tuple(np.where(held, NOWHERE, hop) for hop in moved.path)
    )
