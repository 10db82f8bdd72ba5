"""kill -9 between any two steps of a journey neither loses a touch nor makes it twice."""

import random
import time
from collections import Counter
from datetime import time as time_of_day
from datetime import timedelta

import pytest

from tenure.channels import actions as channels
from tenure.channels import queries as channel_queries
from tenure.channels.types import MessageStatus, Policy
from tenure.journeys.models import Decision, Enrolment
from tenure.journeys.types import Outcome
from tenure.kernel import clock, jobs, tenancy
from tenure.workspaces.models import Workspace
from tests.channels.conftest import free_port, postbox
from tests.channels.given import given_account, given_person
from tests.channels.killing import Worker
from tests.given import given_member, given_workspace
from tests.journeys.given import delivered, given_journey, send

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["free_port", "postbox"]


@pytest.fixture
def scoped():
    workspace = given_workspace()
    Workspace.objects.update(holdout_share=0.0)
    with tenancy.scope(workspace.pk):
        yield workspace


def test_each_touch_is_decided_once_and_sent_at_most_once(scoped, postbox):
    chance = random.Random(11)
    always = Policy(quiet_from=time_of_day(0), quiet_until=time_of_day(0), cap_messages=9)
    channels.change_contact_policy(always, by=given_member())
    given_journey(send("first"), send("second"), name="Two letters")
    appeared = clock.now() + timedelta(seconds=1)
    for n in range(15):
        account = given_account(f"A{n}", at=appeared)
        given_person(f"p{n}@x.example", f"P{n}", account_id=account, at=appeared)
    delivered()
    assert Enrolment.objects.count() == 15

    for _ in range(3):
        worker = Worker(postbox.url, "journeys", "channels_send")
        time.sleep(chance.random() * 0.25)
        worker.kill()
    later = clock.now() + timedelta(minutes=11)
    for _ in range(3):
        jobs.run_stage("journeys", later)
        jobs.run_stage("channels_send", later)

    arrived = Counter((str(m["To"]), str(m["Message-ID"])) for m in postbox.received)
    assert max(arrived.values()) == 1
    assert Decision.objects.filter(outcome=Outcome.MADE.value).count() == 30
    assert Enrolment.objects.filter(status="finished").count() == 15
    told = channel_queries.messages(limit=200).items
    assert len(told) == 30
    unsure = sum(m.status == MessageStatus.UNSURE for m in told)
    assert unsure <= 4
    assert {m.status for m in told} <= {MessageStatus.SENT, MessageStatus.UNSURE}
    assert len(postbox.received) >= 30 - unsure
