"""Journeys before they run: whom one would let in, topics left to the template, drafts thrown away."""

from datetime import UTC, datetime, timedelta

import pytest

from tenure.channels import actions as channels
from tenure.channels import queries as channel_queries
from tenure.channels.models import OutgoingMessage
from tenure.channels.types import Content
from tenure.journeys import actions, queries
from tenure.journeys.errors import JourneyInvalid, JourneyNotDraft
from tenure.journeys.models import Decision, Journey, JourneyVersion
from tenure.journeys.types import Definition, Existing, StepDefinition, Subject, Trigger, TriggerKind, Why
from tenure.segments.actions import refresh_everybody
from tenure.segments.types import Subject as SegmentSubject
from tenure.workspaces.models import AuditEntry
from tests.channels.given import given_account, given_person, given_template, given_topic
from tests.given import given_member
from tests.journeys.given import delivered, given_journey, given_segment, send, wait

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def start(at, workspace):
    workspace.holdout_share = 0
    workspace.save()
    at(NOW)


def by_segment(segment_id: int) -> Definition:
    return Definition(trigger=Trigger(kind=TriggerKind.SEGMENT, segment_id=segment_id), steps=(wait(),))


def appearing() -> Definition:
    return Definition(trigger=Trigger(kind=TriggerKind.APPEARED), steps=(wait(),))


def test_counts_who_is_in_the_segment_and_names_some():
    premium = given_account("Fjord", plan="Premium")
    given_account("Kestrel", plan="Basic")
    segment = given_segment()
    refresh_everybody(SegmentSubject.ACCOUNT, now=NOW)

    found = queries.would_enter(by_segment(segment), Subject.ACCOUNT)

    assert (found.count, found.sample, found.days) == (1, (premium,), 0)


def test_leaves_out_those_who_are_or_have_been_in_it():
    given_account("Fjord", plan="Premium")
    segment = given_segment()
    refresh_everybody(SegmentSubject.ACCOUNT, now=NOW)
    journey = given_journey(wait(), trigger=by_segment(segment).trigger, existing=Existing.ENROL)
    given_account("Kestrel", plan="Premium")
    refresh_everybody(SegmentSubject.ACCOUNT, now=NOW)

    found = queries.would_enter(by_segment(segment), Subject.ACCOUNT, journey=journey)

    assert (found.count, found.in_now, found.been_before) == (1, 1, 0)


def test_looks_back_for_what_is_yet_to_come():
    given_account("Old", at=NOW - timedelta(days=60))
    new = given_account("New", at=NOW - timedelta(days=3))

    found = queries.would_enter(appearing(), Subject.ACCOUNT)

    assert (found.count, found.sample, found.days) == (1, (new,), 28)


def test_a_step_without_a_topic_is_sent_under_the_templates(at):
    given_topic("onboarding")
    template = given_template()
    step = StepDefinition(id="hello", kind="send_email", settings={"template_id": template})
    with pytest.raises(JourneyInvalid) as refused:
        given_journey(step)
    assert [(p["code"], p["place"]) for p in refused.value.details["problems"]] == [("topic_missing", "steps[0].topic")]

    content = channel_queries.current_version(template)
    channels.change_template(
        channel_queries.template(template),
        content=said_by(content),
        topic="onboarding",
    )
    given_journey(step)
    account = given_account("Fjord", at=NOW + timedelta(minutes=1))
    given_person(account_id=account, at=NOW + timedelta(minutes=1))
    at(NOW + timedelta(minutes=2))
    delivered()
    actions.advance_due(NOW + timedelta(minutes=2))

    assert Journey.objects.get().error == ""
    assert Decision.objects.get().reason == Why.DUE
    assert OutgoingMessage.objects.get().topic == "onboarding"


def said_by(version):
    return Content(subject=version.subject, body=version.body, preview=version.preview)


def test_a_draft_is_thrown_away_and_written_in_the_trail():
    draft = actions.define_journey("Welcome", subject=Subject.ACCOUNT, definition=appearing())

    actions.delete_draft(draft, by=given_member())

    assert (Journey.objects.count(), JourneyVersion.objects.count()) == (0, 0)
    assert AuditEntry.objects.get(action="journeys.delete_draft").subject == "Welcome"


def test_what_has_run_is_never_thrown_away():
    journey = given_journey(wait())

    with pytest.raises(JourneyNotDraft):
        actions.delete_draft(journey, by=given_member())

    assert Journey.objects.count() == 1
    assert not AuditEntry.objects.filter(action="journeys.delete_draft").exists()


def test_says_which_journeys_send_a_template():
    journey = given_journey(send(), send("again"), name="Welcome")
    template = channel_queries.templates().get().pk

    assert queries.templates_sent() == {template: [(journey.pk, "Welcome")]}
    actions.archive_journey(journey, by=given_member())
    assert queries.templates_sent() == {}
