"""More than who came: minutes and key events that fade, seats given up, money at stake, what others learn of it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from tenure.activity import actions, queries
from tenure.activity.models import UsePass
from tenure.activity.types import Choices
from tenure.customers import actions as customer_actions
from tenure.customers import queries as customers
from tenure.signals.models import Signal
from tenure.stats.usage import Series
from tests.activity.given import AS_OF, DAYS, NIGHT, given_accounts, given_sessions, given_use, stopped
from tests.given import given_member

STEADY = [f"steady-{n}" for n in range(24)]
A_WHILE_AGO = AS_OF - timedelta(days=20)


@pytest.fixture(autouse=True)
def night(at: Any) -> Any:
    at(NIGHT)
    return at


def test_minutes_that_fade_while_people_still_log_in_open_a_signal(workspace: Any) -> None:
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts)
    given_sessions(accounts, {"fjord": lambda day: 0.2 if day >= A_WHILE_AGO else 1.0})

    actions.judge_use(AS_OF)

    signal = Signal.objects.get()
    assert signal.account_id == accounts["fjord"].pk
    assert (signal.evidence["leading"], signal.evidence["percent"]) == (
        "minutes",
        signal.evidence["series"]["minutes"]["percent"],
    )
    assert signal.evidence["series"]["minutes"]["percent"] >= 70
    assert abs(signal.evidence["series"]["people"]["percent"]) <= 30
    assert queries.headline(signal.evidence).startswith("Time in the product fell")


def test_all_series_give_one_verdict(workspace: Any) -> None:
    """A team that stops has fewer people, events and minutes: that is one signal, and it is about the people."""
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, {"fjord": stopped(A_WHILE_AGO, 5)})
    given_sessions(accounts, {})

    actions.judge_use(AS_OF)

    signal = Signal.objects.get()
    assert signal.account_id == accounts["fjord"].pk
    assert signal.evidence["leading"] == "people"
    assert {name: 60 <= each["percent"] <= 100 for name, each in signal.evidence["series"].items()} == {
        "people": True, "events": True, "minutes": True,
    }  # fmt: skip


def test_one_persons_minutes_are_no_signal(workspace: Any) -> None:
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, {"fjord": stopped(A_WHILE_AGO, 1)})
    given_sessions(accounts, {})

    actions.judge_use(AS_OF)

    assert Signal.objects.count() == 0


def test_key_events_that_nobody_does_any_more_open_a_signal(workspace: Any) -> None:
    actions.choose_activity(Choices(false_share=0.1, key_events=("Shared",)), by=given_member())
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, event=lambda name, day: "Opened" if name == "fjord" and day >= A_WHILE_AGO else "Shared")

    actions.judge_use(AS_OF)

    signal = Signal.objects.get()
    assert signal.account_id == accounts["fjord"].pk
    assert signal.evidence["leading"] == "events"
    assert [each["name"] for each in signal.evidence["faded_events"]] == ["Shared"]
    assert "Missed most: Shared." in queries.explain(signal.evidence).details


def test_without_key_events_any_event_will_do(workspace: Any) -> None:
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, event=lambda name, day: "Opened" if name == "fjord" and day >= A_WHILE_AGO else "Shared")

    actions.judge_use(AS_OF)

    assert Signal.objects.count() == 0


@pytest.mark.parametrize(("seats", "opened"), [((6, 3), 0), ((6, 6), 1), ((60, 30), 1)])
def test_seats_given_up_are_not_missed(workspace: Any, seats: tuple[int, int], opened: int) -> None:
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, {"fjord": stopped(A_WHILE_AGO, 3)})
    for day, count in ((AS_OF - timedelta(days=DAYS), seats[0]), (A_WHILE_AGO, seats[1])):
        at = datetime.combine(day, time(1), UTC)
        customer_actions.set_account_traits(accounts["fjord"].pk, {"seats": count}, source="test", at=at)

    actions.judge_use(AS_OF)

    assert Signal.objects.count() == opened


def test_others_learn_of_it_by_a_trait(workspace: Any) -> None:
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, {"fjord": stopped(A_WHILE_AGO, 5)})

    actions.judge_use(AS_OF)

    facts = customers.account_facts(["activity"])
    said = dict(zip(facts["external_id"].to_pylist(), facts["activity"].to_pylist(), strict=True))
    assert said["fjord"] == "declining"
    assert {said[name] for name in STEADY} == {"normal"}
    assert actions.tell_verdicts() == 0


def test_the_signal_says_how_sure_it_is_and_since_when(workspace: Any) -> None:
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, {"fjord": stopped(A_WHILE_AGO, 5)})

    actions.judge_use(AS_OF)

    signal = Signal.objects.get()
    assert signal.confidence == signal.evidence["confidence"] > 0.99
    assert abs((date.fromisoformat(signal.evidence["since"]) - A_WHILE_AGO).days) <= 3
    assert signal.evidence["at_stake"] is None
    assert signal.evidence["false_share"] == 0.1


def test_minutes_and_events_have_a_band_of_their_own(workspace: Any) -> None:
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts)
    given_sessions(accounts, {"fjord": lambda day: 0.2 if day >= A_WHILE_AGO else 1.0})

    actions.judge_use(AS_OF)

    for name, is_low in (("fjord", True), ("steady-3", False)):
        weeks = queries.usage_weeks(accounts[name].pk, NIGHT)
        assert len(weeks) == 16
        last, before = weeks[-1], weeks[-5]
        assert before.minutes_low < before.minutes < before.minutes_high
        assert before.events_low < before.events < before.events_high
        assert (last.minutes < last.minutes_low) == is_low
        assert last.events_low < last.events < last.events_high
        assert last.minutes_expected == pytest.approx(30 * last.expected, rel=0.2)


def test_each_series_has_its_chart_and_minutes_only_where_they_are_counted(workspace: Any) -> None:
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts)
    fjord = accounts["fjord"].pk
    actions.judge_use(AS_OF)

    assert queries.series_of_use(fjord) == ((Series.PEOPLE, "Days of use"), (Series.EVENTS, "Events"))

    given_sessions(accounts, {})
    UsePass.objects.all().delete()
    actions.judge_use(AS_OF)

    assert [series for series, _name in queries.series_of_use(fjord)] == list(Series)
    for series, unit in (
        (Series.PEOPLE, "Days of use a week"),
        (Series.EVENTS, "Events a week"),
        (Series.MINUTES, "Minutes a week"),
    ):
        chart = queries.usage_chart(fjord, NIGHT, series=series)
        assert chart.spec["layer"][0]["encoding"]["y"]["title"] == unit
        assert chart.columns[2:] == ("Expected", "Expected range")
        assert "–" not in chart.rows[-1][2]
        assert chart.description.endswith("were to be expected.")


def test_key_events_are_what_the_chart_of_events_shows(workspace: Any) -> None:
    actions.choose_activity(Choices(false_share=0.1, key_events=("Shared",)), by=given_member())
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, event=lambda name, day: "Opened" if name == "fjord" and day >= A_WHILE_AGO else "Shared")

    actions.judge_use(AS_OF)

    last = queries.usage_weeks(accounts["fjord"].pk, NIGHT)[-1]
    assert (last.events, last.actual > 15) == (0, True)
    assert last.events_low > 0
