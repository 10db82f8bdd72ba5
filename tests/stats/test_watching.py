"""Watching day after day: how many false signals a quarter brings, and what opens and closes one."""

import numpy as np
import numpy.typing as npt

from tenure.stats.decline import beyond_one
from tenure.stats.rhythm import Ints
from tenure.stats.survival import Booleans, Floats
from tenure.stats.usage import Series, Terms, Usage
from tenure.stats.watching import Alarm, watch

TERMS = Terms()
WEEK = np.array([1.0, 1.05, 1.1, 1.05, 0.9, 0.25, 0.2])
QUARTER = 90
DAYS = TERMS.days + QUARTER
EVERY = 3
"""The quarters are looked at every third day, each look with the parts of three days: a third of the work."""


def given_teams(seed: int, accounts: int, factor: npt.NDArray[np.float64], team: int = 6) -> npt.NDArray[np.bool_]:
    """Draw who is active (accounts × people × days), each with a habit of their own."""
    rng = np.random.default_rng(seed)
    keen = np.minimum(0.85, rng.lognormal(-1.0, 0.4, (accounts, team, 1)))
    chance = keen * WEEK[np.arange(DAYS) % 7] * factor
    found: npt.NDArray[np.bool_] = rng.random((accounts, team, DAYS)) < chance
    return found


def watched(active: npt.NDArray[np.bool_], every: int = EVERY) -> list[Alarm]:
    """Watch a quarter as the product does."""
    people = active.sum(axis=1).astype(np.float64)

    def usage_on(day: int) -> Usage:
        window = slice(day + 1 - TERMS.days, day + 1)
        return Usage(people[:, window] * 3, people[:, window], window.start % 7)

    def beyond(day: int, rows: Ints, since: Ints, leading: list[Series], expected: Floats) -> Booleans:
        account = np.repeat(np.arange(len(rows)), active.shape[1])
        before, lately = [], []
        for row, column in zip(rows.tolist(), since.tolist(), strict=True):
            start = day + 1 - TERMS.days + column
            before.append(active[row, :, max(start - TERMS.baseline_days, 0) : start].sum(axis=1))
            lately.append(active[row, :, start : day + 1].sum(axis=1))
        total = np.maximum([b.sum() for b in before], 1)
        share = np.concatenate(before) * np.repeat(expected / total, active.shape[1])
        return beyond_one(account, share, np.concatenate(lately), len(rows), terms=TERMS)

    return watch(range(TERMS.days, DAYS, every), usage_on, beyond, TERMS, every=every)


def fading(accounts: int, who: slice, since: int, left: npt.NDArray[np.float64] | float) -> npt.NDArray[np.float64]:
    factor = np.ones((accounts, 1, DAYS))
    factor[who, :, since:] = left
    return factor


def test_quarters_in_which_nobody_fades_have_hardly_a_false_signal() -> None:
    quarters = [watched(given_teams(seed, 300, np.ones((1, 1, 1)))) for seed in range(8)]

    # A tenth of a false signal a quarter is promised: of eight quarters, three with one would be a rare accident.
    assert sum(len(found) > 0 for found in quarters) <= 2


def test_of_all_signals_of_a_quarter_at_most_the_promised_share_is_false() -> None:
    false = total = 0
    for seed in range(4):
        found = watched(given_teams(100 + seed, 300, fading(300, slice(0, 24), TERMS.days + 20, 0.15)))
        false += sum(alarm.row >= 24 for alarm in found)
        total += len(found)

    assert total >= 4 * 20
    assert false / total <= TERMS.false_share


def test_a_sudden_stop_is_noticed_within_two_weeks_and_said_to_have_begun_then() -> None:
    stops = TERMS.days + 20

    found = [a for a in watched(given_teams(7, 200, fading(200, slice(0, 8), stops, 0.0)), 1) if a.row < 8]

    assert len(found) == 8
    assert np.median([alarm.day - stops for alarm in found]) <= 14
    assert abs(np.median([alarm.day - alarm.since - stops for alarm in found])) <= 4


def test_a_slow_fade_is_noticed_too() -> None:
    begins = TERMS.days - 10
    left = 0.5 ** (np.arange(DAYS - begins) / 45)

    found = [a for a in watched(given_teams(8, 200, fading(200, slice(0, 8), begins, left), team=20)) if a.row < 8]

    assert len(found) >= 7


def test_a_quiet_season_for_all_opens_nothing() -> None:
    factor = np.ones((1, 1, DAYS))
    factor[:, :, TERMS.days + 10 : TERMS.days + 45] = 0.5

    assert watched(given_teams(9, 200, factor)) == []


def test_recovery_closes_and_another_decline_opens_again() -> None:
    factor = fading(200, slice(0, 4), TERMS.days + 3, 0.0)
    factor[:4, :, TERMS.days + 24 :] = 1.0

    found = [a for a in watched(given_teams(10, 200, factor, team=12), 1) if a.row < 4]

    assert len(found) == 4
    assert all(a.passed_on is not None and 7 <= a.passed_on - (TERMS.days + 24) <= 16 for a in found)


def test_an_account_that_stops_growing_has_not_declined_and_one_that_falls_back_has() -> None:
    factor = np.ones((200, 1, DAYS))
    grown = np.clip((np.arange(DAYS) - 20) / 140, 0.15, 1.0)
    factor[:12] = grown
    factor[:6, :, TERMS.days + 30 :] *= 0.4

    found = {a.row for a in watched(given_teams(11, 200, factor, team=12))}

    assert set(range(6)) <= found
    assert not found & set(range(6, 12))
