"""One open signal per account and reason: opening, refreshing, closing, snoozing, assigning, listing."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tenure.customers import actions as customers
from tenure.kernel import jobs, tenancy
from tenure.signals import actions, queries
from tenure.signals.announcements import SignalAssigned, SignalClosed, SignalOpened, SignalSnoozed
from tenure.signals.errors import SignalAlreadyClosed, SignalStillOpen, SignalUnknown, SnoozeInThePast
from tenure.signals.models import Signal
from tenure.signals.types import (
    CloseReason,
    FalseReason,
    Outcome,
    Severity,
    SignalFilter,
    SignalOrder,
    SignalStatus,
)
from tenure.workspaces import queries as workspaces
from tests.given import given_member, given_workspace
from tests.signals.given import NOON, finding, given_account, given_signal


@pytest.fixture(autouse=True)
def noon(at: Any) -> None:
    at(NOON)


def test_opens_for_the_owner_of_the_account_and_says_so(workspace, heard):
    account, ada = given_account(), given_member()
    customers.assign_owner(account.pk, ada, by=ada)
    heard.clear()

    signal = given_signal(account, 0.8)

    assert (signal.status, signal.owner_id, signal.severity, signal.evidence) == ("open", ada.pk, 0.8, {"percent": 62})
    assert signal.opened_at == signal.refreshed_at == NOON
    assert heard == [
        SignalOpened(
            workspace_id=workspace.pk,
            at=NOON,
            account_id=account.pk,
            signal_id=signal.pk,
            signal_kind="activity_decline",
            severity=0.8,
            owner_id=ada.pk,
            summary={"percent": 62},
        )
    ]


def test_brings_the_open_one_up_to_date_quietly(workspace, heard, at):
    account = given_account()
    first = given_signal(account)
    heard.clear()
    at(NOON + timedelta(days=1))

    done = actions.open_signals([finding(account, 0.9, evidence={"percent": 71})])

    assert (done.opened, done.refreshed) == ((), (first.pk,))
    again = Signal.objects.get()
    assert (again.severity, again.evidence, again.refreshed_times) == (0.9, {"percent": 71}, 1)
    assert (again.opened_at, again.refreshed_at) == (NOON, NOON + timedelta(days=1))
    assert heard == []


def test_keeps_other_kinds_reasons_and_accounts_apart(workspace):
    fjord, kestrel = given_account(), given_account("kestrel")

    done = actions.open_signals(
        [
            finding(fjord),
            finding(fjord, reason_key="topic:export"),
            finding(fjord, kind="repeated_question"),
            finding(kestrel),
            finding(kestrel, 0.7),
        ]
    )

    assert len(done.opened) == 4
    assert queries.live_signals("activity_decline")[kestrel.pk].severity == 0.7


def test_opens_anew_after_the_last_was_closed(workspace):
    account, ada = given_account(), given_member()
    closed = actions.close_signal(given_signal(account), outcome=Outcome.TRUE_ALARM, by=ada)

    again = given_signal(account)

    assert again.pk != closed.pk
    assert [s.pk for s in queries.signals_of(account.pk)] == [again.pk, closed.pk]


def test_opens_nothing_for_no_findings(workspace, heard):
    assert actions.open_signals([]).opened == ()
    assert heard == []


def test_database_itself_allows_one_open_signal_per_reason(workspace):
    signal = given_signal()

    with pytest.raises(IntegrityError), transaction.atomic():
        Signal.objects.create(
            account_id=signal.account_id,
            kind=signal.kind,
            status="snoozed",
            severity=0.1,
            evidence={},
            opened_at=NOON,
            refreshed_at=NOON,
        )


def test_one_signal_can_be_opened_alone(workspace):
    account = given_account()

    signal = actions.open_signal(account.pk, "misuse", severity=0.2, evidence={"logins": 9}, reason_key="shared")

    assert (signal.kind, signal.reason_key, signal.evidence) == ("misuse", "shared", {"logins": 9})


def test_closes_with_what_there_was_to_it(workspace, heard):
    ada, signal = given_member(), given_signal()
    heard.clear()

    closed = actions.close_signal(signal, outcome=Outcome.FALSE_ALARM, by=ada, note="On holiday")

    assert (closed.status, closed.outcome, closed.closed_at, closed.closed_by, closed.note) == (
        "closed",
        "false_alarm",
        NOON,
        ada,
        "On holiday",
    )
    assert heard == [
        SignalClosed(
            workspace_id=workspace.pk,
            at=NOON,
            account_id=signal.account_id,
            signal_id=signal.pk,
            signal_kind="activity_decline",
            reason="member",
            outcome="false_alarm",
            closed_by_id=ada.pk,
        )
    ]


def test_refuses_to_change_a_closed_one_and_stays_quiet(workspace, heard):
    ada = given_member()
    signal = actions.close_signal(given_signal(), outcome=Outcome.TRUE_ALARM, by=ada)
    heard.clear()

    for attempt in (
        lambda: actions.close_signal(signal, outcome=Outcome.FALSE_ALARM, by=ada),
        lambda: actions.snooze_signal(signal, until=NOON + timedelta(days=1), by=ada),
        lambda: actions.assign_signal(signal, owner=ada, by=ada),
        lambda: actions.wake_signal(signal, by=ada),
    ):
        with pytest.raises(SignalAlreadyClosed):
            attempt()

    assert queries.signal(signal.pk).outcome == "true_alarm"
    assert heard == []


def test_closing_can_be_taken_back(workspace, heard):
    ada, signal = given_member(), given_signal()
    actions.close_signal(signal, outcome=Outcome.FALSE_ALARM, by=ada, note="oops")
    heard.clear()

    back = actions.reopen_signal(signal, by=ada)

    assert (back.status, back.outcome, back.closed_at, back.note) == ("open", "", None, "")
    assert [type(a) for a in heard] == [SignalOpened]
    with pytest.raises(SignalStillOpen):
        actions.reopen_signal(signal, by=ada)


def test_closing_cannot_be_taken_back_past_a_newer_one(workspace):
    ada, account = given_member(), given_account()
    old = actions.close_signal(given_signal(account), outcome=Outcome.FALSE_ALARM, by=ada)
    given_signal(account)

    with pytest.raises(SignalStillOpen):
        actions.reopen_signal(old, by=ada)


def test_what_passed_by_itself_closes_without_an_outcome(workspace, heard):
    fjord, kestrel = given_signal(), given_signal(given_account("kestrel"))
    heard.clear()

    assert actions.close_signals([fjord.pk, kestrel.pk], reason=CloseReason.PASSED) == 2
    assert actions.close_signals([fjord.pk, kestrel.pk], reason=CloseReason.PASSED) == 0

    assert {(s.close_reason, s.outcome) for s in Signal.objects.all()} == {("passed", "")}
    assert [(type(a), a.reason, a.outcome) for a in heard] == [(SignalClosed, "passed", "")] * 2


def test_churn_makes_it_a_true_alarm(workspace):
    signal = given_signal()

    actions.close_signals([signal.pk], reason=CloseReason.CHURNED)

    assert queries.signal(signal.pk).outcome == "true_alarm"


def test_outcome_can_be_said_later_but_not_of_an_open_one(workspace):
    ada, signal = given_member(), given_signal()
    with pytest.raises(SignalStillOpen):
        actions.record_outcome(signal, outcome=Outcome.FALSE_ALARM, by=ada)
    actions.close_signals([signal.pk], reason=CloseReason.PASSED)

    assert actions.record_outcome(signal, outcome=Outcome.FALSE_ALARM, by=ada).outcome == "false_alarm"


def test_snoozed_comes_back_by_itself_when_its_time_has_come(workspace, heard, at):
    ada, signal = given_member(), given_signal()
    heard.clear()
    until = NOON + timedelta(days=7)

    actions.snooze_signal(signal, until=until, by=ada)

    assert list(queries.open_signals()) == []
    assert [type(a) for a in heard] == [SignalSnoozed]
    with tenancy.scope(given_workspace("Other").pk):
        assert jobs.run_stage("signals.wake", until - timedelta(seconds=1)) == 0
        assert jobs.run_stage("signals.wake", until) == 1
    assert [s.pk for s in queries.open_signals()] == [signal.pk]


def test_snoozed_is_brought_up_to_date_and_stays_snoozed(workspace):
    ada, account = given_member(), given_account()
    actions.snooze_signal(given_signal(account), until=NOON + timedelta(days=7), by=ada)

    actions.open_signals([finding(account, 0.59)])

    signal = Signal.objects.get()
    assert (signal.status, signal.severity) == ("snoozed", 0.59)


def test_cannot_be_snoozed_into_the_past(workspace, heard):
    ada, signal = given_member(), given_signal()
    heard.clear()

    with pytest.raises(SnoozeInThePast):
        actions.snooze_signal(signal, until=NOON, by=ada)

    assert queries.signal(signal.pk).status == "open"
    assert heard == []


def test_wakes_before_its_time_when_asked(workspace):
    ada, signal = given_member(), given_signal()
    actions.snooze_signal(signal, until=NOON + timedelta(days=7), by=ada)

    woken = actions.wake_signal(signal, by=ada)

    assert (woken.status, woken.snoozed_until, woken.snoozed_by) == ("open", None, None)


def test_becomes_somebody_elses_once(workspace, heard):
    ada, ben, signal = given_member(), given_member("Ben"), given_signal()
    heard.clear()

    actions.assign_signal(signal, owner=ben, by=ada)
    actions.assign_signal(signal, owner=ben, by=ada)

    assert queries.signal(signal.pk).owner == ben
    assert [(type(a), a.owner_id, a.assigned_by_id) for a in heard] == [(SignalAssigned, ben.pk, ada.pk)]


def test_list_has_the_most_severe_first_and_filters(workspace):
    ada = given_member()
    mild = given_signal(given_account("mild"), 0.1)
    grave = given_signal(given_account("grave"), 0.95)
    middling = given_signal(given_account("middling"), 0.5)
    actions.assign_signal(middling, owner=ada, by=ada)
    actions.snooze_signal(mild, until=NOON + timedelta(days=1), by=ada)

    def found(order: SignalOrder = SignalOrder.SEVERITY, **wanted: Any) -> list[int]:
        return [s.pk for s in queries.signals_matching(SignalFilter(**wanted), order)]

    assert found() == [grave.pk, middling.pk]
    assert found(status=None) == [grave.pk, middling.pk, mild.pk]
    assert found(status=None, order=SignalOrder.OLDEST) == [mild.pk, grave.pk, middling.pk]
    assert found(status=None, order=SignalOrder.NEWEST) == [middling.pk, grave.pk, mild.pk]
    assert found(status=SignalStatus.SNOOZED) == [mild.pk]
    assert found(severity=Severity.RISK) == [grave.pk]
    assert found(severity=Severity.WATCH) == [middling.pk]
    assert found(severity=Severity.INFO, status=None) == [mild.pk]
    assert found(owner_id=ada.pk) == [middling.pk]
    assert found(unowned=True) == [grave.pk]
    assert found(account_name="GRA") == [grave.pk]
    assert found(account_id=grave.account_id) == [grave.pk]
    assert found(kind="misuse") == []
    assert found(opened_since=NOON + timedelta(seconds=1)) == []


def test_counts_add_up(workspace):
    ada = given_member()
    actions.assign_signal(given_signal(given_account("a"), 0.9), owner=ada, by=ada)
    given_signal(given_account("b"), 0.5, kind="misuse")
    actions.close_signal(given_signal(given_account("c")), outcome=Outcome.TRUE_ALARM, by=ada)
    actions.snooze_signal(given_signal(given_account("d")), until=NOON + timedelta(days=1), by=ada)

    counted = queries.counts()

    assert (counted.open, counted.snoozed, counted.closed, counted.unowned) == (2, 1, 1, 1)
    assert counted.open_by_kind == {"activity_decline": 1, "misuse": 1}
    assert counted.open_by_severity == {Severity.INFO: 0, Severity.WATCH: 1, Severity.RISK: 1}
    assert queries.counts(owner_id=ada.pk).open == 1


def test_counts_open_ones_by_account(workspace):
    signal = given_signal()
    other = given_account("kestrel")

    assert queries.open_counts([signal.account_id, other.pk]) == {signal.account_id: 1}


def test_tells_how_a_kind_has_done(workspace):
    ada = given_member()
    for n, outcome in enumerate([Outcome.TRUE_ALARM, Outcome.TRUE_ALARM, Outcome.FALSE_ALARM]):
        actions.close_signal(given_signal(given_account(f"a{n}")), outcome=outcome, by=ada)
    actions.close_signals([given_signal(given_account("passed")).pk], reason=CloseReason.PASSED)
    given_signal(given_account("open"))

    record = queries.track_record("activity_decline")

    assert (record.true_alarms, record.false_alarms, record.unsaid) == (2, 1, 1)
    assert record.precision == pytest.approx(2 / 3)
    assert queries.track_record("misuse").precision is None


def test_knows_when_a_member_last_judged_an_account(workspace):
    ada = given_member()
    judged = actions.close_signal(given_signal(), outcome=Outcome.TRUE_ALARM, by=ada)
    actions.close_signals([given_signal(given_account("passed")).pk], reason=CloseReason.PASSED)

    assert queries.last_judged("activity_decline", NOON - timedelta(days=1)) == {judged.account_id: NOON}
    assert queries.last_judged("activity_decline", NOON + timedelta(days=1)) == {}


def test_of_another_workspace_is_unknown(workspace):
    signal = given_signal()

    with tenancy.scope(given_workspace("Other").pk), pytest.raises(SignalUnknown):
        queries.signal(signal.pk)


def test_what_is_done_to_one_is_written_down(workspace):
    ada, signal = given_member(), given_signal()
    actions.close_signals([signal.pk], reason=CloseReason.PASSED)

    actions.record_outcome(signal, outcome=Outcome.FALSE_ALARM, false_reason=FalseReason.SEASON, by=ada)
    actions.record_outcome(signal, outcome=Outcome.TRUE_ALARM, by=ada)
    actions.reopen_signal(signal, by=ada)
    actions.snooze_signal(signal, until=NOON + timedelta(days=7), by=ada)
    actions.wake_signal(signal, by=ada)

    about = {"signal_id": signal.pk}
    found = workspaces.audit_trail().order_by("pk").values_list("action", "member_id", "subject", "details")
    assert [(a, d) for a, by, on, d in found if by == ada.pk and on == str(signal.account)] == [
        ("signals.judge", {**about, "outcome": "false_alarm", "false_reason": "season", "before": ""}),
        ("signals.judge", {**about, "outcome": "true_alarm", "false_reason": "", "before": "false_alarm"}),
        ("signals.reopen", about),
        ("signals.wake", about),
    ]
