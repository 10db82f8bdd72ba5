"""A member's day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tenure.customers import actions as customers
from tenure.playbooks import actions, queries
from tenure.playbooks.announcements import CallLogged, RunFinished, TaskCompleted, TaskUndone
from tenure.playbooks.errors import CallInvalid, DueInPast, TaskNotDone, TaskNotOpen
from tenure.playbooks.models import CallLog, Task
from tenure.playbooks.types import CallOutcome, DayOrder, NextStep, RunStatus, TaskKind
from tests.channels.given import given_account, given_person
from tests.given import given_member, given_workspace
from tests.playbooks.given import CALL, NOTE, given_playbook, given_signal

pytestmark = pytest.mark.django_db

THURSDAY = datetime(2026, 3, 5, 10, tzinfo=UTC)
FRIDAY = THURSDAY + timedelta(days=1)
MONDAY = THURSDAY + timedelta(days=4)


@pytest.fixture
def ada(workspace):
    return given_member("Ada")


def given_run(ada, name="Northwind", severity=0.8, **traits):
    """Open a run on an account of Ada's; returns its tasks."""
    account = given_account(name, **traits)
    customers.assign_owner(account, ada, by=None)
    playbook = queries.playbooks(THURSDAY)
    chosen = queries.playbook(playbook[0].id) if playbook else given_playbook()
    run = actions.start_run(chosen, account, by=ada, severity=severity)
    return list(Task.objects.filter(run=run).order_by("position"))


def titles(day):
    return [(t.account_name, t.title) for t in day.due]


def test_shows_what_is_due_today_and_what_is_late_but_not_what_comes(ada, at):
    at(THURSDAY)
    given_run(ada)

    assert titles(queries.my_day(ada, THURSDAY)) == []
    assert titles(queries.my_day(ada, FRIDAY)) == [("Northwind", CALL.title)]
    late = queries.my_day(ada, datetime(2026, 3, 10, 9, tzinfo=UTC))
    assert [(t.title, t.days_late) for t in late.due] == [(CALL.title, 4), (NOTE.title, 0)]
    assert late.minutes_due == 30
    assert queries.open_task_count(ada, FRIDAY) == 1


def test_a_day_is_the_teams_day(db, at):
    from tenure.kernel import tenancy

    workspace = given_workspace("Auckland", timezone="Pacific/Auckland")
    with tenancy.scope(workspace.pk):
        at(datetime(2026, 3, 4, 22, tzinfo=UTC))
        member = given_member("Aroha")
        (call, _) = given_run(member)

        assert call.due_at == datetime(2026, 3, 6, 4, tzinfo=UTC)
        assert queries.my_day(member, datetime(2026, 3, 5, 10, 59, tzinfo=UTC)).due == ()
        day = queries.my_day(member, datetime(2026, 3, 5, 11, 1, tzinfo=UTC))
        assert (day.day, len(day.due)) == (date(2026, 3, 6), 1)


def test_the_worth_of_a_task_is_how_bad_times_how_much_and_says_so(ada, at):
    at(THURSDAY)
    given_run(ada, "Small", severity=0.9, mrr=100)
    given_run(ada, "Big", severity=0.5, mrr=4800)
    given_run(ada, "Unknown", severity=0.9)

    day = queries.my_day(ada, MONDAY)

    assert [(t.account_name, t.value) for t in day.due] == [("Big", 2400.0), ("Small", 90.0), ("Unknown", 0.9)]
    assert day.due[0].why == "worth watching (50 of 100) · 4,800 USD a month · 3 days late"
    assert day.due[2].why == "serious (90 of 100) · 3 days late"


def test_by_time_what_was_arranged_for_a_moment_comes_first(ada, at):
    at(THURSDAY)
    given_run(ada, "Anytime", mrr=9000)
    (arranged, _) = given_run(ada, "Arranged", mrr=10)
    actions.snooze_task(arranged, until=MONDAY + timedelta(hours=4), by=ada)

    assert [t.account_name for t in queries.my_day(ada, MONDAY, order=DayOrder.TIME).due] == ["Arranged", "Anytime"]
    assert [t.account_name for t in queries.my_day(ada, MONDAY).due] == ["Anytime", "Arranged"]


