"""The parts of a change sum to the change, whatever changed."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.health.rules.explaining import Look, difference
from tenure.health.types.differences import TermKind
from tenure.health.types.scorecards import (
    Compared,
    Definition,
    ExceptionRule,
    LastSeen,
    Linear,
    Measure,
    NewAccounts,
    Trait,
    Use,
    UseMeasure,
)
from tests.health import oracle, strategies
from tests.health.test_scoring import measure, rows

NAN = math.nan
PEOPLE, NPS = Use(UseMeasure.ACTIVE_PEOPLE), Trait("nps")


def look(definition, *readings, version=1, **more):
    return Look(
        version=version, definition=definition, row=rows(readings, exceptions=len(definition.exceptions), **more)
    )


def told(found):
    return [(term.kind.value, term.name, round(term.amount, 6)) for term in found.terms]


@given(data=st.data())
def test_terms_sum_to_the_difference(data):
    old = data.draw(strategies.definitions())
    new = data.draw(strategies.definitions())
    before, last = (data.draw(strategies.accounts(old)) for _ in range(2))
    first, after = (data.draw(strategies.accounts(new)) for _ in range(2))
    for one in (before, last, first, after):
        one.age = float(int(one.age))
    looks = [Look(version=1, definition=old, row=strategies.as_rows(old, [one])) for one in (before, last)]
    if data.draw(st.booleans()):
        looks += [Look(version=2, definition=new, row=strategies.as_rows(new, [one])) for one in (first, after)]
    else:
        new, after = old, last

    found = difference(looks)

    ends = oracle.score(old, before), oracle.score(new, after)
    assert (found.before is None, found.after is None) == (ends[0] is None, ends[1] is None)
    if found.before is not None and found.after is not None and found.terms:
        assert sum(term.amount for term in found.terms) == pytest.approx(found.after - found.before, abs=1e-6)


@given(data=st.data())
def test_within_a_version_there_are_always_terms(data):
    definition = data.draw(strategies.definitions())
    before, after = (data.draw(strategies.accounts(definition)) for _ in range(2))

    found = difference(
        [Look(version=1, definition=definition, row=strategies.as_rows(definition, [one])) for one in (before, after)]
    )

    if found.before is not None and found.after is not None:
        total = sum(term.amount for term in found.terms)
        assert total == pytest.approx(found.after - found.before, abs=1e-6)


def test_says_which_measure_moved_it_with_its_numbers():
    card = Definition(measures=(measure("People", PEOPLE, weight=3), measure("NPS", NPS)))

    found = difference([look(card, 8, 6), look(card, 4, 7)])

    assert told(found) == [("measure", "People", -30.0), ("measure", "NPS", 2.5)]
    people = found.terms[0]
    assert (people.reading_before, people.reading, people.points_before, people.points) == (8, 4, 80, 40)


def test_a_low_measure_that_is_not_known_any_more_raises_it():
    card = Definition(measures=(measure("People", PEOPLE), measure("NPS", NPS)), minimum_coverage=50)

    found = difference([look(card, 9, 1), look(card, 9, NAN)])

    assert (found.before, found.after) == (50, 90)
    assert told(found) == [("known", "", 40.0)]
    assert (found.terms[0].lost, found.terms[0].gained) == (("NPS",), ())


def test_exceptions_overrides_and_age_are_terms_of_their_own():
    card = Definition(
        measures=(measure("People", PEOPLE),),
        new_accounts=NewAccounts(until_days=10, handover_days=0, measures=(measure("NPS", NPS),)),
        exceptions=(ExceptionRule(name="Silent", when=Compared(reads=LastSeen(), at_least=30), cap=40),),
    )

    grown = difference([look(card, 8, 2, 0, age=5.0), look(card, 8, 2, 0, age=10.0)])
    capped = difference([look(card, 8, 2, 0), look(card, 8, 2, 31)])
    said = difference([look(card, 8, 2, 31), look(card, 8, 2, 31, override=70.0)])

    assert told(grown) == [("age", "", 60.0)]
    assert told(capped) == [("exception", "Silent", -40.0)]
    assert told(said) == [("override", "", 30.0)]


def test_another_version_is_a_term_and_measures_before_and_after_are_one():
    old = Definition(measures=(measure("People", PEOPLE),))
    new = Definition(measures=(measure("People", PEOPLE, Linear(0, 20)),))
    looks = [look(old, 8), look(old, 6), look(new, 6, version=2), look(new, 10, version=2)]

    found = difference(looks)

    assert told(found) == [("version", "", -30.0), ("measure", "People", 0.0)]
    moved = found.terms[1]
    assert (moved.reading_before, moved.reading) == (8, 10)
    assert sum(term.amount for term in found.terms) == (found.after or 0) - (found.before or 0) == -30


def test_says_nothing_of_a_difference_from_what_was_not_known():
    card = Definition(measures=(measure("People", PEOPLE),))

    found = difference([look(card, NAN), look(card, 5)])

    assert (found.before, found.after, found.terms) == (None, 50, ())


def test_a_measure_that_moved_without_moving_the_score_is_still_told():
    card = Definition(measures=(Measure(name="People", weight=1, reads=PEOPLE, scores=Linear(0, 10)),))

    found = difference([look(card, 12), look(card, 15)])

    assert [(t.kind, t.amount, t.reading_before, t.reading) for t in found.terms] == [(TermKind.MEASURE, 0.0, 12, 15)]
    assert np.isfinite(found.terms[0].points or 0)
