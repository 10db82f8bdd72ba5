"""Conditions of scorecards name segments of their own workspace, whatever these are called by now."""

import pytest

from tenure.health import queries
from tenure.kernel import tenancy
from tenure.segments import actions as segments
from tests.given import given_workspace
from tests.health.given import NOW, given_account, given_scorecard, judge_as_asked, measure, scores
from tests.segments.given import given_segment

SEATS = measure("Seats", {"trait": "seats"})
CAPPED = [{"exception": "Ours", "when": {"where": {"in_segment": "Premium"}}, "cap": 40}]


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def test_a_segment_may_be_called_otherwise(workspace):
    fjord = given_account("fjord", seats=8, plan="Premium")
    premium = given_segment("Premium")
    scorecard = given_scorecard("Health", SEATS, exceptions=CAPPED)
    assert scores(fjord, scorecard) == [(40, NOW, None)]

    segments.change_segment(premium.pk, name="Well off", by=None)
    given_segment("Premium", kind="trait", name="plan", operator="is", value="Basic")
    segments.change_segment(premium.pk, condition=premium.condition, by=None)
    text = queries.text_form(scorecard.pk)

    assert "in_segment: Well off" in text
    given_scorecard("Second", measure("Places", {"trait": "seats"}), exceptions=CAPPED)
    judge_as_asked()
    assert scores(fjord, scorecard) == [(40, NOW, None)], "it goes on by the same one"


def test_the_same_text_means_the_segment_of_each_workspace(workspace):
    given_segment("Premium")
    given_scorecard("Health", SEATS, exceptions=CAPPED)

    with tenancy.scope(given_workspace("Other").pk):
        theirs = given_segment("Premium")
        fjord = given_account("fjord", seats=8, plan="Premium")
        scorecard = given_scorecard("Health", SEATS, exceptions=CAPPED)

        assert scores(fjord, scorecard) == [(40, NOW, None)]
        (rule,) = queries.scorecard(scorecard.pk).definition.exceptions
        assert rule.when.condition.segment_id == theirs.pk
