"""Journeys that heed what people do, from the call an SDK sends to the touch."""

from datetime import timedelta

import pytest

from tenure.customers import queries as customers
from tenure.journeys import queries
from tenure.journeys.models import Enrolment
from tenure.journeys.types import EnrolmentStatus, Goal, Reentry, Subject, Trigger, TriggerKind
from tenure.kernel import jobs
from tenure.workspaces.models import Workspace
from tests.journeys.given import delivered, given_journey, send, wait
from tests.tracking import sending
from tests.tracking.sending import NOW, hours

pytestmark = pytest.mark.django_db

EXPORTED = Trigger(kind=TriggerKind.EVENT, event="Exported")


@pytest.fixture(autouse=True)
def nobody_held_out(workspace, at):
    Workspace.objects.update(holdout_share=0.0)
    at(NOW - hours(1))


def happened(*calls):
    """Let calls come in and everybody react."""
    sending.send(*calls)
    jobs.run_stage("intake", NOW)
    delivered()


def maya_exports(at=NOW, **more):
    return [
        sending.identify(userId="maya", traits={"email": "maya@x.example"}, at=at),
        sending.group(userId="maya", groupId="fjord", at=at),
        sending.track("Exported", userId="maya", at=at, **more),
    ]


def maya():
    return customers.person_by_external_id("maya").pk


def test_an_event_lets_the_person_in_who_did_it(at):
    given_journey(send(), subject=Subject.PERSON, trigger=EXPORTED)

    happened(*maya_exports())

    enrolment = Enrolment.objects.get()
    assert (enrolment.person_id, enrolment.account_id) == (maya(), customers.account_by_external_id("fjord").pk)
    assert enrolment.why == {"kind": "event", "event": "Exported"}


def test_an_event_by_anybody_lets_the_account_in():
    given_journey(send(), trigger=EXPORTED)

    happened(*maya_exports())

    assert [e.account_id for e in Enrolment.objects.all()] == [customers.account_by_external_id("fjord").pk]


def test_other_events_and_those_before_the_launch_let_nobody_in():
    given_journey(send(), trigger=EXPORTED)

    happened(sending.track("Imported", userId="maya", at=NOW), *maya_exports(at=NOW - hours(30)))

    assert Enrolment.objects.count() == 0


def test_the_same_event_told_again_lets_nobody_in_again(at):
    given_journey(send(), trigger=EXPORTED, reentry=Reentry.AFTER_LEAVING)
    calls = maya_exports()
    happened(*calls)
    jobs.run_stage("journeys", at(NOW + hours(1)))

    happened(*calls)
    assert Enrolment.objects.count() == 1

    at(NOW + timedelta(days=1))
    happened(sending.track("Exported", userId="maya", at=NOW + hours(20)))
    assert Enrolment.objects.count() == 2


def test_a_goal_is_reached_by_what_is_done_after_coming_in(at, heard):
    given_journey(wait(days=3), send(), trigger=EXPORTED, goal=Goal(event="Invited"), subject=Subject.PERSON)
    at(NOW)
    happened(*maya_exports(), sending.track("Invited", userId="maya", at=NOW - hours(2)))
    assert [e.status for e in queries.enrolments_of(person_id=maya())] == [EnrolmentStatus.LIVE]

    happened(sending.track("Invited", userId="maya", at=NOW + timedelta(minutes=1)))
    assert [e.status for e in queries.enrolments_of(person_id=maya())] == [EnrolmentStatus.GOAL]


def test_somebody_who_turns_out_to_be_known_keeps_one_enrolment():
    given_journey(wait(days=3), send(), subject=Subject.PERSON, trigger=EXPORTED)
    happened(
        sending.track("Exported", anonymousId="visitor", at=NOW),
        *maya_exports(),
    )
    happened(sending.identify(userId="maya", anonymousId="visitor", at=NOW + hours(1)))

    live = Enrolment.objects.filter(status="live")
    assert [e.person_id for e in live] == [maya()]
