"""What a member does to many signals at once, and takes back."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from tenure.customers import actions as customers
from tenure.kernel import outbox, tenancy
from tenure.kernel.models import OutboxEntry
from tenure.signals import actions, queries
from tenure.signals.announcements import SignalAssigned, SignalClosed, SignalOpened, SignalSnoozed
from tenure.signals.errors import NothingToTakeBack, SnoozeInThePast
from tenure.signals.models import Signal
from tenure.signals.types import FalseReason, Outcome
from tests.given import given_member, given_workspace
from tests.signals.given import NOON, finding, given_account, given_signal

WEEK = NOON + timedelta(days=7)


@pytest.fixture(autouse=True)
def noon(at: Any) -> None:
    at(NOON)


def given_signals(count: int = 3) -> list[int]:
    return [given_signal(given_account(f"a{n}")).pk for n in range(count)]


def test_closes_them_with_one_outcome_and_leaves_closed_ones_alone(workspace, heard):
    ada, (a, b, c) = given_member(), given_signals()
    actions.close_signal(queries.signal(a), outcome=Outcome.TRUE_ALARM, by=ada)
    heard.clear()

    done = actions.close_many(
        [a, b, c], outcome=Outcome.FALSE_ALARM, false_reason=FalseReason.SEASON, note="Easter", by=ada
    )

    assert done.ids == (b, c)
    assert sorted(Signal.objects.values_list("pk", "status", "outcome", "false_reason", "note")) == [
        (a, "closed", "true_alarm", "", ""),
        (b, "closed", "false_alarm", "season", "Easter"),
        (c, "closed", "false_alarm", "season", "Easter"),
    ]
    assert [(type(x), x.signal_id, x.outcome, x.closed_by_id) for x in heard] == [
        (SignalClosed, b, "false_alarm", ada.pk),
        (SignalClosed, c, "false_alarm", ada.pk),
    ]


def test_a_true_alarm_has_no_reason_to_be_false(workspace):
    ada, (a,) = given_member(), given_signals(1)

    actions.close_many([a], outcome=Outcome.TRUE_ALARM, false_reason=FalseReason.SEASON, by=ada)

    assert queries.signal(a).false_reason == ""


def test_closing_is_taken_back_but_for_those_open_again(workspace, heard):
    ada, (a, b) = given_member(), given_signals(2)
    done = actions.close_many([a, b], outcome=Outcome.TRUE_ALARM, by=ada)
    actions.open_signals([finding(queries.signal(b).account)])
    heard.clear()

    assert done.audit_id is not None
    assert actions.take_back(done.audit_id, by=ada).ids == (a,)

    assert (queries.signal(a).status, queries.signal(a).outcome) == ("open", "")
    assert queries.signal(b).status == "closed"
    assert [type(x) for x in heard] == [SignalOpened]


def test_snoozes_them_and_wakes_them_to_how_they_were(workspace, heard):
    ada, (a, b) = given_member(), given_signals(2)
    actions.snooze_signal(queries.signal(b), until=NOON + timedelta(days=3), by=ada)
    heard.clear()

    done = actions.snooze_many([a, b], until=WEEK, by=ada)

    assert sorted(Signal.objects.values_list("pk", "status", "snoozed_until")) == [
        (a, "snoozed", WEEK),
        (b, "snoozed", WEEK),
    ]
    assert [type(x) for x in heard] == [SignalSnoozed, SignalSnoozed]
    assert done.audit_id is not None
    actions.take_back(done.audit_id, by=ada)
    assert sorted(Signal.objects.values_list("pk", "status", "snoozed_until")) == [
        (a, "open", None),
        (b, "snoozed", NOON + timedelta(days=3)),
    ]


def test_cannot_be_snoozed_into_the_past(workspace):
    (a,) = given_signals(1)

    with pytest.raises(SnoozeInThePast):
        actions.snooze_many([a], until=NOON, by=given_member())

    assert queries.signal(a).status == "open"


def test_gives_them_to_somebody_and_back(workspace, heard):
    ada, ben, (a, b) = given_member(), given_member("Ben"), given_signals(2)
    actions.assign_signal(queries.signal(b), owner=ben, by=ada)
    heard.clear()

    done = actions.assign_many({a: ben.pk, b: ben.pk}, by=ada)

    assert done.ids == (a,)
    assert [(type(x), x.signal_id, x.owner_id) for x in heard] == [(SignalAssigned, a, ben.pk)]
    assert done.audit_id is not None
    actions.take_back(done.audit_id, by=ada)
    assert sorted(Signal.objects.values_list("pk", "owner_id")) == [(a, None), (b, ben.pk)]


def test_only_ones_own_doing_is_taken_back(workspace):
    ada, ben, (a,) = given_member(), given_member("Ben"), given_signals(1)
    done = actions.close_many([a], outcome=Outcome.TRUE_ALARM, by=ada)

    assert done.audit_id is not None
    with pytest.raises(NothingToTakeBack):
        actions.take_back(done.audit_id, by=ben)

    assert queries.signal(a).status == "closed"


def test_nothing_at_all_is_not_written_down(workspace):
    assert actions.close_many([], outcome=Outcome.TRUE_ALARM, by=given_member()).audit_id is None


def test_takes_as_many_statements_for_many_as_for_few(workspace, django_assert_num_queries):
    ada, ids = given_member(), given_signals(12)

    with django_assert_num_queries(6):  # savepoint, lock, update, outbox, audit entry, release
        actions.close_many(ids[:2], outcome=Outcome.TRUE_ALARM, by=ada)
    with django_assert_num_queries(6):
        actions.close_many(ids[2:], outcome=Outcome.TRUE_ALARM, by=ada)


def test_what_others_gave_away_since_is_not_taken_back(workspace):
    ada, ben, eve, (a, b) = given_member(), given_member("Ben"), given_member("Eve"), given_signals(2)
    done = actions.assign_many({a: ben.pk, b: ben.pk}, by=ada)
    actions.assign_signal(queries.signal(a), owner=eve, by=ben)

    assert done.audit_id is not None
    assert actions.take_back(done.audit_id, by=ada).ids == (b,)

    assert sorted(Signal.objects.values_list("pk", "owner_id")) == [(a, eve.pk), (b, None)]


def test_what_waited_before_it_was_closed_waits_again(workspace):
    ada, (a, b) = given_member(), given_signals(2)
    actions.snooze_signal(queries.signal(a), until=WEEK, by=ada)

    done = actions.close_many([a, b], outcome=Outcome.FALSE_ALARM, by=ada)
    assert done.audit_id is not None
    actions.take_back(done.audit_id, by=ada)

    assert sorted(Signal.objects.values_list("pk", "status", "snoozed_until", "outcome")) == [
        (a, "snoozed", WEEK, ""),
        (b, "open", None, ""),
    ]


def test_a_later_closing_is_not_taken_back_with_an_earlier_one(workspace, at):
    ada, (a,) = given_member(), given_signals(1)
    done = actions.close_many([a], outcome=Outcome.FALSE_ALARM, by=ada)
    actions.reopen_signal(queries.signal(a), by=ada)
    at(NOON + timedelta(hours=1))
    actions.close_signal(queries.signal(a), outcome=Outcome.TRUE_ALARM, by=ada)

    assert done.audit_id is not None
    assert actions.take_back(done.audit_id, by=ada).ids == ()

    assert (queries.signal(a).status, queries.signal(a).outcome) == ("closed", "true_alarm")


def test_a_snooze_that_was_made_anew_is_not_taken_back_by_the_one_before(workspace):
    ada, (a,) = given_member(), given_signals(1)
    first = actions.snooze_many([a], until=NOON + timedelta(days=3), by=ada)
    actions.snooze_many([a], until=WEEK, by=ada)

    actions.take_back(first.audit_id, by=ada)

    assert (queries.signal(a).status, queries.signal(a).snoozed_until) == ("snoozed", WEEK)


def test_a_snooze_taken_back_leaves_that_of_somebody_else_as_it_was(workspace):
    ada, ben, (a,) = given_member(), given_member("Ben"), given_signals(1)
    actions.snooze_signal(queries.signal(a), until=NOON + timedelta(days=3), by=ben)
    actions.open_signals([finding(queries.signal(a).account, 0.55)])
    done = actions.snooze_many([a], until=WEEK, by=ada)

    actions.take_back(done.audit_id, by=ada)

    found = queries.signal(a)
    assert (found.snoozed_until, found.snoozed_by, found.snoozed_severity) == (NOON + timedelta(days=3), ben, 0.5)


def test_a_closing_taken_back_after_its_snooze_is_over_is_open(workspace, at):
    ada, (a,) = given_member(), given_signals(1)
    actions.snooze_many([a], until=WEEK, by=ada)
    done = actions.close_many([a], outcome=Outcome.TRUE_ALARM, by=ada)

    actions.take_back(done.audit_id, by=ada)
    assert (queries.signal(a).status, queries.signal(a).snoozed_until) == ("snoozed", WEEK)
    done = actions.close_many([a], outcome=Outcome.TRUE_ALARM, by=ada)
    at(WEEK + timedelta(hours=1))
    actions.take_back(done.audit_id, by=ada)

    assert (queries.signal(a).status, queries.signal(a).snoozed_until, queries.signal(a).outcome) == ("open", None, "")


def test_open_signals_go_with_their_account_to_whom_it_is_handed(workspace):
    ada, ben, cleo = given_member(), given_member("Ben"), given_member("Cleo")
    fjord = given_account()
    customers.assign_owner(fjord.pk, ada, by=ada)
    hers, others, closed = (given_signal(fjord, reason_key=key).pk for key in ("hers", "others", "closed"))
    actions.assign_signal(queries.signal(others), owner=cleo, by=ada)
    actions.snooze_signal(queries.signal(hers), until=WEEK, by=ada)
    actions.close_signal(queries.signal(closed), outcome=Outcome.TRUE_ALARM, by=ada)

    customers.assign_owner(fjord.pk, ben, by=ada)
    customers.assign_owner(fjord.pk, None, by=ada)
    customers.assign_owner(fjord.pk, ben, by=ada)
    outbox.deliver()

    assert [queries.signal(pk).owner for pk in (hers, others, closed)] == [ben, cleo, ada]


@pytest.mark.django_db(transaction=True)
def test_several_that_find_the_same_open_one_and_wait_for_nobody():
    workspace = given_workspace()
    with tenancy.scope(workspace.pk):
        ada = given_member()
        found = [finding(given_account(f"a{n}")) for n in range(12)]
        actions.open_signals(found[::2])
        ids = list(Signal.objects.order_by("-pk").values_list("pk", flat=True))
        audit = actions.close_many(ids[:2], outcome=Outcome.TRUE_ALARM, by=ada).audit_id
    ready, wrong = threading.Barrier(4), []

    def find(order: int) -> None:
        try:
            with tenancy.scope(workspace.pk):
                ready.wait()
                for _ in range(5):
                    actions.open_signals(found[::order])
                    actions.close_many(ids, outcome=Outcome.FALSE_ALARM, by=ada)
                    actions.take_back(audit, by=ada)
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=find, args=(order,)) for order in (1, -1, 1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    with tenancy.scope(workspace.pk):
        live = Signal.objects.exclude(status="closed").values_list("account_id", flat=True)
        assert len(live) == len(set(live)) == 12
        opened = Signal.objects.count()
    told = OutboxEntry.objects.filter(kind="SignalOpened")
    assert told.exclude(payload__summary__has_key="reopened_by_id").count() == opened, "each is told of once"
