"""Messages for the outbox page."""

from collections.abc import Collection

from django.db.models import Count, Q, QuerySet

from tenure.channels.errors import MessageUnknown
from tenure.channels.models import OutgoingMessage
from tenure.channels.queries.letters import letter_of
from tenure.channels.rules import can_be_resent, message_headers
from tenure.channels.types import MessageCounts, MessageFull, MessagePage, MessageRow, MessageStatus
from tenure.kernel.cursors import as_cursor, from_cursor
from tenure.workspaces.types import PermissionRole

MOST_AT_ONCE = 200


def messages(
    *,
    status: MessageStatus | None = None,
    channel: str = "",
    account_id: int | None = None,
    person_id: int | None = None,
    origin: str = "",
    search: str = "",
    cursor: str = "",
    limit: int = 50,
) -> MessagePage:
    """Return messages, newest first; `search` looks in address and subject, `origin` is as `journey:7`."""
    found = _rows()
    if status:
        found = found.filter(status=status.value)
    if channel:
        found = found.filter(channel=channel)
    if account_id is not None:
        found = found.filter(account_id=account_id)
    if person_id is not None:
        found = found.filter(person_id=person_id)
    if origin:
        found = found.filter(origin=origin)
    if search:
        found = found.filter(Q(address__icontains=search) | Q(subject__icontains=search))
    if cursor:
        found = found.filter(pk__lt=from_cursor(cursor, 1)[0])
    limit = max(1, min(limit, MOST_AT_ONCE))
    listed = list(found.order_by("-pk")[: limit + 1])
    return MessagePage(
        items=tuple(_row(m) for m in listed[:limit]),
        next_cursor=as_cursor([listed[limit - 1].pk]) if len(listed) > limit else "",
    )


def message(pk: int, *, reader_role: PermissionRole | None = None) -> MessageFull:
    """Return one message as it was, or will be, sent; raises `MessageUnknown`.

    The body of account mail (a sign-in link) is shown to owners only.
    """
    found = _rows().select_related("template_version").filter(pk=pk).first()
    if found is None:
        raise MessageUnknown
    letter = letter_of(found)
    withheld = found.is_private and (reader_role != PermissionRole.OWNER or not (found.html or found.text))
    return MessageFull(
        row=_row(found),
        message_id=letter.message_id,
        html="" if withheld else letter.html,
        text="" if withheld else letter.text,
        headers=tuple(message_headers(letter)),
        is_withheld=withheld,
        can_be_resent=can_be_resent(MessageStatus(found.status), found.reason) and not withheld,
    )


def message_counts(*, origin: str = "") -> MessageCounts:
    """Count the messages in each state."""
    found = OutgoingMessage.objects.filter(origin=origin) if origin else OutgoingMessage.objects.all()
    counted = dict(found.order_by().values("status").annotate(n=Count("pk")).values_list("status", "n"))
    return MessageCounts(**counted)


def messages_of_keys(keys: Collection[str]) -> dict[str, int]:
    """Return the ids of messages by their idempotency keys; keys never queued are left out."""
    return dict(OutgoingMessage.objects.filter(idempotency_key__in=list(keys)).values_list("idempotency_key", "pk"))


def statuses_of(ids: Collection[int]) -> dict[int, MessageStatus]:
    """Return how far messages are, by id."""
    found = OutgoingMessage.objects.filter(pk__in=ids).values_list("pk", "status") if ids else ()
    return {pk: MessageStatus(status) for pk, status in found}


def subjects_of(ids: Collection[int]) -> dict[int, str]:
    """Return the subject lines of messages."""
    return dict(OutgoingMessage.objects.filter(pk__in=list(ids)).values_list("pk", "subject"))


def _rows() -> QuerySet[OutgoingMessage]:
    return OutgoingMessage.objects.select_related("person", "account").defer("person__traits", "account__traits")


def _row(message: OutgoingMessage) -> MessageRow:
    return MessageRow(
        id=message.pk,
        channel=message.channel,
        status=MessageStatus(message.status),
        subject=message.subject,
        address=message.address,
        person_id=message.person_id,
        person_name=message.person.name if message.person else "",
        account_id=message.account_id,
        account_name=message.account.name if message.account else "",
        topic=message.topic,
        origin=message.origin,
        origin_name=message.origin_name,
        is_local=message.is_local,
        queued_at=message.queued_at,
        not_before=message.not_before,
        sent_at=message.sent_at,
        attempts=message.attempts,
        reason=message.reason,
        error=message.error,
    )
