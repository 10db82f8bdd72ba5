"""Everybody is judged in the background, portion by portion, and holds nobody up who judges one account meanwhile."""

from contextlib import contextmanager

import pytest
from django.db import connection

from tenure.health import actions, jobs, queries
from tenure.health.actions import everybody
from tenure.health.models import HealthScore, JudgedMeanwhile, JudgingPass, Scorecard, Touched
from tenure.health.types.answers import Judging
from tenure.kernel import clock
from tests.health.given import (
    DAY,
    NOW,
    card,
    catch_up,
    given_account,
    given_scorecard,
    judge_as_asked,
    measure,
    now_of,
    scores,
)
from tests.locking import in_a_thread

SEATS = measure("Seats", {"trait": "seats"})
WIDER = card(measure("Seats", {"trait": "seats"}, linear=[0, 20]))
MINUTE = DAY / 1440


@pytest.fixture(autouse=True)
def start(at):
    at(NOW)


@contextmanager
def before(sql, turn, do):
    """Do something just before the statement that has this in it is run for so many a time."""
    seen = []

    def listen(execute, statement, params, many, context):
        if sql in f"{statement} {params}":
            seen.append(statement)
            if len(seen) == turn:
                do()
        return execute(statement, params, many, context)

    with connection.execute_wrapper(listen):
        yield
    assert len(seen) >= turn


TURN = "[7205311, "
"""Everybody's pass takes its turn to begin, for each portion, and to end."""


def test_saving_asks_and_what_was_said_stays_meanwhile(workspace):
    fjord = given_account("fjord", seats=8)
    found = given_scorecard("Seats", SEATS)

    actions.change_scorecard(found.pk, definition=WIDER, by=None)

    assert now_of(fjord, found).score == 80
    assert queries.judging_now() == Judging(accounts=0, done=0)
    judge_as_asked()
    assert (now_of(fjord, found).score, queries.judging_now()) == (40, None)
    assert not JudgingPass.objects.exclude(asked_at=None, began_at=None).exists()


def test_says_how_far_it_has_come(workspace, monkeypatch):
    monkeypatch.setattr(everybody, "AT_ONCE", 1)
    for name in ("fjord", "pine", "oak"):
        given_account(name, seats=8)
    actions.define_scorecard("Seats", definition=card(SEATS))
    seen = []

    with before(TURN, 4, lambda: seen.append(queries.judging_now())):
        judge_as_asked()

    assert seen == [Judging(accounts=3, done=2)]


def test_who_was_judged_meanwhile_is_left_as_they_are(workspace, at, monkeypatch):
    monkeypatch.setattr(everybody, "AT_ONCE", 1)
    fjord, pine = given_account("fjord", seats=8), given_account("pine", seats=2)
    found = given_scorecard("Seats", SEATS)

    def pine_grows():
        at(NOW + MINUTE)
        given_account("pine", at=NOW + MINUTE, seats=9)
        catch_up()

    with before(TURN, 2, pine_grows):
        actions.judge_everybody(now=NOW)

    assert scores(fjord, found) == [(80, NOW, None)]
    assert scores(pine, found) == [(20, NOW, NOW + MINUTE), (90, NOW + MINUTE, None)]
    assert not JudgedMeanwhile.objects.exists()
    assert not Touched.objects.exists()


def test_stops_for_a_scorecard_that_was_changed_and_is_asked_for_again(workspace, monkeypatch):
    monkeypatch.setattr(everybody, "AT_ONCE", 1)
    fjord, pine = given_account("fjord", seats=8), given_account("pine", seats=2)
    found = given_scorecard("Seats", SEATS)
    HealthScore.objects.all().delete()

    with before(TURN, 3, lambda: Scorecard.objects.filter(pk=found.pk).update(version=2)):
        actions.judge_everybody(now=NOW)

    assert [score.account_id for score in HealthScore.objects.all()] == [fjord], "the second portion is not written"
    assert JudgingPass.objects.get().began_at == NOW, "it is not over"
    Scorecard.objects.filter(pk=found.pk).update(version=1)
    actions.change_scorecard(found.pk, definition=WIDER, by=None)
    judge_as_asked()
    assert [now_of(a, found).score for a in (fjord, pine)] == [40, 10]
    assert {now_of(a, found).version for a in (fjord, pine)} == {2}


def test_what_an_archived_scorecard_said_ends_in_portions_too(workspace, monkeypatch):
    monkeypatch.setattr(everybody, "AT_ONCE", 1)
    for name in ("fjord", "pine"):
        given_account(name, seats=8)
    found = given_scorecard("Seats", SEATS)

    actions.archive_scorecard(found.pk, by=None)
    judge_as_asked()

    assert not HealthScore.objects.filter(until=None).exists()
    assert queries.judging_now() is None


def test_what_was_heard_while_nobody_judged_is_done_with_everybody(workspace):
    fjord = given_account("fjord", seats=8)
    given_scorecard("Seats", SEATS)
    for _ in range(3):
        actions.touch([fjord])

    actions.judge_everybody(now=NOW)

    assert not Touched.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_hearing_of_an_account_waits_neither_for_everybody_nor_for_its_own_judging(workspace):
    fjord = given_account("fjord", seats=8)
    found = given_scorecard("Seats", SEATS)
    wrong = []

    def hear():
        wrong.extend(in_a_thread(workspace.pk, lambda: actions.touch([fjord])))

    with before('UPDATE "health_judgingpass" SET "accounts"', 1, hear):  # in the middle of a portion
        actions.judge_everybody(now=NOW)
    with before("health_judgedmeanwhile", 1, hear):  # its row is claimed and judged, and not yet given up
        assert actions.judge_touched(now=NOW) == 1

    assert wrong == []
    assert list(Touched.objects.values_list("account_id", flat=True)) == [fjord]
    assert now_of(fjord, found).score == 80


@pytest.mark.django_db(transaction=True)
def test_the_touched_are_judged_while_everybody_is(workspace, at):
    fjord = given_account("fjord", seats=8)
    found = given_scorecard("Seats", SEATS)
    catch_up()
    wrong = []

    def shrink():
        given_account("fjord", at=NOW + MINUTE, seats=5)
        actions.touch([fjord])
        jobs.judge_touched(NOW + MINUTE)

    def judge():
        wrong.extend(in_a_thread(workspace.pk, shrink))
        assert now_of(fjord, found).score == 50

    with before(TURN, 2, judge):  # everything is read; nothing is written down yet
        actions.judge_everybody(now=clock.now())

    assert wrong == []
    assert scores(fjord, found) == [(80, NOW, NOW + MINUTE), (50, NOW + MINUTE, None)]


@pytest.mark.django_db(transaction=True)
def test_two_do_not_judge_everybody_at_once(workspace):
    given_account("fjord", seats=8)
    given_scorecard("Seats", SEATS)
    done, wrong = [], []

    def judge():
        wrong.extend(in_a_thread(workspace.pk, lambda: done.append(actions.judge_everybody(now=NOW))))

    with before(TURN, 2, judge):
        actions.judge_everybody(now=NOW)

    assert (done, wrong) == ([0], [])
