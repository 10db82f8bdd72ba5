"""Steps of a change from one touch model to another become tasks of those who look after the account."""

import pytest

from tenure.customers import actions as customers
from tenure.kernel import clock, outbox
from tenure.playbooks import actions as playbooks
from tenure.playbooks.models import Task
from tenure.playbooks.types import Cause, TriggerKind
from tenure.touch_models import actions, queries
from tenure.touch_models.errors import NoSuchStep
from tenure.touch_models.models import Transition
from tests.given import given_member, given_user
from tests.playbooks.given import given_playbook
from tests.segments.given import DAY, NOW, given_account
from tests.touch_models.given import THREE, follow, given_models, given_mrr


def test_a_step_that_is_due_is_on_its_owners_list(at, workspace):
    at(NOW)
    ada = given_member()
    fjord = given_account("fjord", mrr=300)
    customers.assign_owner(fjord, ada, by=ada)
    given_models()
    at(NOW + 11 * DAY)
    given_mrr(fjord, 2000)
    follow()
    at(NOW + 20 * DAY)

    actions.tell_due_steps(now=clock.now())
    while outbox.deliver():
        pass

    found = Task.objects.order_by("pk").values_list("account_id", "owner_id", "kind", "title", "status")
    assert list(found) == [
        (fjord, ada.pk, "email", "Introduce yourself", "open"),
        (fjord, ada.pk, "call", "Kick-off call", "open"),
    ]
    assert {task.due_at.date() for task in Task.objects.all()} == {clock.now().date()}


def test_of_an_account_nobody_looks_after_one_of_those_who_share_its_book_does_all(at, workspace):
    at(NOW)
    given_member("Ada")
    sharing = [given_member(name, user=given_user(f"{name}@halyard.example")) for name in ("Mei", "Bo")]
    ids = [given_account(f"a{n}", mrr=300) for n in range(4)]
    given_models()
    actions.change_books(
        queries.read_books(
            "pooled: [{name: All, models: [high_touch], members: [mei@halyard.example, bo@halyard.example],"
            " keep_percent: 85}]"
        ),
        by=None,
    )
    at(NOW + 11 * DAY)
    for account_id in ids:
        given_mrr(account_id, 2000)
    follow()
    at(NOW + 20 * DAY)

    actions.tell_due_steps(now=clock.now())
    while outbox.deliver():
        pass

    by_account = {i: sorted(Task.objects.filter(account=i).values_list("owner_id", flat=True)) for i in ids}
    assert by_account == {i: [sharing[i % 2].pk] * 2 for i in ids}


@pytest.fixture
def changing(at, workspace):
    """An account that has become a high-touch one, with the steps of that as tasks of who looks after it."""
    at(NOW)
    ada = given_member()
    fjord = given_account("fjord", mrr=300)
    customers.assign_owner(fjord, ada, by=ada)
    given_models(THREE.replace("title: Kick-off call", "title: Kick-off call, message: Ask for their goals"))
    at(NOW + 11 * DAY)
    given_mrr(fjord, 2000)
    follow()
    at(NOW + 20 * DAY)
    actions.tell_due_steps(now=clock.now())
    told()
    return fjord, ada


def told():
    while outbox.deliver():
        pass


def done_of(fjord):
    return [(s.title, s.done_by) for s in queries.steps_of_account(fjord) if s.done_at is not None]


def test_the_task_brings_the_message_along(changing):
    assert list(Task.objects.order_by("pk").values_list("script", flat=True)) == ["", "Ask for their goals"]


def test_finishing_the_task_ticks_the_step_and_undoing_it_opens_it_again(changing):
    fjord, ada = changing
    task = Task.objects.get(title="Introduce yourself")

    playbooks.complete_task(task, by=ada)
    told()

    assert done_of(fjord) == [("Introduce yourself", "Ada")]
    playbooks.undo_task(task, by=ada)
    told()
    assert done_of(fjord) == []
    assert Task.objects.get(pk=task.pk).status == "open"


