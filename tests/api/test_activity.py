"""Activity churn through the API: choices, what stands of accounts, and past alarms."""

from datetime import timedelta

import pytest

from tenure.activity import actions, queries
from tenure.activity.types import Choices
from tests.activity.given import AS_OF, NIGHT, given_accounts, given_sessions, given_use, stopped

STEADY = [f"steady-{n}" for n in range(24)]


@pytest.fixture(autouse=True)
def night(at, workspace):
    at(NIGHT)


def test_choices_are_read_and_put_as_values_or_as_text(api):
    assert api.get("/activity/choices").json == {
        "false_share": 0.1, "key_events": [], "text": "false_signals: 10%\nkey_events: []\n",
    }  # fmt: skip

    by_value = api.post("/activity/choices", {"key_events": ["Shared"]}, method="put")
    by_text = api.post("/activity/choices", {"text": by_value.json["text"].replace("10%", "5%")}, method="put")

    assert (by_value.json["false_share"], by_value.json["key_events"]) == (0.1, ["Shared"])
    assert by_text.json["false_share"] == 0.05
    assert queries.choices() == Choices(false_share=0.05, key_events=("Shared",))


def test_keeps_no_halves_of_characters(api):
    by_value = api.post("/activity/choices", {"key_events": ["Sha\ud800red", "\ud800"]}, method="put")
    by_text = api.post("/activity/choices", {"text": 'key_events: ["Sha\\ud800red", "\\0"]'}, method="put")

    assert by_value.json["key_events"] == by_text.json["key_events"] == ["Shared"]


def test_refuses_choices_that_cannot_be_meant(api):
    for wrong in ({"false_share": 0.9}, {"text": "false_signals: lots"}, {"key_events": ["x" * 256]}):
        assert api.post("/activity/choices", wrong, method="put").status == 422

    assert queries.choices() == Choices(false_share=0.1)


def test_lists_past_alarms_and_says_what_stands(api):
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, {"fjord": stopped(AS_OF - timedelta(days=9), 6)})
    fjord = accounts["fjord"].pk
    assert api.get(f"/activity/{fjord}").status == 404
    actions.judge_use(AS_OF)

    first = (AS_OF - timedelta(days=6)).isoformat()
    found = api.get(f"/activity/past-alarms?first={first}&last={AS_OF.isoformat()}").json["items"]

    assert [(a["account_id"], a["leading"], a["ratio"], a["passed_on"]) for a in found] == [(fjord, "people", 0, None)]
    stands = api.get(f"/activity/{fjord}").json
    assert (stands["verdict"], stands["ratio"], stands["judged_on"]) == ("declining", 0, AS_OF.isoformat())
    assert api.get(f"/activity/{accounts['steady-0'].pk}").json["verdict"] == "normal"


def test_refuses_days_that_are_not_over_or_too_many(api):
    old = ("last=0001-01-01", "first=0001-01-01&last=0001-01-05")
    for asked in ("first=2025-01-01", f"last={NIGHT.date()}", "first=2026-03-01&last=2026-02-01", *old):
        assert api.get(f"/activity/past-alarms?{asked}").status == 422


def test_weeks_have_what_is_to_be_expected_of_each_series(api):
    accounts = given_accounts(STEADY)
    given_use(accounts)
    given_sessions(accounts, {})
    actions.judge_use(AS_OF)

    weeks = api.get(f"/accounts/{accounts['steady-1'].pk}/use/weeks").json["items"]

    assert len(weeks) == 16
    last = weeks[-1]
    assert last["ends"] == AS_OF.isoformat()
    for seen, low, high in (
        ("actual", "low", "high"),
        ("events", "events_low", "events_high"),
        ("minutes", "minutes_low", "minutes_high"),
    ):
        assert 0 < last[low] < last[seen] < last[high]
