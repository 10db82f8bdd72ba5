"""Scores of a past day are what was, or would have been, said on that day."""

import numpy as np
import pytest

from tenure.health import actions, queries
from tenure.health.errors import NotOfThePast, ScorecardMissing
from tenure.kernel.as_of import AsOf
from tests.given import given_member
from tests.health.given import DAY, NOW, catch_up, given_account, given_scorecard, given_use, measure, now_of

EVERY = (
    measure("Events", {"use": "events", "days": 10}, linear=[0, 20]),
    measure("People", {"use": "active_people", "days": 10}, linear=[0, 4]),
    measure("Days", {"use": "active_days", "days": 10}, linear=[0, 10]),
    measure("Trend", {"trend": "events", "days": 5}, linear=[-100, 100]),
    measure("Seen", {"last_seen": True}, linear=[20, 0]),
    measure("Seats", {"trait": "seats"}),
    measure("Plan", {"trait": "plan"}, listed={"Premium": 90, "Basic": 30}),
    measure("Renewal", {"days_until": "renewsOn"}, linear=[0, 100]),
    measure("Judged", {"judgement": 30}, linear=[0, 100]),
)


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def told(table):
    rows = zip(*(table[name].to_pylist() for name in ("account_id", "score", "band", "coverage")), strict=True)
    return {account: (None if score is None else round(score), band, covered) for account, score, band, covered in rows}


def test_as_known_then_is_what_was_said_then_whatever_came_later(at):
    fjord = given_account("fjord", seats=8, plan="Premium", renewsOn="2026-04-30")
    pine = given_account("pine")
    for days, times, who in ((1, 3, "ann"), (2, 1, "bob"), (7, 2, "ann"), (8, 6, "cid")):
        given_use("fjord", at=NOW - days * DAY, times=times, who=who)
    actions.judge_account(fjord, 40, by=given_member())
    scorecard = given_scorecard("All", *EVERY, minimum_coverage=20)
    catch_up()
    then = {account: now_of(account, scorecard) for account in (fjord, pine)}
    said = {account: (row.score, row.band, row.coverage) for account, row in then.items()}
    moment = AsOf.then(NOW)
    assert told(queries.scores_as_of((scorecard.pk, 1), moment)) == said

    at(NOW + 20 * DAY)
    given_account("fjord", at=NOW + 20 * DAY, seats=1, plan="Basic")
    given_use("fjord", at=NOW - DAY / 2, times=50, who="late")
    given_use("pine", at=NOW + 19 * DAY)
    actions.judge_account(fjord, 90, by=None)
    catch_up()

    assert told(queries.scores_as_of((scorecard.pk, 1), moment)) == said
    assert told(queries.scores_as_of((scorecard.pk, 1), moment, [pine])) == {pine: said[pine]}
    by_now = told(queries.scores_as_of((scorecard.pk, 1), AsOf.by_now(NOW, NOW + 20 * DAY)))
    assert by_now[fjord] != said[fjord], "use that arrived late counts once it is known"


def test_a_version_that_was_not_there_then_can_be_asked_too(at):
    fjord = given_account("fjord", seats=8)
    scorecard = given_scorecard("Seats", measure("Seats", {"trait": "seats"}))
    at(NOW + DAY)
    other = {"measures": [measure("Seats", {"trait": "seats"}, linear=[0, 16])]}
    actions.change_scorecard(scorecard.pk, definition=other, by=None)

    first = queries.scores_as_of((scorecard.pk, 1), AsOf.then(NOW))
    second = queries.scores_as_of((scorecard.pk, 2), AsOf.then(NOW))

    assert (told(first)[fjord][0], told(second)[fjord][0]) == (80, 50)
    assert told(queries.scores_as_of(queries.read_definition(other), AsOf.then(NOW))) == told(second)
    with pytest.raises(ScorecardMissing):
        queries.scores_as_of((scorecard.pk, 3), AsOf.then(NOW))


def test_accounts_that_were_not_there_yet_are_left_out(at):
    given_account("fjord", seats=8)
    scorecard = given_scorecard("Seats", measure("Seats", {"trait": "seats"}))

    assert queries.scores_as_of((scorecard.pk, 1), AsOf.then(NOW - DAY)).num_rows == 0


def test_refuses_what_cannot_be_asked_of_the_past():
    scorecard = given_scorecard(
        "Some",
        measure("Seats", {"trait": "seats"}),
        applies_to={"trait": "plan", "operator": "is", "value": "Premium"},
    )

    with pytest.raises(NotOfThePast):
        queries.scores_as_of((scorecard.pk, 1), AsOf.then(NOW))


def test_scores_are_numbers_and_nulls(at):
    given_account("fjord", seats=8)
    pine = given_account("pine")
    scorecard = given_scorecard("Seats", measure("Seats", {"trait": "seats"}))

    table = queries.scores_as_of((scorecard.pk, 1), AsOf.then(NOW))

    assert table.filter(np.equal(table["account_id"].to_numpy(), pine))["score"].to_pylist() == [None]