def test_is_one_members_and_costs_one_query_however_long(ada, at):
    at(THURSDAY)
    ben = given_member("Ben")
    given_run(ada, "A")

    def cost():
        with CaptureQueriesContext(connection) as spent:
            queries.my_day(ada, MONDAY)
        return len(spent)

    one = cost()
    for n in range(8):
        given_run(ada, f"B{n}")

    assert cost() == one <= 3
    assert queries.my_day(ben, MONDAY).due == ()


def test_what_is_done_stays_in_sight_for_the_day_and_can_be_undone(ada, at, heard):
    at(FRIDAY)
    call, _note = given_run(ada)
    at(MONDAY)

    actions.complete_task(call, by=ada, note="Spoke to Maya")

    day = queries.my_day(ada, MONDAY)
    assert [(t.title, t.minutes) for t in day.finished] == [(CALL.title, 20)]
    assert day.minutes_done == 20
    assert [(a.task_id, a.completed_by) for a in heard if isinstance(a, TaskCompleted)] == [(call.pk, "Ada")]
    assert queries.my_day(ada, MONDAY + timedelta(days=1)).finished == ()
    actions.undo_task(call, by=ada)
    assert titles(queries.my_day(ada, MONDAY)) == [("Northwind", CALL.title)]
    assert [(a.task_id, a.undone_by) for a in heard if isinstance(a, TaskUndone)] == [(call.pk, "Ada")]


def test_the_last_task_ends_the_run_and_undoing_it_opens_it_again(ada, heard):
    call, note = given_run(ada)
    actions.complete_task(call, by=ada)
    assert queries.run(call.run_id).status == RunStatus.OPEN

    actions.skip_task(note, by=ada, reason="They wrote it themselves")
    assert queries.run(call.run_id).status == RunStatus.FINISHED
    assert [a.outcome for a in heard if isinstance(a, RunFinished)] == ["done"]

    actions.undo_task(note, by=ada)
    assert queries.run(call.run_id).status == RunStatus.OPEN


def test_a_task_is_done_once(ada, heard):
    call, _ = given_run(ada)
    actions.complete_task(call, by=ada)
    heard.clear()

    with pytest.raises(TaskNotOpen):
        actions.complete_task(call, by=ada)
    with pytest.raises(TaskNotOpen):
        actions.snooze_task(call, until=date(2030, 1, 1), by=ada)

    assert heard == []


def test_what_was_never_done_cannot_be_undone(ada):
    call, _ = given_run(ada)

    with pytest.raises(TaskNotDone):
        actions.undo_task(call, by=ada)


def test_a_task_is_put_off_to_a_later_day_only(ada, at):
    at(THURSDAY)
    call, _ = given_run(ada)

    with pytest.raises(DueInPast):
        actions.snooze_task(call, until=date(2026, 3, 4), by=ada)
    put_off = actions.snooze_task(call, until=date(2026, 3, 11), by=ada)

    assert put_off.due_at == datetime(2026, 3, 11, 17, tzinfo=UTC)
    assert put_off.first_due_at == datetime(2026, 3, 6, 17, tzinfo=UTC)
    assert put_off.snoozed_times == 1


def test_a_task_handed_over_is_on_the_other_list(ada, at):
    at(THURSDAY)
    ben = given_member("Ben")
    call, _ = given_run(ada)

    actions.hand_over_task(call, to=ben, by=ada)

    assert titles(queries.my_day(ada, FRIDAY)) == []
    assert titles(queries.my_day(ben, FRIDAY)) == [("Northwind", CALL.title)]


