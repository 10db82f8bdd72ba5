"""Shares and medians with their intervals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tenure.stats import proportions


@given(st.integers(1, 2_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.sampled_from([0.8, 0.95]))
def test_a_share_has_wilsons_interval(counts, level):
    count, of = counts

    found = proportions.share(count, of, level=level)

    expected = stats.binomtest(count, of).proportion_ci(level, method="wilson")
    assert found.value == count / of
    assert math.isclose(found.low, expected.low, abs_tol=1e-9)
    assert math.isclose(found.high, expected.high, abs_tol=1e-9)


def test_a_share_of_none_is_unknown():
    assert proportions.share(0, 0) == proportions.UNKNOWN
    with pytest.raises(ValueError, match="whole"):
        proportions.share(2, 1)


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=60))
def test_a_median_has_the_interval_of_the_sign_test(values):
    found = proportions.median(values)

    n, ordered = len(values), sorted(values)
    places = [k for k in range(1, n // 2 + 1) if 2 * stats.binom.cdf(k - 1, n, 0.5) <= 0.05 + 1e-12]
    assert found.value == np.median(values)
    assert (found.low, found.high) == ((ordered[max(places) - 1], ordered[n - max(places)]) if places else (None, None))


def test_five_values_cannot_say_where_their_median_is():
    assert proportions.median([1, 2, 3, 4, 5]) == proportions.Interval(value=3, low=None, high=None)
    assert proportions.median([1, 2, 3, 4, 5, 6]) == proportions.Interval(value=3.5, low=1, high=6)


def test_a_median_of_none_is_unknown():
    assert proportions.median([]) == proportions.UNKNOWN


def test_the_interval_of_a_median_covers_it_as_often_as_it_says():
    chance = np.random.default_rng(7)
    covered = 0
    for _ in range(2_000):
        found = proportions.median(chance.exponential(1.0, 25))
        covered += found.low <= math.log(2) <= found.high

    assert 0.94 < covered / 2_000 < 0.985


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_of_groups_of_one_it_is_the_same(hits):
    of_groups = proportions.share_of_groups(hits, range(len(hits)))
    plain = proportions.share(sum(hits), len(hits))

    assert (of_groups.value, of_groups.low, of_groups.high) == pytest.approx((plain.value, plain.low, plain.high))


def test_rows_of_a_group_that_are_alike_tell_no_more_than_one():
    hits = np.array([True] * 6 + [False] * 14)

    often = proportions.share_of_groups(np.repeat(hits, 9), np.repeat(np.arange(20), 9))

    once = proportions.share_of_groups(hits, np.arange(20))
    assert (often.value, often.low, often.high) == pytest.approx((once.value, once.low, once.high))
    assert proportions.share_of_groups([], []) == proportions.UNKNOWN
    assert proportions.share_of_groups([True] * 50, [1] * 25 + [2] * 25).low == proportions.share(2, 2).low


def test_the_interval_of_groups_holds_the_truth():
    source = np.random.default_rng(8)
    held = plain = 0
    for _ in range(400):
        chance = source.beta(0.6, 1.4, 60)
        rows = source.integers(1, 9, 60)
        group = np.repeat(np.arange(60), rows)
        hits = source.random(group.size) < chance[group]
        found = proportions.share_of_groups(hits, group)
        held += found.low <= 0.3 <= found.high
        naive = proportions.share(int(hits.sum()), hits.size)
        plain += naive.low <= 0.3 <= naive.high
    assert held / 400 >= 0.92
    assert plain / 400 < 0.85, "as if each row were another account"
