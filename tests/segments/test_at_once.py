"""Several processes judging the same segments at the same time."""

import threading

import pytest
from django.db import connection

from tenure.kernel import clock, tenancy
from tenure.kernel.models import OutboxEntry
from tenure.segments import actions, queries
from tenure.segments.models import Membership, Segment
from tenure.segments.types import Subject
from tests.given import given_workspace
from tests.segments.given import given_account, given_segment


@pytest.mark.django_db(transaction=True)
def test_enter_once_and_are_announced_once():
    workspace = given_workspace()
    with tenancy.scope(workspace.pk):
        for n in range(5):
            given_account(f"account{n}", plan="Premium")
        segment = given_segment()
        Membership.objects.all().delete()
        OutboxEntry.objects.all().delete()
        Segment.objects.update(evaluated_at=None)
    ready, wrong = threading.Barrier(4), []

    def judge():
        try:
            with tenancy.scope(workspace.pk):
                ready.wait()
                actions.touch(Subject.ACCOUNT, range(1, 50))
                actions.refresh_everybody(Subject.ACCOUNT, now=clock.now())
                actions.refresh_touched(Subject.ACCOUNT, now=clock.now())
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=judge) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    with tenancy.scope(workspace.pk):
        assert queries.segment(segment.pk).size == 5
        assert Membership.objects.count() == 5
    assert OutboxEntry.objects.filter(kind="SegmentEntered").count() == 5