def test_ticking_the_step_takes_the_task_off_the_list_and_opening_it_puts_it_back(changing):
    _, ada = changing
    task = Task.objects.get(title="Kick-off call")

    actions.complete_step(task.transition_step_id, by=ada)
    told()
    ticked = Task.objects.get(pk=task.pk)
    actions.reopen_step(task.transition_step_id, by=ada)
    told()

    assert (ticked.status, ticked.completed_by_id) == ("done", ada.pk)
    again = Task.objects.get(pk=task.pk)
    assert (again.status, again.completed_at, again.completed_by_id) == ("open", None, None)


def steps_of(fjord):
    return [(s.title, s.is_left_out, s.done_by) for s in queries.steps_of_account(fjord)]


def test_leaving_the_task_out_leaves_the_step_out_and_the_last_one_ends_the_change(changing):
    fjord, ada = changing
    first, last = Task.objects.order_by("pk")

    playbooks.skip_task(first, by=ada, reason="They know me")
    told()

    assert steps_of(fjord) == [("Introduce yourself", True, "Ada"), ("Kick-off call", False, "")]
    assert Transition.objects.get(account=fjord).ended_at is None
    playbooks.complete_task(last, by=ada)
    assert Transition.objects.get(account=fjord).ended_at is not None
    playbooks.undo_task(first, by=ada)
    told()
    assert steps_of(fjord)[0] == ("Introduce yourself", False, "")
    assert Transition.objects.get(account=fjord).ended_at is None
    assert Task.objects.get(pk=first.pk).status == "open"


def test_leaving_the_step_out_takes_the_task_off_the_list_and_opening_it_puts_it_back(changing):
    fjord, ada = changing
    task = Task.objects.get(title="Kick-off call")

    actions.leave_out_step(task.transition_step_id, by=ada)
    told()
    closed = Task.objects.get(pk=task.pk)
    actions.reopen_step(task.transition_step_id, by=ada)
    told()

    assert (closed.status, closed.completed_by_id, closed.note) == ("skipped", ada.pk, "")
    assert Task.objects.get(pk=task.pk).status == "open"
    assert steps_of(fjord)[1] == ("Kick-off call", False, "")
    with pytest.raises(NoSuchStep):
        actions.leave_out_step(0, by=ada)


def test_what_was_undone_before_it_was_heard_stays_on_the_list(changing):
    _, ada = changing
    task = Task.objects.get(title="Kick-off call")

    playbooks.complete_task(task, by=ada)
    playbooks.undo_task(task, by=ada)
    told()

    assert Task.objects.get(pk=task.pk).status == "open"


def test_when_another_change_comes_what_was_to_do_is_taken_off(changing, at):
    fjord, _ = changing
    at(NOW + 60 * DAY)
    given_mrr(fjord, 300)
    follow()
    told()

    assert list(Task.objects.order_by("pk").values_list("status", "note")) == [("cancelled", "change_over")] * 2


def test_work_comes_by_a_way_that_the_touch_model_allows(at, workspace):
    at(NOW)
    given_member()
    by_phone, by_mail, by_neither = (given_account(k, mrr=mrr) for k, mrr in (("a", 5000), ("b", 300), ("c", 5)))
    given_models()
    playbook = given_playbook()

    playbooks.start_runs(
        playbook, [Cause(account_id=a) for a in (by_phone, by_mail, by_neither)], trigger=TriggerKind.MANUAL
    )

    found = Task.objects.order_by("account_id", "position").values_list("account_id", "kind", "instead_of")
    assert list(found) == [
        (by_phone, "call", ""),
        (by_phone, "email", ""),
        (by_mail, "email", "call"),
        (by_mail, "email", ""),
        (by_neither, "todo", "call"),
        (by_neither, "todo", "email"),
    ]


def test_of_accounts_nobody_looks_after_they_go_round(at, workspace):
    at(NOW)
    given_member("Ada")
    ids = [given_account(key, mrr=300) for key in ("fjord", "kestrel")]
    given_models()
    at(NOW + 11 * DAY)
    for account_id in ids:
        given_mrr(account_id, 2000)
    follow()
    at(NOW + 12 * DAY)

    actions.tell_due_steps(now=clock.now())
    while outbox.deliver():
        pass

    owners = list(Task.objects.order_by("pk").values_list("owner_id", flat=True))
    assert len(set(owners)) == 2
    assert None not in owners
