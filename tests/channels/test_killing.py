"""kill -9 between any two steps of sending never sends twice, and loses nothing without saying so."""

import random
import time
from collections import Counter
from datetime import timedelta

import pytest

from tenure.channels import actions, queries
from tenure.channels.models import OutgoingMessage
from tenure.channels.types import MessageStatus, NewMessage
from tenure.kernel import clock, tenancy
from tests.channels.killing import Worker
from tests.given import given_workspace

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scoped():
    workspace = given_workspace()
    with tenancy.scope(workspace.pk):
        yield workspace


def queue(n):
    actions.queue_messages(
        [
            NewMessage(idempotency_key=f"k{i}", address=f"p{i}@x.example", subject=f"No. {i}", text=f"{i}\n")
            for i in range(n)
        ]
    )


def wait_until(true, seconds=20.0):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.005)


def after_ten_minutes():
    return clock.now() + timedelta(minutes=11)


def test_killed_while_the_server_has_the_message_it_is_never_sent_again(scoped, postbox):
    queue(1)
    worker = Worker(postbox.url, "channels_send")
    postbox.on_data = worker.kill
    wait_until(lambda: postbox.received)
    wait_until(lambda: OutgoingMessage.objects.get().status == MessageStatus.SENDING)
    postbox.on_data = lambda: None

    actions.send_waiting(clock.now())
    actions.send_waiting(after_ten_minutes())
    actions.send_waiting(after_ten_minutes())

    assert len(postbox.received) == 1
    assert [m.status for m in queries.messages().items] == [MessageStatus.UNSURE]


def test_killed_at_random_moments_no_message_is_sent_twice_and_none_is_lost_silently(scoped, postbox):
    chance = random.Random(7)
    queue(40)
    for _ in range(4):
        worker = Worker(postbox.url, "channels_send")
        before = len(postbox.received)
        enough = min(40, before + chance.randrange(1, 9))
        wait_until(lambda enough=enough: len(postbox.received) >= enough)
        time.sleep(chance.random() * 0.02)
        worker.kill()

    actions.send_waiting(clock.now())
    actions.send_waiting(after_ten_minutes())

    arrived = Counter(str(m["To"]) for m in postbox.received)
    told = {m.address: m.status for m in queries.messages(limit=200).items}
    assert max(arrived.values()) == 1
    assert set(told.values()) <= {MessageStatus.SENT, MessageStatus.UNSURE}
    assert {a for a, status in told.items() if status == MessageStatus.SENT} <= set(arrived)
    assert set(told) - set(arrived) <= {a for a, status in told.items() if status == MessageStatus.UNSURE}
    assert sum(status == MessageStatus.UNSURE for status in told.values()) <= 4
