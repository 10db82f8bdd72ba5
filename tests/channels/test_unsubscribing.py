"""Saying no, and taking it back."""

from datetime import timedelta

import pytest

from tenure.channels import actions, queries
from tenure.channels.announcements import Resubscribed, Unsubscribed
from tenure.channels.errors import UnsubscribeLinkBroken
from tenure.channels.models import OutgoingMessage, Unsubscribe
from tenure.channels.types import NewMessage, UnsubscribedVia, UnsubscribeFrom
from tenure.kernel import clock, tenancy
from tests.channels.given import (
    delivered,
    given_person,
    given_template,
    given_topic,
    given_visitor,
    given_visitor_is,
    version_of,
)
from tests.given import given_member, given_workspace

pytestmark = pytest.mark.django_db


def given_link(key="t1", topic="onboarding", **choices):
    """Queue a message with a topic; returns its id and the token of its link."""
    if topic not in queries.topic_names():
        given_topic(topic, topic.title())
    template = queries.templates().first()
    pk = actions.queue_message(
        NewMessage(
            idempotency_key=key,
            topic=topic,
            template_version_id=version_of(template.pk if template else given_template()),
            **({"address": "maya@northwind.example"} | choices),
        )
    )
    return pk, queries.unsubscribe_url(OutgoingMessage.objects.get(pk=pk)).split("/")[-2]


def no(token, choice=UnsubscribeFrom.TOPIC, via=UnsubscribedVia.PAGE):
    actions.unsubscribe(token, choice=choice, via=via)


def test_a_link_says_what_it_is_about_without_a_scope_and_changes_nothing(workspace, heard):
    _, token = given_link()

    with tenancy.scope(given_workspace("Other").pk):
        offer = queries.unsubscribe_offer(token)

    assert (offer.workspace_id, offer.topic_name, offer.address) == (
        workspace.pk,
        "Onboarding",
        "ma••@northwind.example",
    )
    assert not offer.topic_stopped
    assert not offer.everything_stopped
    assert [a for a in heard if isinstance(a, Unsubscribed)] == []


def test_stopping_a_topic_leaves_the_others(workspace, heard):
    person = given_person()
    _, token = given_link(person_id=person)

    no(token)

    state = queries.contact_states({person: "maya@northwind.example"}, since=clock.now() - timedelta(days=7))[person]
    assert (state.topics, state.everything) == (frozenset({"onboarding"}), False)
    assert [(a.topic, a.person_id, a.via) for a in heard if isinstance(a, Unsubscribed)] == [
        ("onboarding", person, "page")
    ]


def test_saying_it_twice_is_saying_it_once(workspace, heard):
    _, token = given_link()

    no(token)
    no(token)

    assert Unsubscribe.objects.count() == 1
    assert len([a for a in heard if isinstance(a, Unsubscribed)]) == 1


def test_stopping_everything_holds_for_every_topic(workspace):
    _, token = given_link("t1")
    other, _ = given_link("t2", topic="news")

    no(token, UnsubscribeFrom.EVERYTHING)
    actions.send_waiting(clock.now())

    assert queries.message(other).row.reason == "unsubscribed"


def test_mail_one_needs_goes_out_all_the_same(workspace):
    _, token = given_link()
    no(token, UnsubscribeFrom.EVERYTHING)

    actions.send_account_mail(to=["maya@northwind.example"], subject="Reset", text="link")
    actions.send_waiting(clock.now())

    assert [m.status.value for m in queries.messages(search="Reset").items] == ["sent"]


def test_it_can_be_taken_back(workspace, heard):
    _, token = given_link()
    no(token, UnsubscribeFrom.EVERYTHING)

    actions.resubscribe(token)
    actions.resubscribe(token)

    assert Unsubscribe.objects.count() == 0
    assert len([a for a in heard if isinstance(a, Resubscribed)]) == 1


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"), lambda t: t[:3], lambda t: "", lambda t: "1-2-3"]
)
def test_a_link_that_was_changed_is_refused(workspace, heard, change):
    _, token = given_link()

    with pytest.raises(UnsubscribeLinkBroken):
        no(change(token))

    assert Unsubscribe.objects.count() == 0
    assert [a for a in heard if isinstance(a, Unsubscribed)] == []


def test_a_link_of_another_message_cannot_be_made_of_this_one(workspace):
    first, token = given_link("t1")
    second, _ = given_link("t2")

    with pytest.raises(UnsubscribeLinkBroken):
        no(token.replace(f"-{first}-", f"-{second}-", 1))


def test_it_holds_for_whoever_the_person_turns_out_to_be(workspace):
    visitor, person = given_visitor("v1"), given_person("new@x.example")
    _, token = given_link(person_id=visitor, address="old@x.example")
    no(token)

    given_visitor_is("v1", person)
    delivered()

    later, _ = given_link("t2", person_id=person, address="new@x.example")
    actions.send_waiting(clock.now())
    assert queries.message(later).row.reason == "unsubscribed"


def test_a_member_can_note_it_for_somebody(workspace):
    person = given_person()

    actions.unsubscribe_person("Maya@Northwind.example", by=given_member(), person_id=person)

    assert [u.via for u in queries.unsubscribes_of(person)] == ["member"]
    pk, _ = given_link()
    actions.send_waiting(clock.now())
    assert queries.message(pk).row.reason == "unsubscribed"
