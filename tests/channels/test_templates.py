"""What templates are about, and trying one on oneself."""

import pytest

from tenure.channels import actions, queries
from tenure.channels.errors import TemplateInvalid, TopicUnknown
from tenure.channels.models import OutgoingMessage
from tenure.channels.types import Content
from tests.channels.given import given_account, given_person, given_template, given_topic
from tests.given import given_member

pytestmark = pytest.mark.usefixtures("workspace")
HELLO = Content(subject='Hello {{ person.first_name | "there" }}', body="Good morning.")


def test_a_template_keeps_its_topic_until_it_is_told_another():
    given_topic("onboarding")
    given_topic("news", "News")
    template = actions.define_template("Welcome", content=HELLO, topic="onboarding")

    actions.change_template(template, content=HELLO)
    kept = queries.template_topics([template.pk])
    actions.change_template(template, content=HELLO, topic="news")

    assert kept == {template.pk: "onboarding"}
    assert queries.template_topics([template.pk]) == {template.pk: "news"}


def test_a_topic_nobody_named_is_refused():
    with pytest.raises(TopicUnknown):
        actions.define_template("Welcome", content=HELLO, topic="gossip")

    assert queries.templates().count() == 0


def test_a_template_without_a_topic_is_left_out():
    assert queries.template_topics([given_template()]) == {}


def test_a_test_goes_to_the_member_as_the_customer_would_read_it():
    ada = given_member("Ada")
    account = given_account("Northwind")
    maya = given_person(account_id=account)

    pk = actions.send_test("Welcome", content=HELLO, person_id=maya, account_id=account, by=ada)

    sent = OutgoingMessage.objects.get(pk=pk)
    assert (sent.address, sent.subject) == (ada.user.email, "Test: Hello Maya")
    assert "Good morning." in sent.text
    assert (sent.person_id, sent.account_id, sent.topic) == (None, None, "")


def test_a_test_of_what_cannot_be_sent_sends_nothing():
    with pytest.raises(TemplateInvalid):
        actions.send_test("Welcome", content=Content(subject="{{ person.shoe }}", body="x"), by=given_member())

    assert OutgoingMessage.objects.count() == 0
