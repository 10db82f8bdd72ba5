"""What became of accounts after a day."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def ends_of_use(days: Sequence[int], gap_days: int, today: int) -> list[int]:
    """Return the days (counted from 1970) on which nobody had used the product for `gap_days`; `days` are in order."""
    following = [*days[1:], today][: len(days)]
    return [day + gap_days for day, after in zip(days, following, strict=True) if after - day >= gap_days]


def next_after(accounts: Whole, begins: Whole, of: Whole, moments: Whole) -> Whole:
    """Return for each account and moment where the first of its `moments` that is later stands, −1 without any.

    `of` are the accounts of `moments`, in any order; all moments in the same unit.
    """
    order = np.lexsort((moments, of))
    whose = of[order]
    place = _places(whose, moments[order], accounts, begins)
    there = place < whose.size
    there[there] = whose[place[there]] == accounts[there]
    found = np.full(accounts.size, -1, np.int64)
    found[there] = order[place[there]]
    return found


def within(accounts: Whole, moments: Whole, of: Whole, begins: Whole, ends: Whole) -> Flags:
    """Tell of each account and moment whether a span of it holds: from its begin on, up to but not at its end."""
    begun = _until(accounts, moments, of, begins)
    over = _until(accounts, moments, of, ends)
    found: Flags = begun > over
    return found


def _until(accounts: Whole, moments: Whole, of: Whole, when: Whole) -> Whole:
    """Count of each account what came up to a moment, that moment included."""
    order = np.lexsort((when, of))
    whose = of[order]
    first = np.searchsorted(whose, accounts, side="left")
    found: Whole = _places(whose, when[order], accounts, moments) - first
    return found


def _places(whose: Whole, when: Whole, accounts: Whole, moments: Whole) -> Whole:
    """Return how many of the pairs, in their order, come up to each account and moment."""
    every, rank = np.unique(np.concatenate([whose, accounts]), return_inverse=True)
    del every
    times, at = np.unique(np.concatenate([when, moments]), return_inverse=True)
    key = rank.astype(np.int64) * (times.size + 1) + at
    found: Whole = np.searchsorted(key[: whose.size], key[whose.size :], side="right")
    return found
