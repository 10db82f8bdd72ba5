"""Learning from some of the rows as if from all of them: who left is rare and kept, of who stayed a part is drawn.

Each row drawn stands for as many as its chance to be drawn says (Horvitz and Thompson 1952, JASA 47:663), so that what
is weighted is what all rows would give, whatever the model: no intercept has to be mended afterwards (Scott and Wild
1986, JRSS B 48:170). Rows are drawn by a hash of account and day: the same each time, in any order, in any part.
"""

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from tenure.risk.types import Flags, Floats, Periods

MOST_LEFT, MOST_STAYED = 20_000, 40_000
"""So many rows of either kind are learnt from at most: beyond them an interval is narrowed by next to nothing."""
Whole = npt.NDArray[np.int64]


def lots(accounts: Whole, days: Whole) -> Floats:
    """Return a number from 0 to 1 for each row, from its account and day alone (SplitMix64, Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        mixed = accounts.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + days.astype(np.int64).astype(np.uint64)
        mixed += np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    found: Floats = (mixed >> np.uint64(11)).astype(np.float64) / 2.0**53
    return found


def shares(left: int, stayed: int) -> tuple[float, float]:
    """Return which share to draw of rows that left and that stayed."""
    return min(1.0, MOST_LEFT / max(left, 1)), min(1.0, MOST_STAYED / max(stayed, 1))


def thinned(parts: Iterable[Periods]) -> Periods:
    """Draw from rows that come part by part, and hold no more of them at once than are drawn, and one part.

    Raises `ValueError` when no part comes.
    """
    held: list[Periods] = []
    gone = there = 0
    of_left = of_stayed = 1.0
    accounts = np.empty(0, np.int64)
    for part in parts:
        left = part.left_within(part.horizon_days)
        gone, there = gone + int(left.sum()), there + int((~left).sum())
        accounts = np.union1d(accounts, part.accounts)
        before, (of_left, of_stayed) = (of_left, of_stayed), shares(gone, there)
        if (of_left, of_stayed) != before:
            held = [_among(each, of_left, of_stayed) for each in held]
        held.append(_among(part, of_left, of_stayed))
    found = joined(held)
    if of_left == of_stayed == 1.0:
        return found
    weights = np.where(found.left_within(found.horizon_days), 1 / of_left, 1 / of_stayed)
    return dataclasses.replace(found, weights=weights, accounts_in_all=int(accounts.size))


def joined(parts: Sequence[Periods]) -> Periods:
    """Put parts together, in their order."""
    first, *others = parts
    if not others:
        return first
    return dataclasses.replace(
        first,
        values={name: np.concatenate([part.values[name] for part in parts]) for name in first.values},
        accounts=np.concatenate([part.accounts for part in parts]),
        days=np.concatenate([part.days for part in parts]),
        known_at=np.concatenate([part.known_at for part in parts]),
        left_after=np.concatenate([part.left_after for part in parts]),
        told_after=None
        if first.told_after is None
        else np.concatenate([part.left_after if part.told_after is None else part.told_after for part in parts]),
    )


def _among(rows: Periods, of_left: float, of_stayed: float) -> Periods:
    share = np.where(rows.left_within(rows.horizon_days), of_left, of_stayed)
    return rows.of(np.flatnonzero(lots(rows.accounts, rows.days) < share))


def evened(rows: Periods, came: Flags) -> npt.NDArray[np.intp]:
    """Return places of rows such that of either outcome each stands for as many as any other: what ranks needs.

    Nothing is dropped where an outcome's rows weigh alike, as they do for the outcome they were drawn by.
    """
    weights = rows.weight
    keep = np.zeros(came.size, bool)
    for side in (came, ~came):
        if side.any():
            heaviest = weights[side].max()
            keep |= side & (lots(rows.accounts, rows.days + 1) < weights / heaviest * (1 + 1e-12))
    return np.flatnonzero(keep)
