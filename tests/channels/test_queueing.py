"""Queueing messages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenure.channels import actions, queries
from tenure.channels.announcements import MessageRefused
from tenure.channels.errors import ChannelUnknown, TopicUnknown
from tenure.channels.models import OutgoingMessage
from tenure.channels.types import MessageStatus, NewMessage
from tests.channels.given import given_account, given_message, given_person, given_template, given_topic, version_of
from tests.given import given_member

pytestmark = pytest.mark.django_db


def test_a_key_is_queued_once_however_often(workspace):
    first = given_message("k1", subject="First")
    again = actions.queue_messages(
        [
            NewMessage(idempotency_key="k1", address="other@x.example", subject="Second"),
            NewMessage(idempotency_key="k2", address="other@x.example", subject="Third"),
        ]
    )

    assert again.ids["k1"] == first
    assert again.new == 1
    assert [m.subject for m in queries.messages().items] == ["Third", "First"]


def test_tags_are_filled_from_what_is_known_of_person_account_and_owner(workspace):
    account = given_account("Kestrel & Co", plan="Premium")
    person = given_person("wen@kestrel.example", "王小明", account_id=account, city="台北")
    from tenure.customers.actions import assign_owner

    assign_owner(account, given_member("Ada"), by=None)
    topic = given_topic()
    template = given_template(
        subject="{{ person.first_name }}: {{ account.name }}",
        body='{{ account.traits.plan | "?" }} {{ person.traits.city | "?" }} {{ account.traits.gone | "none" }} '
        "{{ owner.name }} {{ workspace.name }}",
    )

    pk = actions.queue_message(
        NewMessage(
            idempotency_key="t",
            address="Wen@Kestrel.example",
            person_id=person,
            account_id=account,
            topic=topic,
            template_version_id=version_of(template),
        )
    )

    message = queries.message(pk)
    assert message.row.subject == "王小明: Kestrel & Co"
    assert message.row.address == "wen@kestrel.example"
    assert message.row.account_name == "Kestrel & Co"
    assert message.text.startswith("Premium 台北 none Ada Harbor\n")
    assert "Premium 台北 none Ada Harbor" in message.html
    assert "{{" not in message.html + message.text


def test_a_changed_template_leaves_queued_messages_as_they_were(workspace):
    from tenure.channels.types import Content

    topic, template = given_topic(), given_template(subject="Old", body="Old words")
    pk = actions.queue_message(
        NewMessage(idempotency_key="t", address="a@b.example", topic=topic, template_version_id=version_of(template))
    )

    actions.change_template(queries.template(template), content=Content(subject="New", body="New words"))

    assert queries.message(pk).text.startswith("Old words")
    assert [v.number for v in queries.template_versions(queries.template(template))] == [2, 1]


def test_an_unknown_topic_or_channel_queues_nothing(workspace):
    with pytest.raises(TopicUnknown):
        given_message(topic="nope")
    with pytest.raises(ChannelUnknown):
        given_message(channel="pigeon")

    assert OutgoingMessage.objects.count() == 0


def test_thousands_cost_as_many_statements_as_two(workspace):
    topic, template = given_topic(), given_template()
    person, account = given_person(), given_account()
    version = version_of(template)

    def queue(prefix, n):
        with CaptureQueriesContext(
            connection,
        ) as spent:
            actions.queue_messages(
                [
                    NewMessage(
                        idempotency_key=f"{prefix}{i}",
                        address="a@b.example",
                        person_id=person,
                        account_id=account,
                        topic=topic,
                        template_version_id=version,
                    )
                    for i in range(n)
                ]
            )
        return len(spent)

    assert queue("a", 2) == queue("b", 900)


def test_messages_come_in_pages_that_stay_right_while_others_arrive(workspace):
    for n in range(5):
        given_message(f"k{n}", subject=f"No. {n}")

    first = queries.messages(limit=2)
    given_message("k9", subject="No. 9")
    second = queries.messages(limit=2, cursor=first.next_cursor)
    last = queries.messages(limit=2, cursor=second.next_cursor)

    assert [m.subject for m in first.items + second.items + last.items] == [f"No. {n}" for n in (4, 3, 2, 1, 0)]
    assert last.next_cursor == ""


def test_messages_can_be_looked_for(workspace):
    given_message("a", subject="Invoice", address="kim@x.example", origin="journey:7")
    given_message("b", subject="Welcome", address="maya@y.example")

    assert [m.subject for m in queries.messages(search="KIM@").items] == ["Invoice"]
    assert [m.subject for m in queries.messages(search="welc").items] == ["Welcome"]
    assert [m.subject for m in queries.messages(origin="journey:7").items] == ["Invoice"]
    assert queries.messages(status=MessageStatus.SENT).items == ()
    assert queries.message_counts().waiting == 2


def test_who_said_no_already_is_refused_as_it_is_queued(workspace, heard):
    actions.unsubscribe_person("maya@northwind.example", by=given_member())
    given_topic()

    pk = given_message(topic="onboarding")

    assert queries.message(pk).row.status == MessageStatus.REFUSED
    assert [a.reason for a in heard if isinstance(a, MessageRefused)] == ["unsubscribed"]
