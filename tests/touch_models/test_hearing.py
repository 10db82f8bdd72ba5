"""Whoever hears of an account does not wait for whoever looks at it."""

import pytest
from django.db import transaction

from tenure.kernel import passes
from tenure.touch_models import actions, queries
from tenure.touch_models.models import TouchModelsTouched
from tests.locking import in_a_thread
from tests.segments.given import DAY, NOW, given_account
from tests.touch_models.given import follow, given_models, given_mrr


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("look", [actions.follow_touched, actions.follow_everybody])
def test_does_not_wait_for_a_pass(workspace, at, look):
    fjord = given_account("fjord", mrr=5)
    given_models()
    follow()
    at(NOW + DAY)
    given_mrr(fjord, 2000)
    TouchModelsTouched.objects.all().delete()
    actions.touch([fjord])

    with transaction.atomic():  # its row is claimed, and not yet given up
        look(now=NOW + DAY)
        wrong = in_a_thread(workspace.pk, lambda: actions.touch([fjord]))

    assert wrong == []
    assert queries.models_of([fjord]) == {fjord: "high_touch"}
    assert list(TouchModelsTouched.objects.values_list("account_id", flat=True)) == [fjord]


def test_looks_once_at_whoever_was_heard_of_several_times(monkeypatch):
    fjord, kestrel = given_account("fjord", mrr=5), given_account("kestrel", mrr=5)
    given_models()
    follow()
    TouchModelsTouched.objects.all().delete()
    for ids in ([fjord], [fjord, fjord], [kestrel]):
        actions.touch(ids)
    monkeypatch.setattr(passes, "TOUCHED_AT_ONCE", 2)

    assert [actions.follow_touched(now=NOW) for _ in range(3)] == [1, 1, 0]
