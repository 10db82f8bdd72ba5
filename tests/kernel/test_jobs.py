"""Stages that run beside each other."""

import threading

import pytest
from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected

from tenure.kernel import jobs

pytestmark = pytest.mark.django_db(transaction=True)

OURS, THEIRS = 71, 72


def lock(number):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


@pytest.fixture
def crossing(monkeypatch):
    """Give a stage which takes its locks in the other order than somebody else, so often as is asked for."""
    monkeypatch.setattr(jobs, "_stages", {})
    asked = []

    def make(times):
        @jobs.stage("crossing", every=1, order=0)
        def drain(now):
            asked.append(now)
            if len(asked) > times:
                return len(asked) == times + 1
            ours_is_taken, theirs_is_taken = threading.Event(), threading.Event()

            def go_the_other_way():
                try:
                    with transaction.atomic():
                        lock(THEIRS)
                        theirs_is_taken.set()
                        ours_is_taken.wait(20)
                        lock(OURS)
                finally:
                    connection.close()

            other = threading.Thread(target=go_the_other_way)
            other.start()
            try:
                with transaction.atomic():
                    with connection.cursor() as cursor:
                        cursor.execute("SET LOCAL deadlock_timeout = '10ms'")  # so that we are who is cut short
                    lock(OURS)
                    theirs_is_taken.wait(20)
                    ours_is_taken.set()
                    lock(THEIRS)
            finally:
                other.join()
            return 1

        return asked

    return make


def test_a_stage_is_begun_again_after_a_deadlock(crossing):
    asked = crossing(times=1)

    assert jobs.run_stage("crossing") == 1
    assert len(asked) == 3


def test_a_stage_that_never_comes_through_says_so(crossing):
    asked = crossing(times=100)

    with pytest.raises(OperationalError) as told:
        jobs.run_stage("crossing")

    assert isinstance(told.value.__cause__, DeadlockDetected)
    assert len(asked) == 1 + jobs.MOST_CUT_SHORT