def test_a_call_that_reached_somebody_is_done_and_what_was_learnt_is_kept_with_its_source(ada, at, heard):
    from tenure.customers import queries as customer_queries

    at(FRIDAY)
    call, _ = given_run(ada)
    maya = given_person(account_id=call.account_id)

    logged = actions.log_call(
        account_id=call.account_id,
        task=call,
        person_id=maya,
        outcome=CallOutcome.REACHED,
        by=ada,
        notes="New manager, other tool",
        minutes=12,
        answers={"what_changed": "A new manager", "ignored": " "},
        next_step=NextStep(title="Show the new manager round", due_on=date(2026, 3, 12), minutes=30),
    )

    call.refresh_from_db()
    assert (call.status, call.calls_tried, call.note) == ("done", 1, "New manager, other tool")
    (trait,) = [t for t in customer_queries.known_traits("account", call.account_id) if t.name == "what_changed"]
    assert (trait.value, trait.source) == ("A new manager", f"call {logged.pk} by Ada")
    follow_up = logged.next_task
    assert (follow_up.title, follow_up.due_at, follow_up.owner, follow_up.person_id, follow_up.run_id) == (
        "Show the new manager round",
        datetime(2026, 3, 12, 17, tzinfo=UTC),
        ada,
        maya,
        call.run_id,
    )
    (said,) = [a for a in heard if isinstance(a, CallLogged)]
    assert (said.account_id, said.person_id, said.outcome, said.called_by) == (call.account_id, maya, "reached", "Ada")
    assert [c.pk for c in queries.calls_of(call.account_id)] == [logged.pk]


@pytest.mark.parametrize("outcome", [CallOutcome.NO_ANSWER, CallOutcome.VOICEMAIL])
def test_a_call_that_reached_nobody_is_tried_again_on_the_next_working_day(ada, at, outcome):
    at(THURSDAY)
    call, _ = given_run(ada)
    at(FRIDAY)

    actions.log_call(account_id=call.account_id, task=call, outcome=outcome, by=ada)

    call.refresh_from_db()
    assert (call.status, call.calls_tried, call.due_at) == ("open", 1, datetime(2026, 3, 9, 17, tzinfo=UTC))


def test_a_rescheduled_call_says_until_when(ada, at):
    at(FRIDAY)
    call, _ = given_run(ada)
    moment = datetime(2026, 3, 9, 14, 30, tzinfo=UTC)
    with pytest.raises(CallInvalid):
        actions.log_call(account_id=call.account_id, task=call, outcome=CallOutcome.RESCHEDULED, by=ada)
    assert CallLog.objects.count() == 0

    logged = actions.log_call(
        account_id=call.account_id,
        task=call,
        outcome=CallOutcome.RESCHEDULED,
        by=ada,
        next_step=NextStep(title="Call again", starts_at=moment),
    )

    assert (logged.next_task.starts_at, logged.next_task.due_at) == (moment, moment)
    call.refresh_from_db()
    assert call.status == "done"
    assert queries.run(call.run_id).status == RunStatus.OPEN


def test_a_call_can_be_logged_without_a_task(ada):
    account = given_account()

    logged = actions.log_call(account_id=account, outcome=CallOutcome.REACHED, by=ada, notes="They called us")

    assert (logged.task, logged.next_task, logged.notes) == (None, None, "They called us")


def test_a_call_about_one_account_does_not_close_anothers_task(ada):
    call, _ = given_run(ada)

    with pytest.raises(CallInvalid):
        actions.log_call(account_id=given_account("Other"), task=call, outcome=CallOutcome.REACHED, by=ada)

    call.refresh_from_db()
    assert (call.status, CallLog.objects.count()) == ("open", 0)


def test_a_task_of_its_own_can_be_added(ada, at):
    at(THURSDAY)
    task = actions.add_task(given_account(), step=NextStep(title="Send the invoice", kind=TaskKind.TODO), owner=ada)

    assert task.due_at == datetime(2026, 3, 6, 17, tzinfo=UTC)
    (line,) = queries.my_day(ada, FRIDAY).due
    assert (line.severity, line.why, line.playbook_name) == (0.5, "", "")


def test_reasons_are_told_in_the_readers_language(ada, at):
    at(THURSDAY)
    given_run(ada, mrr=1000)

    with translation.override("zh-hans"):
        assert "USD" in queries.my_day(ada, FRIDAY).due[0].why


def test_signals_bring_work_to_the_list(ada, at):
    at(THURSDAY)
    account = given_account()
    customers.assign_owner(account, ada, by=None)
    given_playbook()

    given_signal(account, severity=0.8)

    (line,) = queries.my_day(ada, FRIDAY).due
    assert (line.title, line.severity, line.reason["summary"]) == (CALL.title, 0.8, {"percent": 62})
