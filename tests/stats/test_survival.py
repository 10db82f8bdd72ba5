"""Survival curves and their differences, against hand-worked numbers, a slow oracle and lifelines."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test

from tenure.stats.survival import (
    Enough,
    Lifetimes,
    TooFew,
    curve,
    difference,
    log_rank,
    standing,
)

NOBODY = Lifetimes.of([], [])


def given_lifetimes(*spans: tuple[float, bool]) -> Lifetimes:
    return Lifetimes.of([days for days, _ in spans], [ended for _, ended in spans])


lifetimes = st.lists(st.tuples(st.integers(0, 30).map(float), st.booleans()), min_size=1, max_size=40).map(
    lambda spans: given_lifetimes(*spans)
)


def share_by_hand(watched: Lifetimes, horizon: float) -> float:
    """Multiply, day by day, the share of those at risk who did not end."""
    share = 1.0
    for day in sorted(set(watched.days[watched.ended])):
        if day <= horizon:
            at_risk = sum(1 for d in watched.days if d >= day)
            ended = sum(1 for d, e in zip(watched.days, watched.ended, strict=True) if e and d == day)
            share *= 1 - ended / at_risk
    return share


def test_multiplies_the_shares_that_lasted() -> None:
    watched = given_lifetimes((5, True), (5, False), (8, True), (10, False), (12, False))

    drawn = curve(watched)

    assert [(p.day, p.at_risk, p.ended) for p in drawn.points] == [(0, 5, 0), (5, 5, 1), (8, 3, 1), (12, 1, 0)]
    assert [p.share for p in drawn.points] == pytest.approx([1, 4 / 5, 8 / 15, 8 / 15])
    assert (drawn.n, drawn.ended) == (5, 2)


def test_takes_wilsons_interval_when_everybody_was_watched() -> None:
    watched = Lifetimes.of([5.0] * 3 + [30.0] * 17, [True] * 3 + [False] * 17)

    seen = standing(watched, 30)

    z = 1.959963984540054
    middle, half = (
        (0.85 + z * z / 40) / (1 + z * z / 20),
        z / (1 + z * z / 20) * math.sqrt(0.85 * 0.15 / 20 + z * z / 1600),
    )
    assert (seen.share, seen.at_risk, seen.ended) == (pytest.approx(0.85), 17, 3)
    assert (seen.low, seen.high) == (pytest.approx(middle - half), pytest.approx(middle + half))


def test_is_not_certain_when_nobody_has_ended() -> None:
    seen = standing(Lifetimes.of([100.0] * 12, [False] * 12), 90)

    assert (seen.share, seen.high, seen.at_risk) == (1.0, 1.0, 12)
    assert 0.7 < seen.low < 0.8


def test_knows_nothing_past_the_last_day_anybody_was_watched() -> None:
    seen = standing(given_lifetimes((3, True), (20, False)), 21)

    assert (seen.share, seen.low, seen.high, seen.at_risk, seen.ended) == (None, 0.0, 0.5, 0, 1)


def test_stays_at_nought_once_all_have_ended() -> None:
    seen = standing(given_lifetimes((3, True), (4, True)), 90)

    assert (seen.share, seen.low) == (0.0, 0.0)
    assert seen.high < 1


def test_of_nobody_is_a_point() -> None:
    drawn = curve(NOBODY)

    assert (len(drawn.points), drawn.n, drawn.ended) == (1, 0, 0)
    assert standing(NOBODY, 90).share is None


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (Lifetimes.of([99.0] * 30, [False] * 30), NOBODY, TooFew.NOBODY_WATCHED_SO_LONG),
        (
            Lifetimes.of([99.0] * 30, [False] * 30),
            Lifetimes.of([9.0] * 30, [False] * 30),
            TooFew.NOBODY_WATCHED_SO_LONG,
        ),
        (Lifetimes.of([99.0] * 30, [False] * 30), Lifetimes.of([99.0] * 9, [False] * 9), TooFew.FEW_AT_RISK),
        (Lifetimes.of([99.0] * 30, [False] * 30), Lifetimes.of([99.0] * 30, [False] * 30), TooFew.FEW_ENDED),
        (
            Lifetimes.of([9.0] * 4 + [99.0] * 30, [True] * 4 + [False] * 30),
            Lifetimes.of([9.0] + [99.0] * 30, [True] + [False] * 30),
            None,
        ),
    ],
)
def test_says_when_there_are_too_few(first: Lifetimes, second: Lifetimes, why: TooFew | None) -> None:
    assert difference(first, second, 90).too_few == why


def test_lets_the_asker_say_what_is_enough() -> None:
    few = Lifetimes.of([9.0, 99.0, 99.0], [True, False, False])

    assert difference(few, few, 90, enough=Enough(at_risk=2, ended=2)).too_few is None
    assert difference(few, few, 90, enough=Enough(at_risk=3, ended=2)).too_few == TooFew.FEW_AT_RISK


def test_sees_a_large_difference() -> None:
    kept = Lifetimes.of([30.0] * 20 + [200.0] * 180, [True] * 20 + [False] * 180)
    lost = Lifetimes.of([30.0] * 20 + [200.0] * 30, [True] * 20 + [False] * 30)

    found = difference(kept, lost, 90)

    assert found.difference == pytest.approx(0.3)
    assert found.excludes_zero
    assert 0.15 < found.low < 0.17
    assert 0.43 < found.high < 0.46


def test_has_no_difference_where_a_share_is_unknown() -> None:
    found = difference(NOBODY, NOBODY, 90)

    assert (found.difference, found.low, found.high, found.excludes_zero) == (None, -1.0, 1.0, False)


def test_refuses_columns_that_are_not_lifetimes() -> None:
    for days, ended in (([1.0], []), ([-1.0], [True]), ([math.nan], [True]), ([math.inf], [False])):
        with pytest.raises(ValueError, match="days"):
            Lifetimes.of(days, ended)


@given(lifetimes, st.integers(0, 35).map(float))
def test_agrees_with_the_slow_way(watched: Lifetimes, horizon: float) -> None:
    seen = standing(watched, horizon)

    if seen.share is None:
        assert watched.days.max() < horizon
        assert seen.high == pytest.approx(share_by_hand(watched, horizon))
    else:
        assert seen.share == pytest.approx(share_by_hand(watched, horizon), abs=1e-12)
        assert 0 <= seen.low <= seen.share <= seen.high <= 1


@given(lifetimes)
def test_agrees_with_lifelines(watched: Lifetimes) -> None:
    fitted = KaplanMeierFitter().fit(watched.days, watched.ended)

    drawn = curve(watched)

    for point in drawn.points[1:]:
        assert point.share == pytest.approx(float(fitted.predict(point.day)), abs=1e-9)
        assert point.at_risk == int(fitted.event_table.at_risk[point.day])


@given(lifetimes)
def test_falls_and_its_days_rise(watched: Lifetimes) -> None:
    points = curve(watched).points

    assert all(a.share >= b.share and a.day <= b.day for a, b in itertools.pairwise(points))
    assert all(p.low <= p.share <= p.high for p in points)


@given(lifetimes, lifetimes, st.integers(0, 30).map(float))
def test_is_the_same_seen_from_the_other_side(first: Lifetimes, second: Lifetimes, horizon: float) -> None:
    there, back = difference(first, second, horizon), difference(second, first, horizon)

    assert (there.difference is None) == (back.difference is None)
    assert there.too_few == back.too_few
    assert (there.low, there.high) == (pytest.approx(-back.high), pytest.approx(-back.low))
    if there.difference is not None:
        assert -1 <= there.low <= there.difference <= there.high <= 1


@given(lifetimes, lifetimes)
def test_log_rank_agrees_with_lifelines(first: Lifetimes, second: Lifetimes) -> None:
    found = log_rank(first, second)

    with np.errstate(all="ignore"):
        theirs = logrank_test(first.days, second.days, first.ended, second.ended).p_value
    if found is None:
        assert np.isnan(theirs) or theirs == pytest.approx(1)
    else:
        assert found.p_value == pytest.approx(theirs, abs=1e-6)
