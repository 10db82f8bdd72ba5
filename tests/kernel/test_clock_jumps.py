"""Clocks jump: put right after days ahead, or set back by hand. Nothing stands still for long because of it."""

from datetime import UTC, datetime, timedelta

import pytest

from tenure.kernel import tenancy
from tenure.kernel.jobs import due_once
from tenure.tracking import queries
from tenure.tracking.models import IntakeBatch
from tests.given import given_workspace
from tests.tracking.sending import send, track

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_run_from_the_future_does_not_hold_the_next_one_up(workspace):
    assert due_once("daily", workspace.pk, NOW + 365 * DAY, DAY)

    assert due_once("daily", workspace.pk, NOW, DAY)
    assert not due_once("daily", workspace.pk, NOW, DAY)
    assert due_once("daily", workspace.pk, NOW + DAY, DAY)


def test_a_small_difference_between_two_machines_repeats_nothing(workspace):
    assert due_once("minutely", workspace.pk, NOW + timedelta(seconds=20), timedelta(minutes=1))

    assert not due_once("minutely", workspace.pk, NOW, timedelta(minutes=1))


@pytest.mark.parametrize("jump", [-400 * DAY, timedelta(seconds=-30), 400 * DAY], ids=str)
def test_what_arrives_around_a_jump_is_stored_once(jump, at, run_stages, db):
    with tenancy.scope(given_workspace().pk):
        said = []
        for moment in (NOW, NOW + jump, NOW + timedelta(seconds=5)):
            at(moment)
            said += [track("Opened", userId="ada", messageId=f"{moment}-{n}", at=moment) for n in range(3)]
            send(*said, received_at=moment)  # what was said before is said again
            run_stages(moment)

        assert not IntakeBatch.objects.filter(status=IntakeBatch.WAITING).exists()
        assert queries.events_stored() == 9
