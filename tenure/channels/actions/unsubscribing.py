"""A person says no, or takes it back."""

from typing import TYPE_CHECKING

from django.db import transaction

from tenure.channels import rules
from tenure.channels.announcements import Resubscribed, Unsubscribed
from tenure.channels.models import OutgoingMessage, Unsubscribe
from tenure.channels.queries.templates import topic_names
from tenure.channels.queries.unsubscribing import message_of_token
from tenure.channels.types import UnsubscribedVia, UnsubscribeFrom
from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce
from tenure.workspaces import actions as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def unsubscribe(token: str, *, choice: UnsubscribeFrom, via: UnsubscribedVia) -> None:
    """Stop what the link's message was about, or everything; a repeat changes nothing. Needs no scope.

    Raises `UnsubscribeLinkBroken`.
    """
    message = message_of_token(token)
    with tenancy.scope(message.workspace_id):
        topic = message.topic if choice == UnsubscribeFrom.TOPIC else ""
        _, is_new = Unsubscribe.objects.get_or_create(
            address=message.address,
            topic=topic,
            defaults={"person_id": message.person_id, "via": via.value, "at": clock.now(), "message": message},
        )
        if is_new:
            _say_stopped(message, topic=topic, via=via)


@transaction.atomic
def resubscribe(token: str) -> None:
    """Take back every unsubscription of the person a link went to (undo, on the same page). Needs no scope."""
    message = message_of_token(token)
    with tenancy.scope(message.workspace_id):
        mine = Unsubscribe.objects.filter(address=message.address, topic__in=["", message.topic])
        if not mine.delete()[0]:
            return
        announce(
            Resubscribed(
                workspace_id=message.workspace_id,
                at=clock.now(),
                account_id=message.account_id,
                person_id=message.person_id,
                topic=message.topic,
                topic_name=topic_names().get(message.topic, message.topic),
            )
        )


@transaction.atomic
def unsubscribe_person(
    address: str, *, by: "Member", person_id: int | None = None, account_id: int | None = None, topic: str = ""
) -> None:
    """Note that somebody told a member they want no more; an empty topic means everything."""
    address = rules.normal_address(address)
    _, is_new = Unsubscribe.objects.get_or_create(
        address=address,
        topic=topic,
        defaults={"person_id": person_id, "via": UnsubscribedVia.MEMBER.value, "at": clock.now()},
    )
    if is_new:
        workspaces.record_audit("channels.unsubscribe_person", by=by, subject=address, details={"topic": topic})
        announce(
            Unsubscribed(
                workspace_id=tenancy.current_workspace_id(),
                at=clock.now(),
                account_id=account_id,
                person_id=person_id,
                topic=topic,
                topic_name=topic_names().get(topic, topic),
                via=UnsubscribedVia.MEMBER.value,
            )
        )


def _say_stopped(message: OutgoingMessage, *, topic: str, via: UnsubscribedVia) -> None:
    announce(
        Unsubscribed(
            workspace_id=message.workspace_id,
            at=clock.now(),
            account_id=message.account_id,
            person_id=message.person_id,
            topic=topic,
            topic_name=topic_names().get(topic, topic),
            via=via.value,
        )
    )
