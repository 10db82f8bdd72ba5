"""AUC with DeLong's interval, the top k, calibration: against slow and obvious methods."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.stats import ranking

cases = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=40)


def pairs(scores: np.ndarray, left: np.ndarray) -> np.ndarray:
    high, low = scores[left], scores[~left]
    return (high[:, None] > low[None, :]) + 0.5 * (high[:, None] == low[None, :])


@given(cases)
def test_auc_is_the_share_of_pairs_in_the_right_order(drawn):
    scores, left = np.array([s for s, _ in drawn], float), np.array([f for _, f in drawn])
    found = ranking.auc(scores, left)
    compared = pairs(scores, left)
    if not compared.size:
        assert found == ranking.UNKNOWN
        return
    assert found.value == pytest.approx(compared.mean())
    if min(compared.shape) > 1 and 0 < found.value < 1:
        by_left, by_stayed = compared.mean(axis=1), compared.mean(axis=0)
        variance = by_left.var(ddof=1) / len(by_left) + by_stayed.var(ddof=1) / len(by_stayed)
        if variance:
            half = 1.959964 * np.sqrt(variance) / (found.value * (1 - found.value))
            low, high = (np.log(bound / (1 - bound)) for bound in (found.low, found.high))
            assert (high - low) / 2 == pytest.approx(half, rel=1e-5)
    if found.low is not None:
        assert 0 <= found.low <= found.value <= found.high <= 1


def test_its_interval_holds_the_truth_as_often_as_it_says():
    source = np.random.default_rng(5)
    truth = 0.760250  # of two normals one standard deviation apart: Φ(1/√2)
    held = 0
    for _ in range(600):
        scores = np.concatenate([source.normal(1, 1, 25), source.normal(0, 1, 120)])
        found = ranking.auc(scores, np.arange(145) < 25)
        held += found.low <= truth <= found.high
    assert 0.93 <= held / 600 <= 0.98


def test_a_perfect_separation_of_few_is_not_certain():
    found = ranking.auc([3, 4, 5, 1, 2, 0, 1], [True, True, True, False, False, False, False])
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == 0.0
    assert ranking.auc([1, 2], [True, False]) == ranking.Interval(value=0.0, low=None, high=None)


def test_the_top_k_says_what_it_catches():
    found = ranking.top([0.9, 0.8, 0.7, 0.2, 0.1, 0.1, 0.05, 0.01], [1, 0, 1, 0, 0, 0, 0, 0], 2)
    assert (found.caught, found.precision.value, found.recall.value, found.lift) == (1, 0.5, 0.5, 2.0)
    with pytest.raises(ValueError, match="the top 9 of 8"):
        ranking.top([0.1] * 8, [True] * 8, 9)
    assert ranking.top([0.5, 0.4], [False, False], 1).lift is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60), st.integers(1, 12))
def test_calibration_bands_hold_everybody_once_and_keep_equals_together(drawn, bands):
    foretold, left = [p for p, _ in drawn], [f for _, f in drawn]
    found = ranking.calibration(foretold, left, bands=bands)
    assert sum(b.count for b in found) == len(drawn)
    assert len(found) <= bands
    assert sum(b.foretold * b.count for b in found) == pytest.approx(sum(foretold))
    assert sum(b.came.value * b.count for b in found) == pytest.approx(sum(left))
    assert [b.foretold for b in found] == sorted({b.foretold for b in found})


def test_refuses_what_cannot_be_ranked():
    with pytest.raises(ValueError, match="one score for each"):
        ranking.auc([1, 2], [True])
    with pytest.raises(ValueError, match="is missing"):
        ranking.auc([1, float("nan")], [True, False])
    with pytest.raises(ValueError, match="between 0 and 1"):
        ranking.calibration([1.5], [True])


def test_brier_is_the_squared_distance():
    assert ranking.brier([0.8, 0.3], [True, False]) == pytest.approx((0.04 + 0.09) / 2)
    assert ranking.brier([], []) is None
