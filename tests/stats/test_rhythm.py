"""What is usual of an account never counts the account itself, and is never less than nothing."""

import numpy as np
import pytest

from tenure.stats import rhythm

WEEKDAY = np.arange(56) % 7
LATELY = 14


def given_counts(seed, accounts=40, groups=6):
    """Draw accounts that began at any time, of sizes far apart, many of which stopped or rose lately."""
    dice = np.random.default_rng(seed)
    level = np.exp(dice.normal(1, 1.6, accounts))
    counts = dice.poisson(level[:, None] * np.where(WEEKDAY < 5, 1.0, 0.1))
    counts[dice.random(counts.shape) < 0.05] *= 20
    counts[:, -LATELY:] = counts[:, -LATELY:] * dice.choice([0.0, 0.6, 1.9], accounts)[:, None]
    seen_from = dice.choice([0, 0, 7, 25], accounts)
    return counts.astype(np.float64), seen_from, dice.integers(-1, groups, accounts), groups


@pytest.mark.parametrize("seed", range(30))
def test_days_are_never_less_than_nothing(seed):
    counts, seen_from, group, groups = given_counts(seed)

    found = rhythm.rhythm_of(counts, seen_from, WEEKDAY, slice(0, 56 - LATELY), group, groups)

    assert (found.exposure(slice(None)) >= 0).all()
    assert (found.factor(slice(None)) >= 0).all()


def test_an_account_is_not_excused_by_its_own_quiet():
    """Of a group whose others go on as ever, one alone that stops has ordinary days."""
    counts = np.tile(np.where(WEEKDAY < 5, 10.0, 1.0), (30, 1))
    counts[3, -LATELY:] = 0
    group = np.where(np.arange(30) < 5, 0, -1)

    found = rhythm.rhythm_of(counts, np.zeros(30, np.int64), WEEKDAY, slice(0, 56 - LATELY), group, 1)

    assert found.factor(np.array([3]))[0] == pytest.approx(1, abs=0.03)
