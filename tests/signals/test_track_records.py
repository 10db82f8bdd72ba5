"""How kinds of signals have done: in all, by month, and why there was nothing to false alarms."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tenure.signals import actions, queries
from tenure.signals.registry import register_rules, rule_of, signal_rules
from tenure.signals.types import (
    CloseReason,
    Explanation,
    FalseReason,
    Outcome,
    SignalFilter,
    SignalRule,
    SignalStatus,
)
from tests.given import given_member
from tests.signals.given import NOON, finding, given_account, given_signal


def given_judged(at: Any, month: int, outcome: Outcome | None, *, by: Any, reason: FalseReason | None = None) -> None:
    at(datetime(2026, month, 15, tzinfo=UTC))
    signal = given_signal(given_account(f"{month}-{outcome}-{reason}"))
    if outcome is None:
        actions.close_signals([signal.pk], reason=CloseReason.PASSED)
    else:
        actions.close_signal(signal, outcome=outcome, false_reason=reason, by=by)


def test_tells_precision_with_its_interval_and_what_nobody_said(workspace, at):
    ada = given_member()
    given_judged(at, 1, Outcome.TRUE_ALARM, by=ada)
    given_judged(at, 2, Outcome.TRUE_ALARM, by=ada)
    given_judged(at, 2, Outcome.FALSE_ALARM, by=ada, reason=FalseReason.SEASON)
    given_judged(at, 3, Outcome.FALSE_ALARM, by=ada)
    given_judged(at, 3, None, by=ada)

    record = queries.track_record("activity_decline")

    assert (record.true_alarms, record.false_alarms, record.unsaid, record.judged) == (2, 2, 1, 4)
    assert record.precision == 0.5
    # Wilson 1927 by hand: centre ½, half z/(1+z²/4)·sqrt(1/16+z²/64), z = 1.95996.
    assert record.interval.low == pytest.approx(0.15003899, abs=1e-6)
    assert record.interval.high == pytest.approx(0.84996101, abs=1e-6)
    assert record.unsaid_share == 0.2
    assert record.false_reasons == {FalseReason.SEASON: 1}


def test_tells_it_by_the_month_they_closed_in_with_empty_months(workspace, at):
    ada = given_member()
    given_judged(at, 1, Outcome.TRUE_ALARM, by=ada)
    given_judged(at, 3, Outcome.FALSE_ALARM, by=ada, reason=FalseReason.AGREED)
    given_judged(at, 3, None, by=ada)

    found = queries.record_by_month("activity_decline", since=date(2025, 12, 9), until=date(2026, 3, 20))

    assert [(m.month, m.record.true_alarms, m.record.false_alarms, m.record.unsaid) for m in found] == [
        (date(2025, 12, 1), 0, 0, 0),
        (date(2026, 1, 1), 1, 0, 0),
        (date(2026, 2, 1), 0, 0, 0),
        (date(2026, 3, 1), 0, 1, 1),
    ]


def test_months_are_those_of_utc_wherever_the_reader_is(workspace, at):
    at(datetime(2026, 1, 31, 20, tzinfo=UTC))
    actions.close_signal(given_signal(), outcome=Outcome.TRUE_ALARM, by=given_member())

    with timezone.override(ZoneInfo("Asia/Shanghai")):
        found = queries.record_by_month("activity_decline", since=date(2026, 1, 1), until=date(2026, 1, 31))

    assert [(m.month, m.record.true_alarms) for m in found] == [(date(2026, 1, 1), 1)]


def test_says_nothing_of_a_kind_that_never_was(workspace):
    record = queries.track_record("misuse")

    assert (record.precision, record.interval.value, record.unsaid_share) == (None, None, None)


@pytest.mark.parametrize("seed", range(4))
def test_precision_is_what_counting_by_hand_comes_to(workspace, at, seed):
    """Whatever is done to signals in whatever order; what was last said of each is remembered beside the database."""
    draw, ada = random.Random(seed), given_member()
    said: dict[int, str] = {}
    for number in range(30):
        opened = NOON + timedelta(days=number)
        at(opened)
        signal = given_signal(given_account(f"a{number}"), kind=draw.choice(["fading", "misuse"]))
        kind, pk = signal.kind, signal.pk
        at(opened + timedelta(days=5))
        way = draw.choice(["member", "passed", "churned", "open"])
        if way == "member":
            outcome = draw.choice(list(Outcome))
            actions.close_signal(signal, outcome=outcome, by=ada)
            said[pk] = outcome.value
        elif way == "passed":
            actions.close_signals([pk], reason=CloseReason.PASSED)
            said[pk] = "unsaid"
        elif way == "churned":
            days = draw.choice([-3, 0, 3])
            actions.close_churned(kind, {signal.account_id: opened + timedelta(days=days)})
            said[pk] = "true_alarm" if days > 0 else "nothing"
        if pk in said and draw.random() < 0.3:
            outcome = draw.choice(list(Outcome))
            actions.record_outcome(queries.signal(pk), outcome=outcome, by=ada)
            said[pk] = outcome.value
        if pk in said and draw.random() < 0.2:
            actions.reopen_signal(queries.signal(pk), by=ada)
            del said[pk]

    kinds = {pk: queries.signal(pk).kind for pk in said}
    for kind in ("fading", "misuse"):
        words = [word for pk, word in said.items() if kinds[pk] == kind]
        right, wrong, unsaid = (words.count(each) for each in ("true_alarm", "false_alarm", "unsaid"))
        record = queries.track_record(kind)
        months = queries.record_by_month(kind, since=date(2026, 3, 1), until=date(2026, 5, 1))
        waiting = queries.signals_matching(SignalFilter(status=SignalStatus.CLOSED, kind=kind, is_unsaid=True))
        assert (record.true_alarms, record.false_alarms, record.unsaid) == (right, wrong, unsaid)
        assert record.precision == (right / (right + wrong) if right + wrong else None)
        assert sum(m.record.judged for m in months) == right + wrong
        assert waiting.count() == unsaid


def test_a_churn_is_a_hit_only_for_what_was_there_before_it(workspace, at):
    at(NOON)
    early, late = given_signal(given_account("early")), given_signal(given_account("late"))

    churned = {early.account_id: NOON + timedelta(seconds=1), late.account_id: NOON}
    assert actions.close_churned("activity_decline", churned) == 2

    assert [(s.close_reason, s.outcome) for s in (queries.signal(early.pk), queries.signal(late.pk))] == [
        ("churned", "true_alarm"),
        ("too_late", ""),
    ]
    assert actions.close_churned("activity_decline", churned) == 0


def test_how_severe_it_was_at_first_is_kept(workspace, at):
    at(NOON)
    account = given_account()
    signal = given_signal(account, 0.4)

    actions.open_signals([finding(account, 0.9)])

    found = queries.signal(signal.pk)
    assert (found.severity, found.first_severity) == (0.9, 0.4)


def test_rules_are_known_by_kind_and_gone_ones_keep_their_name(workspace):
    rule = SignalRule(
        kind="shared_login",
        name=lambda: "Shared login",
        definition=lambda: ("Many people behind one login.",),
        explain=lambda evidence: Explanation(headline=f"{evidence['people']} people behind one login"),
    )
    register_rules("tests", lambda: [rule])
    try:
        assert rule in signal_rules()
        assert rule_of("shared_login").explain({"people": 9}).headline == "9 people behind one login"
    finally:
        register_rules("tests", list)
    assert rule_of("shared_login").name() == "Shared login"
    assert rule_of("shared_login").explain({}).headline == "Shared login"


def test_counts_what_is_there_of_each_kind(workspace, at):
    at(NOON)
    given_signal(given_account("a"))
    given_signal(given_account("b"), kind="misuse")
    actions.snooze_signal(
        given_signal(given_account("c"), kind="misuse"), until=datetime(2026, 4, 1, tzinfo=UTC), by=given_member()
    )

    found = queries.counts_by_kind(opened_since=NOON)

    assert {kind: (c.open, c.snoozed, c.opened_lately) for kind, c in found.items()} == {
        "activity_decline": (1, 0, 1),
        "misuse": (1, 1, 2),
    }
