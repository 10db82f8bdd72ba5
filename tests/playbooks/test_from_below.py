"""Steps of a change from one touch model to another become tasks of those who look after the account."""

from tenure.customers import actions as customers
from tenure.kernel import clock, outbox
from tenure.playbooks.models import Task
from tenure.touch_models import actions
from tests.given import given_member
from tests.segments.given import DAY, NOW, given_account
from tests.touch_models.given import follow, given_models, given_mrr


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
