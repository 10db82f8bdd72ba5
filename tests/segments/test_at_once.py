"""Several processes judging the same segments at the same time."""

import threading

import pytest
from django.db import connection, transaction

from tenure.kernel import clock, tenancy
from tenure.kernel.models import OutboxEntry
from tenure.segments import actions, queries
from tenure.segments.actions.settling import _LOCKS
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


@pytest.mark.django_db(transaction=True)
def test_wait_for_each_other_in_one_order():
    workspace = given_workspace()
    with tenancy.scope(workspace.pk):
        for n in range(3):
            given_account(f"account{n}", plan="Premium")
        accounts = given_segment()
        people = actions.define_segment(
            "Theirs", subject="person", condition={"kind": "in_segment", "segment_id": accounts.pk}
        )
        asked = {"kind": "people", "number": 1, "condition": {"kind": "in_segment", "segment_id": people.pk}}
        actions.define_segment("Asked", subject="account", condition=asked)
    ready, wrong = threading.Barrier(4), []

    def change(pk, names):
        for name in names:
            actions.change_segment(
                pk, by=None, condition={"kind": "trait", "name": "plan", "operator": "is", "value": name}
            )

    def refresh(subject):
        for _ in range(4):
            actions.touch(Subject.ACCOUNT, range(1, 50))
            actions.refresh_everybody(subject, now=clock.now())
            actions.refresh_touched(subject, now=clock.now())

    def run(act, *said):
        try:
            with tenancy.scope(workspace.pk):
                ready.wait()
                act(*said)
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=said)
        for said in (
            (change, accounts.pk, ("Basic", "Premium") * 2),
            (change, people.pk, ("Basic", "Premium") * 2),
            (refresh, Subject.ACCOUNT),
            (refresh, Subject.PERSON),
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


@pytest.mark.parametrize("subject", list(Subject))
def test_what_follows_a_merge_or_a_parting_waits_for_accounts_and_people_at_once(workspace, subject):
    def held() -> set[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT classid FROM pg_locks"
                " WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND objid = %s AND classid = ANY(%s)",
                [workspace.pk, [*_LOCKS.values()]],
            )
            return {classid for (classid,) in cursor.fetchall()}

    for follow in (actions.follow_merged, actions.follow_parted):
        before = held()
        with transaction.atomic():
            follow(subject, [], [])
            both = held()
            transaction.set_rollback(True)

        assert (before, both, held()) == (set(), set(_LOCKS.values()), set())
