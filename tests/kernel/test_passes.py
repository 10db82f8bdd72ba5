"""Passes over accounts: who waits, who is looked at, and when everybody was."""

import pytest

from tenure.kernel import passes, tenancy
from tenure.lifecycle.models import Lifecycle, LifecycleTouched
from tenure.lifecycle.queries.judging import STAYS
from tests.given import given_workspace
from tests.lifecycle.given import given_lifecycle
from tests.segments.given import DAY, NOW


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def waiting():
    return list(LifecycleTouched.objects.order_by("pk").values_list("account_id", flat=True))


def test_nobody_waits_where_there_are_no_rules():
    passes.touch(STAYS, [1, 2])

    assert waiting() == []
    assert passes.look_at_everybody(STAYS, lambda ids: 5, now=NOW) == 0
    assert passes.look_at_touched(STAYS, lambda ids: 5) == 0


def test_whoever_waits_is_looked_at_once_and_then_waits_no_more(workspace):
    given_lifecycle()
    looked = []
    for ids in ([3, 1, 0], [3]):
        passes.touch(STAYS, ids)

    assert list(passes.workspaces_waiting(STAYS)) == [workspace.pk]
    assert passes.look_at_touched(STAYS, looked.append) == 2
    assert passes.look_at_touched(STAYS, looked.append) == 0
    assert looked == [[1, 3]]
    assert list(passes.workspaces_waiting(STAYS)) == []


def test_everybody_includes_whoever_waits_and_then_the_pass_rests():
    given_lifecycle()
    passes.touch(STAYS, [7])
    looked = []

    def look(ids):
        looked.append(sorted(ids))
        return 4

    assert passes.look_at_everybody(STAYS, look, now=NOW) == 4
    assert passes.look_at_everybody(STAYS, look, now=NOW + passes.EVERY / 2) == 0
    assert (looked, waiting()) == ([[7]], [])
    assert Lifecycle.objects.get().followed_at == NOW


def test_a_pass_that_could_not_tell_is_not_one_over_everybody():
    given_lifecycle()
    Lifecycle.objects.update(followed_at=None)

    passes.look_at_everybody(STAYS, lambda ids: None, now=NOW)
    passes.look_by_new_rules(STAYS, lambda: None, now=NOW)
    passes.touch(STAYS, [7])

    assert Lifecycle.objects.get().followed_at is None
    assert passes.look_at_touched(STAYS, lambda ids: 1) == 0
    assert passes.look_at_some(STAYS, lambda: 1) == 0
    assert waiting() == [7]
    passes.look_by_new_rules(STAYS, lambda: 0, now=NOW + DAY)
    assert Lifecycle.objects.get().followed_at == NOW + DAY
    assert passes.look_at_some(STAYS, lambda: 1) == 1


def test_waiting_in_one_workspace_is_nothing_to_another(workspace):
    given_lifecycle()
    other = given_workspace("Fjord")
    with tenancy.scope(other.pk):
        given_lifecycle()
        passes.touch(STAYS, [9])
    passes.touch(STAYS, [7])
    looked = []

    passes.look_at_everybody(STAYS, lambda ids: looked.append(sorted(ids)), now=NOW)

    assert looked == [[7]]
    assert list(passes.workspaces_waiting(STAYS)) == [other.pk]
