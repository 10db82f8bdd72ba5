"""Scores of many accounts at once are what one account after the other gives."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.health.rules import scoring
from tenure.health.rules.family import family_of, put_together
from tenure.health.rules.scoring import Rows, judge, parts_of
from tenure.health.types.scorecards import (
    Banded,
    Bounded,
    Compared,
    Definition,
    ExceptionRule,
    Group,
    LastSeen,
    Linear,
    Listed,
    Measure,
    NewAccounts,
    Trait,
    Use,
    UseMeasure,
)
from tests.health import oracle, strategies

NAN = math.nan
PEOPLE, NPS, SEEN = Use(UseMeasure.ACTIVE_PEOPLE), Trait("nps"), LastSeen()


def rows(*readings, age=1_000.0, override=NAN, exceptions=0):
    n = len(readings)
    return Rows(
        readings=np.array(readings, np.float64).reshape(n, -1),
        age=np.full(n, age),
        children=np.full(n, NAN),
        held=np.zeros((n, exceptions), np.bool_),
        override=np.full(n, override),
    )


def measure(name, reads, scores=None, weight=1.0, unknown="leave_out"):
    return Measure(name=name, weight=weight, reads=reads, scores=scores or Linear(0, 10), unknown=unknown)


@given(data=st.data())
def test_are_those_of_one_account_after_the_other(data):
    definition = data.draw(strategies.definitions())
    ones = data.draw(st.lists(strategies.accounts(definition), min_size=1, max_size=6))

    found = judge(definition, strategies.as_rows(definition, ones))

    exact = [oracle.score(definition, one) for one in ones]
    assert found.exact.tolist() == pytest.approx([NAN if e is None else e for e in exact], nan_ok=True)
    assert found.score.tolist() == [oracle.whole(e) for e in exact]
    for one, covered in zip(ones, found.coverage, strict=True):
        assert covered == math.floor(oracle.own(definition, one)[1] * 100 + 1e-9)
    for score, band in zip(found.score, found.band, strict=True):
        inside = [n for n, each in enumerate(definition.bands) if score >= each.least]
        assert band == (inside[-1] if inside else -1)


@given(data=st.data())
def test_parts_sum_to_the_sum(data):
    definition = data.draw(strategies.definitions())
    ones = data.draw(st.lists(strategies.accounts(definition), min_size=1, max_size=6))
    these = strategies.as_rows(definition, ones)

    parts = parts_of(definition, these)

    value = scoring.own_scores(definition, scoring.columns_of(definition), these).value
    assert parts.contributions.sum(axis=1).tolist() == pytest.approx(np.nan_to_num(value).tolist())
    assert parts.weight.sum(axis=1).tolist() == pytest.approx(np.where(np.isnan(value), 0.0, 1.0).tolist())


@given(data=st.data())
def test_children_count_in_their_parents(data):
    definition = data.draw(strategies.definitions(with_children=True))
    ones = data.draw(st.lists(strategies.accounts(definition), min_size=2, max_size=7))
    parents = {}
    for n in range(1, len(ones)):
        above = data.draw(st.none() | st.integers(0, n - 1))
        if above is not None:
            parents[n] = above
            ones[above].children.append(ones[n])
    these = strategies.as_rows(definition, ones)
    family = family_of(np.arange(len(ones)), parents, np.array([one.mrr for one in ones]))

    children = put_together(
        definition.children.how, family, lambda c: judge(definition, dataclasses.replace(these, children=c)).exact
    )

    found = judge(definition, dataclasses.replace(these, children=children)).exact.tolist()
    exact = [oracle.score(definition, one) for one in ones]
    assert found == pytest.approx([NAN if e is None else e for e in exact], nan_ok=True)


def test_leaves_out_what_is_not_known_and_says_how_much_is():
    card = Definition(
        measures=(
            Group(name="Use", weight=3, measures=(measure("People", PEOPLE), measure("Seen", SEEN, Linear(30, 0)))),
            measure("NPS", NPS, Linear(0, 10)),
        )
    )

    found = judge(card, rows((5, 0, 10), (5, NAN, 10), (5, NAN, NAN), (NAN, NAN, 8)))

    assert found.score.tolist() == [81, 63, -1, -1]
    assert found.coverage.tolist() == [100, 62, 37, 25]
    assert found.band.tolist() == [2, 1, -1, -1]


def test_a_nested_group_of_which_nothing_is_known_leaves_its_place_to_the_rest():
    inner = Group(name="Inner", weight=5, measures=(measure("Seen", SEEN, Linear(30, 0)), measure("NPS", NPS)))
    card = Definition(
        measures=(Group(name="Outer", weight=2, measures=(inner, measure("People", PEOPLE))), measure("Again", PEOPLE)),
        minimum_coverage=0,
    )
    these = rows((NAN, NAN, 5), (NAN, NAN, NAN), (0, NAN, NAN))

    found, parts = judge(card, these), parts_of(card, these)

    assert found.score.tolist() == [50, -1, 100]
    assert found.coverage.tolist() == [44, 0, 27]
    assert parts.weight.sum(axis=1).tolist() == [1, 0, 1]
    assert parts.weight[0].tolist() == pytest.approx([0, 0, 2 / 3, 1 / 3]), "the group keeps its weight"


def test_what_weighs_nothing_is_shown_and_moves_nothing():
    idle = Group(name="Idle", weight=0, measures=(measure("Seen", SEEN, Linear(30, 0)),))
    card = Definition(measures=(idle, measure("NPS", NPS, weight=0), measure("People", PEOPLE)), minimum_coverage=0)
    these = rows((0, 9, 5), (30, 0, 5), (0, 9, NAN))

    found, parts = judge(card, these), parts_of(card, these)

    assert found.score.tolist() == [50, 50, -1], "without what weighs something there is no score"
    assert found.coverage.tolist() == [100, 100, 0]
    assert parts.contributions.sum(axis=1).tolist() == [50, 50, 0]
    assert parts.known.tolist() == [[True] * 3, [True] * 3, [True, True, False]]


def test_what_is_not_known_can_count_or_forbid():
    counted = Definition(measures=(measure("People", PEOPLE), measure("NPS", NPS, unknown=20.0)), minimum_coverage=50)
    forbidden = Definition(
        measures=(measure("People", PEOPLE), measure("NPS", NPS, unknown="no_score")), minimum_coverage=0
    )

    assert judge(counted, rows((10, NAN))).score.tolist() == [60]
    assert judge(counted, rows((10, NAN))).coverage.tolist() == [50]
    assert judge(forbidden, rows((10, NAN), (10, 0))).score.tolist() == [-1, 50]
    assert judge(forbidden, rows((10, NAN), (10, 0))).missing.tolist() == [True, False]


@pytest.mark.parametrize(
    ("scores", "reading", "points"),
    [
        (Linear(0, 20), 5, 25),
        (Linear(0, 20), 25, 100),
        (Linear(0, 20), -1, 0),
        (Linear(20, 0), 5, 75),
        (Bounded(0, 20), 5, 25),
        (Bounded(0, 20), 20, 100),
        (Bounded(0, 20), 20.01, None),
        (Bounded(20, 0), 15, 25),
        (Banded(((None, 10), (5, 50), (10, 90))), 4.99, 10),
        (Banded(((None, 10), (5, 50), (10, 90))), 5, 50),
        (Banded(((None, 10), (5, 50), (10, 90))), 10_000, 90),
        (Banded(((5, 50),)), 4, None),
        (Listed((("Premium", 80.0), ("Basic", 30.0))), 2, 30),
        (Listed((("Premium", 80.0),), 45.0), 0, 45),
        (Listed((("Premium", 80.0),)), 0, None),
    ],
)
def test_functions_give_points(scores, reading, points):
    found, known = scoring.points_of(measure("x", NPS, scores), np.array([float(reading), NAN]))

    assert found.tolist() == pytest.approx([NAN if points is None else points, NAN], nan_ok=True)
    assert known.tolist() == [True, False]


def test_new_accounts_are_measured_by_others_and_handed_over_by_shares():
    card = Definition(
        measures=(measure("People", PEOPLE),),
        new_accounts=NewAccounts(until_days=30, handover_days=20, measures=(measure("NPS", NPS),)),
    )
    these = rows(*[(0, 10)] * 5)
    these = dataclasses.replace(these, age=np.array([0.0, 30.0, 35.0, 45.0, 50.0]))

    assert judge(card, these).score.tolist() == [100, 100, 75, 25, 0]


def test_exceptions_cap_and_set_in_their_order_and_an_override_has_the_last_word():
    card = Definition(
        measures=(measure("People", PEOPLE),),
        exceptions=(
            ExceptionRule(name="Silent", when=Compared(reads=SEEN, at_least=30), set_to=60),
            ExceptionRule(name="Unhappy", when=Compared(reads=NPS, at_most=2), cap=50),
        ),
    )

    found = judge(card, rows((10, 0, 9), (10, 40, 9), (10, 40, 1), (1, 0, 1), (NAN, 40, 9), (NAN, 0, 1), exceptions=2))

    assert found.score.tolist() == [100, 60, 50, 10, 60, -1]
    assert found.held.tolist() == [
        [False, False],
        [True, False],
        [True, True],
        [False, True],
        [True, False],
        [False, True],
    ]
    said = judge(card, rows((10, 40, 1), exceptions=2, override=90.0))
    assert (said.score.tolist(), said.computed.tolist(), said.band.tolist()) == ([90], [50.0], [2])


def test_halves_are_rounded_up_so_that_a_score_and_its_band_agree():
    card = Definition(measures=(measure("People", PEOPLE, Linear(0, 200)),))

    found = judge(card, rows((99,), (98.9,)))

    assert found.score.tolist() == [50, 49]
    assert found.band.tolist() == [1, 0]


def test_many_accounts_are_judged_as_few(monkeypatch):
    monkeypatch.setattr(scoring, "AT_ONCE", 3)
    card = Definition(measures=(measure("People", PEOPLE),))

    assert judge(card, rows(*[(n,) for n in range(11)])).score.tolist() == list(range(0, 101, 10))


def test_nobody_is_judged_where_nobody_is():
    card = Definition(measures=(measure("People", PEOPLE),))

    assert judge(card, rows((1,)).some(slice(0, 0))).score.tolist() == []
