"""Why a score changed between two days, from what was written down."""

import pytest

from tenure.health import actions, queries
from tenure.health.errors import NotJudged
from tests.health.given import DAY, NOW, catch_up, given_account, given_scorecard, judge_as_asked, measure

SEATS = measure("Seats", {"trait": "seats"})


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def told(change):
    return [(term.kind.value, term.name, round(term.amount, 6)) for term in change.difference.terms]


def words(change):
    return [queries.term_words(term, change.definition) for term in change.difference.terms]


def test_versions_changed_in_between_are_terms_of_their_own(at):
    fjord = given_account("fjord", seats=8)
    scorecard = given_scorecard("Seats", SEATS)
    at(NOW + DAY)
    given_account("fjord", at=NOW + DAY, seats=6)
    catch_up()
    at(NOW + 2 * DAY)
    wider = measure("Seats", {"trait": "seats"}, linear=[0, 20])
    actions.change_scorecard(scorecard.pk, definition={"measures": [wider]}, by=None)
    judge_as_asked()
    at(NOW + 3 * DAY)
    given_account("fjord", at=NOW + 3 * DAY, seats=10)
    catch_up()

    change = queries.why_changed(fjord, scorecard.pk, NOW, NOW + 3 * DAY)

    assert (change.before.score, change.after.score) == (80, 50)
    assert told(change) == [("version", "", -30.0), ("measure", "Seats", 0.0)]
    assert words(change) == ["the scorecard was changed (version 2)", "Seats: 8 → 10"]
    assert told(queries.why_changed(fjord, scorecard.pk, NOW, NOW + 2 * DAY)) == [
        ("version", "", -30.0),
        ("measure", "Seats", -20.0),
    ]


def test_says_what_came_to_be_known_and_what_an_exception_and_an_override_did(at):
    fjord = given_account("fjord", seats=8)
    silent = {"exception": "Few", "when": {"reads": {"trait": "people"}, "at_most": 1}, "cap": 30}
    scorecard = given_scorecard("Two", SEATS, measure("NPS", {"trait": "nps"}), exceptions=[silent])
    at(NOW + DAY)
    given_account("fjord", at=NOW + DAY, nps=2)
    catch_up()
    at(NOW + 2 * DAY)
    given_account("fjord", at=NOW + 2 * DAY, people=1)
    catch_up()
    at(NOW + 3 * DAY)
    actions.override_score(fjord, scorecard.pk, 55, reason="why", by=None)

    change = queries.why_changed(fjord, scorecard.pk, NOW, NOW + 3 * DAY)

    assert told(change) == [("known", "", -30.0), ("override", "", 25.0), ("exception", "Few", -20.0)]
    assert words(change) == ["now known: NPS", "a member's override", "exception: Few"]
    assert sum(term.amount for term in change.difference.terms) == change.after.score - change.before.score


def test_says_nothing_of_days_before_the_first_score(at):
    fjord = given_account("fjord", seats=8)
    scorecard = given_scorecard("Seats", SEATS)

    change = queries.why_changed(fjord, scorecard.pk, NOW - DAY, NOW)

    assert (change.before, change.after.score, change.difference) == (None, 80, None)
    with pytest.raises(NotJudged):
        queries.why_changed(fjord, scorecard.pk, NOW - 2 * DAY, NOW - DAY)


def test_history_and_spread_are_of_what_was_written(at):
    fjord, _ = given_account("fjord", seats=8), given_account("pine")
    scorecard = given_scorecard("Seats", SEATS)
    at(NOW + DAY)
    given_account("fjord", at=NOW + DAY, seats=3)
    catch_up()

    assert [(s.score, s.band.name) for s in queries.scores_of(fjord, scorecard.pk)] == [(80, "Good"), (30, "Poor")]
    spread = queries.spread()
    assert [(b.place, b.accounts) for b in spread.bands] == [(-1, 1), (0, 1), (1, 0), (2, 0)]
    assert (spread.accounts, spread.mean, spread.steps[3]) == (2, 30.0, 1)
