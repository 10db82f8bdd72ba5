"""Runs: what opens, refreshes and ends them."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenure.customers import actions as customers
from tenure.kernel import outbox
from tenure.playbooks import actions, queries
from tenure.playbooks.announcements import RunFinished, RunStarted
from tenure.playbooks.errors import PlaybookInvalid, PlaybookTaken, RunFinishedAlready, RunUnknown
from tenure.playbooks.models import Run, Task
from tenure.playbooks.types import (
    CallOutcome,
    Cause,
    OwnerRule,
    RunOutcome,
    TaskKind,
    TaskStatus,
    TaskTemplate,
    Trigger,
    TriggerKind,
)
from tenure.segments.announcements import SegmentEntered
from tenure.signals import actions as signals
from tenure.signals.types import CloseReason, Outcome
from tests.channels.given import given_account, given_person
from tests.given import given_member
from tests.playbooks.given import CALL, FADING, NOTE, delivered, given_playbook, given_signal

pytestmark = pytest.mark.django_db

THURSDAY = datetime(2026, 3, 5, 10, tzinfo=UTC)


def started(heard):
    return [a for a in heard if isinstance(a, RunStarted)]


def finished(heard):
    return [(a.run_id, a.outcome) for a in heard if isinstance(a, RunFinished)]


def test_a_signal_opens_one_with_its_tasks_for_the_accounts_owner(workspace, at, heard):
    at(THURSDAY)
    ada, account = given_member("Ada"), given_account()
    customers.assign_owner(account, ada, by=None)
    playbook = given_playbook()

    signal = given_signal(account)

    (run,) = queries.runs_of(account)
    assert (run.playbook_id, run.signal_id, run.severity) == (playbook.pk, signal.pk, 0.8)
    assert run.reason == {"kind": "signal", "signal_kind": FADING, "summary": {"percent": 62}}
    assert [(t.title, t.owner, t.due_at) for t in run.tasks.all()] == [
        ("Call about fading use", ada, datetime(2026, 3, 6, 17, tzinfo=UTC)),
        ("Write down what was agreed", ada, datetime(2026, 3, 10, 17, tzinfo=UTC)),
    ]
    (said,) = started(heard)
    assert (said.account_id, said.run_id, said.trigger, said.tasks) == (account, run.pk, "signal", 2)


def test_another_kind_of_signal_opens_nothing(workspace):
    account = given_account()
    given_playbook()

    given_signal(account, kind="repeated_question")

    assert Run.objects.count() == 0


def test_a_repeat_refreshes_the_open_one_and_adds_no_tasks(workspace, heard):
    account = given_account()
    playbook = given_playbook()
    ada = given_member("Ada")
    first = actions.start_run(playbook, account, by=ada, severity=0.3)

    again = actions.start_run(playbook, account, by=ada, severity=0.9)

    assert again.pk == first.pk
    assert (again.severity, again.refreshed_times) == (0.9, 1)
    assert Task.objects.count() == 2
    assert len(started(heard)) == 1


def test_after_it_ended_the_same_cause_opens_a_new_one(workspace):
    account, ada = given_account(), given_member("Ada")
    playbook = given_playbook()
    first = actions.start_run(playbook, account, by=ada)
    actions.finish_run(first, outcome=RunOutcome.SAVED, by=ada)

    second = actions.start_run(playbook, account, by=ada)

    assert second.pk != first.pk


def test_a_closed_signal_ends_it_and_takes_its_tasks_off_the_list(workspace, heard):
    account, ada = given_account(), given_member("Ada")
    customers.assign_owner(account, ada, by=None)
    given_playbook()
    signal = given_signal(account)
    (run,) = queries.runs_of(account)
    actions.complete_task(run.tasks.all()[1], by=ada)

    signals.close_signals([signal.pk], reason=CloseReason.PASSED)
    delivered()

    assert finished(heard) == [(run.pk, "passed")]
    assert [(t.status, t.note) for t in queries.run(run.pk).tasks.all()] == [
        (TaskStatus.CANCELLED, "signal_closed"),
        (TaskStatus.DONE, ""),
    ]


@pytest.mark.parametrize(
    ("close", "outcome"),
    [
        (lambda s, by: signals.close_signal(s, outcome=Outcome.FALSE_ALARM, by=by), "false_alarm"),
        (lambda s, by: signals.close_signal(s, outcome=Outcome.TRUE_ALARM, by=by), "done"),
        (lambda s, by: signals.close_signals([s.pk], reason=CloseReason.CHURNED), "lost"),
    ],
)
def test_what_closed_the_signal_says_how_it_ended(workspace, heard, close, outcome):
    account = given_account()
    given_playbook()
    signal = given_signal(account)

    close(signal, given_member("Ada"))
    delivered()

    assert [said for _, said in finished(heard)] == [outcome]


def test_entering_a_segment_opens_one_for_the_account_itself_or_by_its_person(workspace):
    from tenure.segments import actions as segments

    account, other = given_account("A"), given_account("B")
    person = given_person(account_id=other)
    segment = segments.define_segment(
        name="Premium",
        subject="account",
        condition={"kind": "trait", "name": "plan", "operator": "is", "value": "x"},
        by=None,
    )
    actions.define_playbook("Welcome", trigger=Trigger(kind=TriggerKind.SEGMENT, segment_id=segment.pk), tasks=[CALL])
    known = {"workspace_id": workspace.pk, "at": THURSDAY, "segment_id": segment.pk, "segment_name": "Premium"}
    outbox.announce_all([SegmentEntered(**known, account_id=account), SegmentEntered(**known, person_id=person)])
    delivered()

    assert {r.account_id for r in Run.objects.all()} == {account, other}
    assert Run.objects.first().reason == {"kind": "segment", "segment_id": segment.pk, "segment_name": "Premium"}


def test_tasks_of_accounts_without_an_owner_are_dealt_to_the_pool_in_turn(workspace):
    ada, ben = given_member("Ada"), given_member("Ben")
    playbook = given_playbook("Fading", CALL, NOTE, pool=[ada.pk, ben.pk])
    accounts = [given_account(f"A{n}") for n in range(5)]
    owned = accounts[1]
    customers.assign_owner(owned, ben, by=None)

    causes = [Cause(account_id=pk) for pk in accounts]
    actions.start_runs(playbook, causes[:3], trigger=TriggerKind.MANUAL)
    actions.start_runs(playbook, causes[3:], trigger=TriggerKind.MANUAL)

    owners = {pk: {t.owner.name for t in Task.objects.filter(account_id=pk).select_related("owner")} for pk in accounts}
    assert owners == dict(zip(accounts, [{"Ada"}, {"Ben"}, {"Ben"}, {"Ada"}, {"Ben"}], strict=True))


def test_a_task_for_the_pool_goes_there_even_if_the_account_has_an_owner(workspace):
    ada, ben, account = given_member("Ada"), given_member("Ben"), given_account()
    customers.assign_owner(account, ada, by=None)
    shared = TaskTemplate(kind=TaskKind.TODO, title="Look at the bill", owner=OwnerRule.POOL)
    playbook = given_playbook("Fading", CALL, shared, pool=[ben.pk])

    run = actions.start_run(playbook, account, by=ada)

    assert [t.owner.name for t in queries.run(run.pk).tasks.all()] == ["Ada", "Ben"]


def test_hundreds_are_opened_at_the_cost_of_two(workspace):
    playbook = given_playbook()
    accounts = [given_account(f"A{n}") for n in range(60)]

    def cost(ids):
        with CaptureQueriesContext(connection) as spent:
            actions.start_runs(playbook, [Cause(account_id=pk) for pk in ids], trigger=TriggerKind.MANUAL)
        return len(spent)

    assert cost(accounts[:2]) == cost(accounts[2:])


def test_those_begun_by_hand_are_taken_back_while_nothing_is_done(workspace):
    ada, mei, playbook = given_member("Ada"), given_member("Mei"), given_playbook()
    idle, busy, open_already = (given_account(name) for name in ("Idle", "Busy", "Open"))
    actions.start_run(playbook, open_already, by=ada)

    made = actions.start_runs_by_hand(playbook, [idle, busy, open_already], by=ada)
    of = {run.account_id: run for run in Run.objects.filter(pk__in=made.opened)}
    actions.complete_task(Task.objects.filter(run=of[busy]).first(), by=ada)
    with pytest.raises(RunUnknown):
        actions.take_back_runs(made.audit_id, by=mei)
    first, second = (actions.take_back_runs(made.audit_id, by=ada) for _ in range(2))

    assert set(of) == {idle, busy}
    assert ((first.ended, first.going_on), (second.ended, second.going_on)) == ((1, 1), (0, 1))
    assert dict(Run.objects.values_list("account_id", "outcome")) == {idle: "taken_back", busy: "", open_already: ""}
    assert set(Task.objects.filter(run=of[idle]).values_list("status", flat=True)) == {"cancelled"}


def test_it_is_finished_once(workspace, heard):
    ada = given_member("Ada")
    run = actions.start_run(given_playbook(), given_account(), by=ada)
    actions.finish_run(run, outcome=RunOutcome.LOST, by=ada, notes="Budget cut")
    heard.clear()

    with pytest.raises(RunFinishedAlready):
        actions.finish_run(run, outcome=RunOutcome.SAVED, by=ada)

    assert heard == []
    assert queries.run(run.pk).outcome == "lost"


def test_a_playbook_that_cannot_be_carried_out_is_refused_with_all_its_problems(workspace):
    empty = TaskTemplate(kind=TaskKind.CALL, title=" ", due_in_days=-1)

    with pytest.raises(PlaybookInvalid) as refused:
        actions.define_playbook(
            "", trigger=Trigger(kind=TriggerKind.SEGMENT, segment_id=999_999), tasks=[empty], pool=[999_999]
        )

    assert refused.value.details["problems"] == [
        {"code": "name_missing", "place": "name"},
        {"code": "title_missing", "place": "tasks[0]"},
        {"code": "due_out_of_range", "place": "tasks[0]"},
        {"code": "segment_unknown", "place": "trigger"},
        {"code": "member_unknown", "place": "pool"},
    ]


def test_two_playbooks_do_not_share_a_name(workspace):
    first = given_playbook("Fading")
    with pytest.raises(PlaybookTaken):
        given_playbook("Fading")

    actions.archive_playbook(first, by=given_member())
    given_playbook("Fading")


def test_an_archived_playbook_opens_nothing_more(workspace):
    playbook = given_playbook()
    actions.archive_playbook(playbook, by=given_member())

    given_signal(given_account())

    assert Run.objects.count() == 0


def test_the_list_tells_what_became_of_them(workspace, at):
    at(THURSDAY)
    ada, playbook = given_member("Ada"), given_playbook()
    runs = [actions.start_run(playbook, given_account(f"A{n}"), by=ada) for n in range(3)]
    actions.finish_run(runs[0], outcome=RunOutcome.SAVED, by=ada)

    (row,) = queries.playbooks(datetime(2026, 3, 9, tzinfo=UTC))

    assert (row.runs_open, row.runs_finished, dict(row.outcomes), row.tasks_late) == (2, 1, {"saved": 1}, 2)
    assert (row.trigger_name, row.tasks, row.is_live) == (FADING, 2, True)


def test_work_on_an_account_of_one_goes_on_at_the_account_it_joined(workspace):
    from tenure.customers import queries as customer_queries
    from tenure.customers.actions import resolve_calls
    from tenure.customers.types import Call, CallKind

    def call(kind, group_id):
        micros = int(THURSDAY.timestamp()) * 1_000_000
        known = {"user_id": "kim", "anonymous_id": None, "source": "sdk", "first_at": micros, "last_at": micros}
        return resolve_calls([Call(kind=kind, group_id=group_id, **known)]).account_ids[0]

    alone = call(CallKind.IDENTIFY, None)
    assert customer_queries.account(alone).is_solo
    ada = given_member("Ada")
    run = actions.start_run(given_playbook(), alone, by=ada)
    actions.log_call(account_id=alone, outcome=CallOutcome.REACHED, by=ada)

    joined = call(CallKind.GROUP, "kims-team")
    delivered()

    assert joined != alone
    assert queries.run(run.pk).account_id == joined
    assert {t.account_id for t in Task.objects.all()} == {joined}
    assert [c.account_id for c in queries.calls_of(joined)] == [joined]
