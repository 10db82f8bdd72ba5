"""Unsubscribe links, and who said no to what."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet

from tenure.channels.errors import UnsubscribeLinkBroken
from tenure.channels.models import OutgoingMessage, Topic, Unsubscribe
from tenure.channels.rules import masked
from tenure.channels.types import UnsubscribeOffer
from tenure.kernel import tenancy
from tenure.workspaces import queries as workspaces

_SALT = "tenure.channels.unsubscribe"


def unsubscribe_url(message: OutgoingMessage) -> str:
    """Return the link that stops what a message is about. It never runs out and holds no address."""
    token = Signer(salt=_SALT).sign(f"{message.workspace_id}-{message.pk}").replace(":", "-")
    return f"{settings.TENURE_URL}/unsubscribe/{token}/"


def message_of_token(token: str) -> OutgoingMessage:
    """Return the message a link came in, from whatever workspace; raises `UnsubscribeLinkBroken`."""
    try:
        workspace_id, pk, signature = token.split("-", 2)
        signed = Signer(salt=_SALT).unsign(f"{workspace_id}-{pk}:{signature}")
        found = OutgoingMessage.everywhere.filter(workspace_id=int(workspace_id), pk=int(pk)).first()
    except (ValueError, BadSignature) as error:
        raise UnsubscribeLinkBroken from error
    if found is None or not found.topic:
        raise UnsubscribeLinkBroken(link=signed)
    return found


def unsubscribe_offer(token: str) -> UnsubscribeOffer:
    """Say what a link is about, changing nothing; raises `UnsubscribeLinkBroken`. Needs no scope."""
    message = message_of_token(token)
    with tenancy.scope(message.workspace_id):
        stopped = set(_said_no(message).values_list("topic", flat=True))
        topic = Topic.objects.filter(key=message.topic).first()
        workspace = workspaces.workspace(message.workspace_id)
    return UnsubscribeOffer(
        workspace_id=workspace.pk,
        workspace_name=workspace.name,
        locale=workspace.locale,
        address=masked(message.address),
        topic=message.topic,
        topic_name=topic.name if topic else message.topic,
        topic_stopped=message.topic in stopped,
        everything_stopped="" in stopped,
    )


def unsubscribes_of(person_id: int) -> QuerySet[Unsubscribe]:
    """Return what a person unsubscribed from, latest first."""
    return Unsubscribe.objects.filter(person_id=person_id).order_by("-at", "-pk")


def _said_no(message: OutgoingMessage) -> QuerySet[Unsubscribe]:
    who = Q(address=message.address)
    if message.person_id:
        who |= Q(person_id=message.person_id)
    return Unsubscribe.objects.filter(who)
