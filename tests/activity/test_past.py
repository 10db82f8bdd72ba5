"""Days gone by judged anew: as they were known then, and as they are known now."""

from datetime import timedelta
from typing import Any

import pytest

from tenure.activity import actions, queries
from tenure.activity.types import Choices
from tenure.signals.models import Signal
from tests.activity.given import (
    AS_OF,
    DAYS,
    NIGHT,
    given_accounts,
    given_raw_events,
    given_use,
    stopped,
)

STEADY = [f"steady-{n}" for n in range(24)]
STOPS = AS_OF - timedelta(days=9)
WEEK = AS_OF - timedelta(days=6)


@pytest.fixture
def fjord(workspace: Any, at: Any) -> Any:
    """Know two dozen steady accounts and one whose team stops, for as long as there is use."""
    at(NIGHT - timedelta(days=DAYS + 10))
    accounts = given_accounts(["fjord", *STEADY])
    at(NIGHT)
    given_use(accounts, {"fjord": stopped(STOPS, 6)}, days=DAYS + 10)
    return accounts["fjord"]


def test_says_when_the_signal_would_have_been_opened(fjord: Any, at: Any) -> None:
    by_now = queries.alarms_between(WEEK, AS_OF, NIGHT)

    assert [a.account_id for a in by_now] == [fjord.pk]
    assert abs((by_now[0].since - STOPS).days) <= 2
    assert (by_now[0].ratio, by_now[0].passed_on) == (0.0, None)
    assert by_now[0].confidence > 0.98
    for day in range(7):
        at(NIGHT - timedelta(days=6 - day))
        actions.judge_use(WEEK + timedelta(days=day))
    opened = Signal.objects.get()
    assert opened.opened_at.date() - timedelta(days=1) == by_now[0].day
    assert opened.evidence["since"] == by_now[0].since.isoformat()


def test_finds_the_same_then_when_all_came_in_time(fjord: Any) -> None:
    given_raw_events()

    assert queries.alarms_between(WEEK, AS_OF) == queries.alarms_between(WEEK, AS_OF, NIGHT)


def test_use_that_came_late_was_not_known_then(workspace: Any, at: Any) -> None:
    at(NIGHT - timedelta(days=DAYS + 10))
    accounts = given_accounts(["fjord", *STEADY])
    at(NIGHT)
    given_use(accounts, days=DAYS + 10)
    fjord = accounts["fjord"].pk
    given_raw_events(lambda pk, day: timedelta(days=30 if pk == fjord and day >= STOPS else 0, minutes=1))

    then = queries.alarms_between(WEEK, AS_OF)

    assert [a.account_id for a in then] == [fjord]
    assert queries.alarms_between(WEEK, AS_OF, NIGHT) == ()


def test_looks_at_nothing_before_there_is_anything(workspace: Any) -> None:
    assert queries.alarms_between(WEEK, AS_OF) == ()
    assert queries.alarms_between(WEEK, AS_OF, NIGHT) == ()
    assert queries.alarms_between(AS_OF, WEEK, NIGHT) == ()


def test_may_be_asked_what_other_choices_would_have_done(fjord: Any) -> None:
    by_others = Choices(false_share=0.1, key_events=("Never done",))

    assert queries.alarms_between(WEEK, AS_OF, NIGHT, choices=by_others) == ()
