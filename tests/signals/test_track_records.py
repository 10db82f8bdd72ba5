"""How kinds of signals have done: in all, by month, and why there was nothing to false alarms."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tenure.signals import actions, queries
from tenure.signals.registry import register_rules, rule_of, signal_rules
from tenure.signals.types import CloseReason, Explanation, FalseReason, Outcome, SignalRule
from tests.given import given_member
from tests.signals.given import NOON, given_account, given_signal


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
