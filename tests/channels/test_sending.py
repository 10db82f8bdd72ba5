"""Sending, over a real SMTP server and to the outbox inside Tenure."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenure.channels import actions, queries, registry
from tenure.channels.actions import sending
from tenure.channels.announcements import MessageRefused, MessageSent
from tenure.channels.errors import CannotResend, LetterUnusable
from tenure.channels.models import LocalMail, OutgoingMessage
from tenure.channels.types import MessageStatus, NewMessage, Policy, UnsubscribedVia, UnsubscribeFrom
from tenure.kernel import clock
from tenure.workspaces.types import PermissionRole
from tests.channels.given import given_message, given_person, given_template, given_topic, version_of
from tests.given import given_member, given_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rested():
    sending._rests_until.clear()


def send(at: datetime | None = None) -> int:
    return actions.send_waiting(at or clock.now())


def given_templated(key: str = "t1", **choices: Any) -> int:
    if not queries.topic_names():
        given_topic()
    templates = list(queries.templates())
    template = templates[0].pk if templates else given_template()
    return actions.queue_message(
        NewMessage(
            idempotency_key=key,
            topic="onboarding",
            template_version_id=version_of(template),
            **{"address": "maya@northwind.example", **choices},
        )
    )


def test_a_message_reaches_the_server_with_text_html_and_a_way_out(workspace, postbox, heard):
    actions.change_contact_policy(Policy(sender_name="Harbor", reply_to="help@harbor.example"), by=given_member())
    pk = given_templated(person_id=given_person())

    assert send() == 1

    (mail,) = postbox.received
    row = queries.message(pk)
    assert mail["From"] == "Harbor <hello@tenure.example>"
    assert mail["To"] == "maya@northwind.example"
    assert mail["Subject"] == "Welcome, Maya"
    assert mail["Reply-To"] == "help@harbor.example"
    assert mail["Message-ID"] == row.message_id
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"].strip("<>")
    assert link.startswith("http://127.0.0.1:8000/unsubscribe/")
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == row.text
    assert link in mail.get_body(("html",)).get_content()
    assert row.row.status == MessageStatus.SENT
    assert [type(a) for a in heard if isinstance(a, MessageSent | MessageRefused)] == [MessageSent]


def test_words_of_every_script_arrive_as_they_were_written(workspace, postbox):
    given_message(subject="欢迎 – مرحبا 🎉", text="第一行\n.\n..a line of dots\n\nمرحبا 🎉\n", html="<p>你好</p>")

    send()

    (mail,) = postbox.received
    assert mail["Subject"] == "欢迎 – مرحبا 🎉"
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert text == "第一行\n.\n..a line of dots\n\nمرحبا 🎉\n"


def test_long_headers_stay_in_one_piece(workspace, postbox):
    given_templated(subject="")

    send()

    header = next(line for line in postbox.raw[0].split(b"\r\n") if line.startswith(b"List-Unsubscribe:"))
    assert header.endswith(b"/>")


def test_letters_share_a_connection(workspace, postbox):
    for n in range(5):
        given_message(f"k{n}")

    assert send() == 5

    assert len(postbox.received) == 5
    assert len(postbox.sessions) == 1


def test_an_address_the_server_refuses_is_never_tried_again(workspace, postbox, heard):
    postbox.answers["gone@x.example"] = "550 no such mailbox"
    gone, fine = given_message("a", address="gone@x.example"), given_message("b")

    send()
    send(clock.now() + timedelta(days=3))

    assert [m["To"] for m in postbox.received] == ["maya@northwind.example"]
    row = queries.message(gone).row
    assert (row.status, row.reason) == (MessageStatus.REFUSED, "address_refused")
    assert "550 no such mailbox" in row.error
    assert queries.message(fine).row.status == MessageStatus.SENT
    assert [a.reason for a in heard if isinstance(a, MessageRefused)] == ["address_refused"]


def test_a_server_that_says_later_is_asked_later(workspace, postbox):
    postbox.answers["grey@x.example"] = "451 try again"
    grey, fine = given_message("a", address="grey@x.example"), given_message("b")

    send()
    row = queries.message(grey).row
    assert (row.status, row.attempts) == (MessageStatus.WAITING, 1)
    assert row.not_before > clock.now() + timedelta(seconds=50)
    assert queries.message(fine).row.status == MessageStatus.SENT

    postbox.answers.clear()
    send(clock.now() + timedelta(minutes=2))
    assert queries.message(grey).row.status == MessageStatus.SENT


def test_a_server_that_is_away_costs_one_attempt_not_one_each(workspace, settings, free_port):
    settings.TENURE_SMTP_URL = f"smtp://127.0.0.1:{free_port}"
    for n in range(3):
        given_message(f"k{n}")

    send()

    assert sorted(m.attempts for m in queries.messages().items) == [0, 0, 1]
    assert queries.message_counts().waiting == 3
    assert send() == 0


def test_an_address_of_a_server_that_cannot_be_read_is_a_carrier_away(workspace, settings):
    settings.TENURE_SMTP_URL = "http://mail.example"
    pk = given_message()

    send()

    row = queries.message(pk).row
    assert row.status == MessageStatus.WAITING
    assert row.error == "TENURE_SMTP_URL: the address of an SMTP server begins with smtp:// or smtps://"


def test_a_letter_that_cannot_be_written_is_not_begun(workspace, postbox):
    message = OutgoingMessage.objects.get(pk=given_message())
    letter = dataclasses.replace(queries.letter_of(message), reply_to="a@x.example\nBcc: everybody@x.example")

    with pytest.raises(LetterUnusable):
        registry.channel("email").deliver(letter)

    assert postbox.received == []


def test_a_carrier_away_for_a_day_and_more_is_given_up_and_can_be_tried_by_hand(workspace, settings, free_port, heard):
    settings.TENURE_SMTP_URL = f"smtp://127.0.0.1:{free_port}"
    pk = given_message()
    for _ in range(8):
        OutgoingMessage.objects.update(not_before=clock.now())
        sending._rests_until.clear()
        send()

    row = queries.message(pk)
    assert (row.row.status, row.row.reason, row.row.attempts) == (MessageStatus.REFUSED, "carrier_away", 8)
    assert [a.reason for a in heard if isinstance(a, MessageRefused)] == ["carrier_away"]
    assert row.can_be_resent


def test_a_connection_that_breaks_after_the_message_was_given_leaves_it_unsure(workspace, postbox):
    postbox.hangs_up = True
    pk = given_message()
    send()
    postbox.hangs_up = False
    sending._rests_until.clear()
    send(clock.now() + timedelta(days=3))

    assert len(postbox.received) == 1
    row = queries.message(pk)
    assert row.row.status == MessageStatus.UNSURE
    assert "no answer after the message was given" in row.row.error
    assert row.can_be_resent


def test_what_a_dead_process_was_sending_becomes_unsure_and_a_member_decides(workspace, postbox):
    pk = given_message()
    OutgoingMessage.objects.update(status="sending", claimed_at=clock.now() - timedelta(minutes=11), attempts=1)

    send()
    assert queries.message(pk).row.status == MessageStatus.UNSURE
    assert postbox.received == []

    actions.resend_message(pk, by=given_member())
    send()
    assert queries.message(pk).row.status == MessageStatus.SENT
    assert [m["Message-ID"] for m in postbox.received] == [queries.message(pk).message_id]


def test_what_was_sent_is_not_sent_again_by_hand(workspace, postbox):
    pk = given_message()
    send()

    with pytest.raises(CannotResend):
        actions.resend_message(pk, by=given_member())


def test_without_a_server_mail_stays_in_the_outbox_here(workspace, heard):
    pk = given_message()

    assert send() == 1

    row = queries.message(pk).row
    assert (row.status, row.is_local) == (MessageStatus.SENT, True)
    assert LocalMail.objects.get().message_id == pk
    assert [a.message_id for a in heard if isinstance(a, MessageSent)] == [pk]


def test_nothing_leaves_on_a_simulated_clock_or_after_it(workspace, postbox, at):
    now = at(datetime(2026, 3, 4, 12, tzinfo=UTC))
    first = given_message("a", not_before=now)
    given_message("b", not_before=datetime(2026, 3, 5, tzinfo=UTC))
    send(now)
    assert queries.message(first).row.status == MessageStatus.SENT


def test_what_was_queued_on_a_simulated_clock_never_leaves(workspace, postbox):
    with clock.simulated(datetime(2026, 3, 4, 12, tzinfo=UTC)):
        given_message("a")

    send()

    assert postbox.received == []
    assert [m.is_local for m in queries.messages().items] == [True]


def test_nothing_leaves_the_demo_workspace(db, postbox):
    from tenure.kernel import tenancy

    demo = given_workspace("Demo", is_demo=True)
    with tenancy.scope(demo.pk):
        given_message()
    send()

    assert postbox.received == []


def test_thousands_stay_here_at_the_cost_of_two(workspace):
    def cost(n: int, prefix: str) -> int:
        actions.queue_messages(
            [NewMessage(idempotency_key=f"{prefix}{i}", address="a@b.example", subject="s") for i in range(n)]
        )
        with CaptureQueriesContext(connection) as spent:
            assert sending._deliver_here(clock.now()) == n
        return len(spent)

    assert cost(2, "a") == cost(900, "b")


def test_account_mail_is_for_owners_to_read_and_is_wiped_once_it_left(workspace, postbox):
    actions.send_account_mail(to=["new@harbor.example"], subject="Reset", text="secret link", html="")
    (row,) = queries.messages().items

    assert queries.message(row.id, reader_role=PermissionRole.OWNER).text == "secret link"
    assert queries.message(row.id, reader_role=PermissionRole.ADMIN).is_withheld
    assert queries.message(row.id, reader_role=PermissionRole.ADMIN).text == ""
    send()
    assert postbox.received[0].get_body(("plain",)).get_content().strip() == "secret link"
    assert queries.message(row.id, reader_role=PermissionRole.OWNER).text == ""


def test_who_unsubscribed_since_it_was_queued_is_not_written_to(workspace, postbox, heard):
    pk = given_templated("t1", person_id=given_person())
    link = queries.unsubscribe_url(OutgoingMessage.objects.get(pk=pk))
    actions.unsubscribe(link.split("/")[-2], choice=UnsubscribeFrom.TOPIC, via=UnsubscribedVia.ONE_CLICK)

    send()

    assert postbox.received == []
    row = queries.message(pk).row
    assert (row.status, row.reason) == (MessageStatus.REFUSED, "unsubscribed")
    assert not queries.message(pk).can_be_resent
    assert [a.reason for a in heard if isinstance(a, MessageRefused)] == ["unsubscribed"]
