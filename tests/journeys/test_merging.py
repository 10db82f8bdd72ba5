"""Enrolments of those who turned out to be one."""

from datetime import timedelta

import pytest

from tenure.journeys import actions
from tenure.journeys.models import Decision, Enrolment
from tenure.journeys.types import Entrant, Subject, Trigger, TriggerKind
from tenure.kernel import clock, jobs
from tenure.workspaces.models import Workspace
from tests.channels.given import MONDAY, delivered, given_person, given_visitor, given_visitor_is
from tests.journeys.given import given_journey, send, wait

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_held_out(workspace, at):
    at(MONDAY)
    Workspace.objects.update(holdout_share=0.0)


def enrol(journey, *people):
    actions.enrol(journey, [Entrant(account_id=None, person_id=pk, at=clock.now()) for pk in people])


def test_the_oldest_live_enrolment_stays_and_the_others_end():
    journey = given_journey(
        wait(days=3), subject=Subject.PERSON, trigger=Trigger(kind=TriggerKind.EVENT, event="Exported")
    )
    other = given_journey(
        wait(days=3), name="Other", subject=Subject.PERSON, trigger=Trigger(kind=TriggerKind.EVENT, event="Exported")
    )
    person = given_person()
    first, second = given_visitor("v1"), given_visitor("v2")
    enrol(journey, first)
    enrol(journey, second)
    enrol(journey, person)
    enrol(other, second)

    given_visitor_is("v1", person, at=MONDAY + timedelta(minutes=1))
    given_visitor_is("v2", person, at=MONDAY + timedelta(minutes=2))
    delivered()

    listed = [(e.journey.name, e.person_id, e.status, e.end_reason) for e in Enrolment.objects.order_by("pk")]
    assert listed == [
        ("Welcome", person, "live", ""),
        ("Welcome", person, "left", "merged"),
        ("Welcome", person, "left", "merged"),
        ("Other", person, "live", ""),
    ]


def test_decisions_follow_the_person():
    journey = given_journey(send(), subject=Subject.PERSON, trigger=Trigger(kind=TriggerKind.EVENT, event="Exported"))
    person, visitor = given_person(), given_visitor("v1")
    enrol(journey, visitor)
    jobs.run_stage("journeys", clock.now())

    given_visitor_is("v1", person, at=MONDAY + timedelta(minutes=1))
    delivered()

    assert [d.person_id for d in Decision.objects.all()] == [person]
