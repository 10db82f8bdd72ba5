"""Sample ratios and discoveries, against scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tenure.stats.shares import discoveries, homogeneity, sample_ratio, visible_difference


def test_accepts_a_split_as_promised() -> None:
    ratio = sample_ratio([905, 95], [0.9, 0.1])

    assert ratio.expected == (900.0, 100.0)
    assert ratio.p_value == pytest.approx(stats.chisquare([905, 95], [900, 100]).pvalue)
    assert not ratio.mismatch


def test_warns_of_a_split_that_chance_does_not_make() -> None:
    assert sample_ratio([950, 50], [0.9, 0.1]).mismatch


def test_has_nothing_to_say_of_nobody_or_of_one_group() -> None:
    assert sample_ratio([0, 0], [0.9, 0.1]).p_value == 1.0
    assert sample_ratio([7, 0], [1.0, 0.0]).p_value == 1.0


def test_warns_of_anybody_in_a_group_promised_nothing() -> None:
    assert sample_ratio([7, 1], [1.0, 0.0]).p_value == 0.0


@pytest.mark.parametrize(("counts", "shares"), [([1], [0.5, 0.5]), ([1, 1], [0.0, 0.0]), ([1, 1], [-1.0, 2.0])])
def test_refuses_shares_that_promise_nothing(counts: list[int], shares: list[float]) -> None:
    with pytest.raises(ValueError, match="share"):
        sample_ratio(counts, shares)


@given(st.lists(st.floats(0, 1), max_size=30), st.floats(0.01, 0.3))
def test_picks_what_scipy_picks(p_values: list[float], rate: float) -> None:
    p = np.array(p_values)

    picked = discoveries(p, rate=rate)

    expected = stats.false_discovery_control(p) <= rate if p.size else np.zeros(0, dtype=bool)
    close = np.isclose(stats.false_discovery_control(p), rate) if p.size else expected
    assert np.all((picked == expected) | close)


def test_leaves_the_untested_aside() -> None:
    picked = discoveries(np.array([np.nan, 0.01, 0.5, np.nan]), rate=0.05)

    assert picked.tolist() == [False, True, False, False]


def test_difference_that_would_show_shrinks_with_the_groups() -> None:
    assert visible_difference(0.9, 360, 40) == pytest.approx(2.8016 * (0.09 * (1 / 360 + 1 / 40)) ** 0.5, rel=1e-4)
    assert visible_difference(0.9, 3600, 400) < visible_difference(0.9, 360, 40)
    assert visible_difference(0.9, 360, 0) == 1.0


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6))
def test_homogeneity_is_what_scipy_says(table: list[tuple[int, int]]) -> None:
    found = homogeneity(table)

    rows = [row for row in table if sum(row)]
    if len(rows) < 2 or not sum(a for a, _ in rows) or not sum(b for _, b in rows):
        assert found == 1.0
    else:
        assert found == pytest.approx(stats.chi2_contingency(rows, correction=False).pvalue)
