"""Judging use: what opens, refreshes and closes decline signals, on a real lake and database."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tenure.activity import actions, queries
from tenure.activity.models import UsePass, UseStanding
from tenure.activity.types import ACTIVITY_DECLINE
from tenure.billing import actions as billing
from tenure.customers.actions import resolve_calls
from tenure.customers.announcements import AccountTraitsChanged
from tenure.customers.types import Call, CallKind
from tenure.kernel import jobs, tenancy
from tenure.signals import actions as signals
from tenure.signals import queries as signal_queries
from tenure.signals.announcements import SignalClosed, SignalOpened
from tenure.signals.models import Signal
from tenure.signals.types import Outcome
from tenure.stats.decline import Verdict
from tests.activity.given import AS_OF, DAYS, NIGHT, given_accounts, given_use, micros, people_of, since, stopped
from tests.billing.telling import state
from tests.given import given_member, given_workspace

STEADY = [f"steady-{n}" for n in range(24)]
A_WHILE_AGO = AS_OF - timedelta(days=13)


@pytest.fixture(autouse=True)
def night(at: Any) -> Any:
    at(NIGHT)
    return at


def verdicts() -> dict[str, str]:
    return dict(UseStanding.objects.values_list("account__external_id", "verdict"))


def open_names() -> set[str]:
    return {s.account.external_id or "" for s in signal_queries.open_signals(kind=ACTIVITY_DECLINE)}


def test_opens_a_signal_for_a_team_that_fades_and_says_why(workspace: Any, heard: list[Any]) -> None:
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, {"fjord": stopped(A_WHILE_AGO, 4)})
    heard.clear()

    found = actions.judge_use(AS_OF)

    assert (found.accounts, found.opened, found.declining) == (25, 1, 1)
    signal = Signal.objects.get()
    evidence = signal.evidence
    assert signal.account_id == accounts["fjord"].pk
    assert 50 <= evidence["percent"] <= 80
    assert abs((date.fromisoformat(evidence["since"]) - A_WHILE_AGO).days) <= 3
    assert (evidence["regular_people"], evidence["stopped_people"]) == (6, 4)
    assert set(evidence["stopped_person_ids"]) == set(people_of(accounts["fjord"])[:4])
    assert len(evidence["weeks"]) == 16
    assert evidence["weeks"][0]["low"] < evidence["weeks"][0]["actual"] < evidence["weeks"][0]["high"]
    assert evidence["weeks"][-1]["actual"] < evidence["weeks"][-1]["low"]
    assert [type(a) for a in heard] == [SignalOpened, AccountTraitsChanged]
    told = ("percent", "since", "leading", "regular_people", "stopped_people")
    assert heard[0].summary == {key: evidence[key] for key in told}
    assert verdicts()["fjord"] == "declining"
    assert {verdicts()[name] for name in STEADY} == {"normal"}


def test_says_what_the_account_pays(workspace: Any) -> None:
    accounts = given_accounts(["fjord", "pine", *STEADY])
    given_use(accounts, {"fjord": stopped(A_WHILE_AGO, 4), "pine": stopped(A_WHILE_AGO, 4)})
    billing.record_subscription_states([state(account="fjord", amount=240_000, started_at=NIGHT - timedelta(days=300))])

    actions.judge_use(AS_OF)

    fjord, pine = (Signal.objects.get(account=accounts[name]) for name in ("fjord", "pine"))
    assert fjord.evidence["at_stake"] == {"amount": 240_000, "currency": "USD"}
    assert (fjord.amount_minor, fjord.currency) == (240_000, "USD")
    assert (pine.evidence["at_stake"], pine.amount_minor) == (None, None)


def test_one_absent_person_opens_nothing(workspace: Any) -> None:
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, {"fjord": stopped(A_WHILE_AGO, 1)})

    actions.judge_use(AS_OF)

    assert Signal.objects.count() == 0
    assert verdicts()["fjord"] == "normal"


def test_a_holiday_for_all_opens_nothing(workspace: Any) -> None:
    accounts = given_accounts(STEADY)
    given_use(accounts, everybody=lambda day: 0.3 if day > AS_OF - timedelta(days=9) else 1.0)

    actions.judge_use(AS_OF)

    assert Signal.objects.count() == 0


def test_a_holiday_of_one_time_zone_opens_nothing_and_the_chart_knows(workspace: Any) -> None:
    names = [f"shop-{n}" for n in range(8)]
    there = given_accounts(names, time_zone="Asia/Taipei")
    holiday = since(AS_OF - timedelta(days=8), 0.05)
    given_use(there | given_accounts(STEADY, time_zone="Europe/Paris"), dict.fromkeys(names, holiday))

    actions.judge_use(AS_OF)

    assert Signal.objects.count() == 0
    assert set(UseStanding.objects.values_list("time_zone", flat=True)) == {"Asia/Taipei", "Europe/Paris"}
    quiet, usual = (queries.usage_weeks(there["shop-1"].pk, NIGHT)[n].expected for n in (-1, -3))
    assert quiet < usual / 2


def test_new_accounts_are_not_judged(workspace: Any) -> None:
    accounts = given_accounts(["fjord", *STEADY])
    given_use(
        accounts,
        {"fjord": lambda person, day: float(AS_OF - timedelta(days=40) <= day < AS_OF - timedelta(days=7))},
    )

    actions.judge_use(AS_OF)

    assert verdicts()["fjord"] == "too_little_history"
    assert queries.standing_of(accounts["fjord"].pk).ratio is None
    assert Signal.objects.count() == 0


def test_judges_a_day_once(workspace: Any) -> None:
    given_use(given_accounts(STEADY))

    assert actions.judge_use(AS_OF) is not None
    assert actions.judge_use(AS_OF) is None
    assert UsePass.objects.count() == 1


def test_waits_until_there_is_anything_to_judge(workspace: Any) -> None:
    assert actions.judge_use(AS_OF) is None
    assert UsePass.objects.count() == 0


def test_brings_the_open_signal_up_to_date_and_keeps_its_usual(workspace: Any, heard: list[Any], night: Any) -> None:
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, {"fjord": stopped(A_WHILE_AGO, 4)})
    actions.judge_use(AS_OF)
    first = Signal.objects.get()
    heard.clear()
    later = AS_OF + timedelta(days=10)
    night(NIGHT + timedelta(days=10))
    given_use(accounts, {"fjord": stopped(AS_OF, 6)}, until=later, days=10, seed=8)

    found = actions.judge_use(later)

    again = Signal.objects.get()
    assert (found.opened, found.refreshed, found.recovered) == (0, 1, 0)
    assert again.evidence["usual"] == first.evidence["usual"]
    assert again.evidence["since"] == first.evidence["since"]
    assert again.evidence["percent"] > first.evidence["percent"]
    assert (again.severity, again.confidence) == (first.severity, first.confidence)
    assert [a for a in heard if isinstance(a, SignalOpened | SignalClosed)] == []


def test_closes_by_itself_when_they_are_back(workspace: Any, heard: list[Any], night: Any) -> None:
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, {"fjord": stopped(A_WHILE_AGO, 4)})
    actions.judge_use(AS_OF)
    heard.clear()
    later = AS_OF + timedelta(days=15)
    night(NIGHT + timedelta(days=15))
    given_use(accounts, until=later, days=15, seed=8)

    found = actions.judge_use(later)

    closed = Signal.objects.get()
    assert (found.recovered, found.opened) == (1, 0)
    assert (closed.status, closed.close_reason, closed.outcome) == ("closed", "passed", "")
    assert verdicts()["fjord"] == "recovered"
    assert [type(a) for a in heard] == [SignalClosed, AccountTraitsChanged]


def test_closes_as_true_when_the_account_churns(workspace: Any, night: Any) -> None:
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, {"fjord": stopped(A_WHILE_AGO, 4)})
    actions.judge_use(AS_OF)
    later = AS_OF + timedelta(days=2)
    night(NIGHT + timedelta(days=2))
    at = micros(later)
    resolve_calls([Call(CallKind.USE, "fjord-5", None, "fjord", at, at, "sdk", event="Subscription Cancelled")])
    given_use({name: accounts[name] for name in STEADY}, until=later, days=2, seed=8)

    found = actions.judge_use(later)

    closed = Signal.objects.get()
    assert (found.churned, closed.close_reason, closed.outcome) == (1, "churned", "true_alarm")
    assert found.accounts == 24
    assert queries.standing_of(accounts["fjord"].pk) is None


@pytest.mark.parametrize("is_told_late", [False, True])
def test_what_was_opened_after_the_account_churned_is_no_alarm(workspace: Any, night: Any, is_told_late: bool) -> None:
    """It foretold nothing, whether the churn was told before it was opened or only afterwards."""
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, {"fjord": stopped(A_WHILE_AGO, 4)})
    at = micros(AS_OF + timedelta(days=1))
    left = Call(CallKind.USE, "fjord-5", None, "fjord", at, at, "sdk", event="Subscription Cancelled")
    if not is_told_late:
        resolve_calls([left])
    assert actions.judge_use(AS_OF).opened == 1, "it is of the day before"
    if is_told_late:
        resolve_calls([left])
    later = AS_OF + timedelta(days=1)
    night(NIGHT + timedelta(days=1))
    given_use({name: accounts[name] for name in STEADY}, until=later, days=1, seed=8)

    actions.judge_use(later)

    closed = Signal.objects.get()
    assert (closed.status, closed.close_reason, closed.outcome) == ("closed", "too_late", "")
    record = signal_queries.track_record("activity_decline")
    assert (record.judged, record.unsaid) == (0, 0)


def test_starts_anew_after_a_member_closed_it(workspace: Any, night: Any) -> None:
    ada = given_member()
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, {"fjord": since(A_WHILE_AGO, 0.3)})
    actions.judge_use(AS_OF)
    signals.close_signal(Signal.objects.get(), outcome=Outcome.FALSE_ALARM, by=ada)
    for days in (1, 20):
        later = AS_OF + timedelta(days=days)
        night(NIGHT + timedelta(days=days))
        given_use(accounts, {"fjord": lambda person, day: 0.3}, until=later, days=days, seed=days)
        actions.judge_use(later)

    assert open_names() == set()
    assert verdicts()["fjord"] == "too_little_history"


def test_open_signals_of_silent_accounts_stay(workspace: Any, night: Any) -> None:
    """An account without a single event in the whole frame is still looked at."""
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, {"fjord": stopped(A_WHILE_AGO, 6)})
    actions.judge_use(AS_OF)
    later = AS_OF + timedelta(days=DAYS)
    night(NIGHT + timedelta(days=DAYS))
    given_use({name: accounts[name] for name in STEADY}, until=later, days=DAYS, seed=8)

    found = actions.judge_use(later)

    assert found.refreshed == 1
    assert Signal.objects.get().evidence["percent"] == 100


def test_stage_judges_every_workspace_once_a_day(workspace: Any) -> None:
    given_use(given_accounts(STEADY))
    other = given_workspace("Other")
    with tenancy.scope(other.pk):
        given_use(given_accounts(["fjord", *STEADY]), {"fjord": stopped(A_WHILE_AGO, 4)})

    assert jobs.run_stage("activity.judge_use", NIGHT) == 2
    assert jobs.run_stage("activity.judge_use", NIGHT + timedelta(hours=20)) == 0

    assert open_names() == set()
    with tenancy.scope(other.pk):
        assert open_names() == {"fjord"}


def test_last_pass_and_counts_are_kept(workspace: Any) -> None:
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, {"fjord": stopped(A_WHILE_AGO, 4)})
    assert queries.last_pass() is None

    found = actions.judge_use(AS_OF)

    assert queries.last_pass() == found
    assert queries.standing_counts() == {Verdict.NORMAL: 24, Verdict.DECLINING: 1}
    standing = queries.standing_of(accounts["fjord"].pk)
    assert (standing.verdict, standing.judged_on) == (Verdict.DECLINING, AS_OF)
    assert standing.ratio < 0.5


def test_chart_shows_weeks_band_and_signal(workspace: Any) -> None:
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, {"fjord": stopped(A_WHILE_AGO, 4)})
    actions.judge_use(AS_OF)

    chart = queries.usage_chart(accounts["fjord"].pk, NIGHT)
    steady = queries.usage_chart(accounts["steady-1"].pk, NIGHT)

    evidence = Signal.objects.get().evidence
    weeks = queries.usage_weeks(accounts["fjord"].pk, NIGHT)
    assert [(w.ends.isoformat(), w.actual, w.expected) for w in weeks] == [
        (w["ends"], w["actual"], w["expected"]) for w in evidence["weeks"]
    ]
    assert len(chart.rows) == len(steady.rows) == 16
    assert chart.rows[-1][0] == "June 16, 2026"
    texts = [layer["data"]["values"] for layer in chart.spec["layer"] if layer["mark"]["type"] == "rule"]
    assert texts == [[{"day": "2026-06-17", "label": "Signal", "kind": "token:risk"}]]
    assert chart.description.endswith("were to be expected.")


def test_chart_of_a_closed_signal_is_as_things_were_then(workspace: Any, night: Any) -> None:
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, {"fjord": stopped(A_WHILE_AGO, 4)})
    actions.judge_use(AS_OF)
    before = queries.usage_chart(accounts["fjord"].pk, NIGHT)
    later = AS_OF + timedelta(days=15)
    night(NIGHT + timedelta(days=15))
    given_use(accounts, until=later, days=15, seed=8)
    actions.judge_use(later)

    closed = Signal.objects.get()

    assert closed.status == "closed"
    assert [r[:2] for r in queries.usage_chart(accounts["fjord"].pk, NIGHT).rows] == [r[:2] for r in before.rows]
    last = queries.usage_weeks(accounts["fjord"].pk, closed.closed_at)[-1]
    assert last.expected == pytest.approx(sum(closed.evidence["usual"]["people"]), rel=0.25)


def test_chart_of_an_unknown_past_has_no_band(workspace: Any) -> None:
    accounts = given_accounts(["fjord"])

    chart = queries.usage_chart(accounts["fjord"].pk, NIGHT)

    assert chart.description == "No use has been seen in these weeks."
    assert {row[2] for row in chart.rows} == {"–"}


def test_explanation_is_in_words(workspace: Any) -> None:
    evidence = {
        "as_of": "2026-06-16",
        "since": "2026-06-03",
        "window_days": 14,
        "percent": 62,
        "events_percent": 58,
        "expected": 42.4,
        "actual": 16,
        "baseline_days": 84,
        "p_value": 0.00041,
        "regular_people": 6,
        "stopped_people": 4,
        "fading_people": 1,
    }

    said = queries.explain(evidence)

    assert said.headline == "Use fell 62% since June 3"
    assert said.details == (
        "4 of 6 regular people have stopped.",
        "1 of 6 comes at most half as often as usual.",
        "16 days of use in the last 14 days, where 42 were to be expected.",
        "Events fell 58%.",
        "Ordinary ups and downs do this to about 1 account in 2,000.",
    )
    assert queries.headline({"percent": 62, "since": "2025-12-03"}) == "Use fell 62% since December 3"
    assert len(said.how) == 6


def test_every_verdict_has_a_name() -> None:
    assert len({queries.verdict_name(verdict) for verdict in Verdict}) == len(Verdict)


def test_night_is_after_the_day() -> None:
    assert datetime.combine(AS_OF, datetime.min.time(), UTC) + timedelta(days=1, hours=1) < NIGHT
