"""Messages: what was sent to people, or was not, and why."""

from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import LARGEST_ID, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, as_page, reachable, whole
from tenure.channels import actions, queries
from tenure.channels.types import MessageStatus
from tenure.kernel.cursors import from_cursor

router = Router(tags=["messages"])


class MessageOut(Schema):
    """One message in a list."""

    id: int = said("Which message.")
    channel: str = said("How it is sent.")
    status: MessageStatus = said("waiting, sending, sent, refused, or unsure when nobody knows.", "sent")
    subject: str = said("Its subject line.")
    address: str = said("Where it goes.")
    person_id: int | None = said("Whom it is for.")
    person_name: str = said("What they are called.")
    account_id: int | None = said("Their account.")
    account_name: str = said("What it is called.")
    topic: str = said("What it is about; empty for mail nobody can unsubscribe from.")
    origin: str = said("What made it, as `kind:id`.", "journey:1")
    origin_name: str = said("What that is called.", "Welcome")
    is_local: bool = said("Whether it stayed in the outbox inside Tenure instead of going to a mail server.", False)
    queued_at: datetime = said("When it was queued.")
    not_before: datetime = said("When it may go out.")
    sent_at: datetime | None = said("When it was handed over.")
    attempts: int = said("How often that was tried.", 1)
    reason: str = said("Why it was not sent; empty otherwise.", "")
    error: str = said("What the mail server said; empty when nothing went wrong.", "")


class HeaderOut(Schema):
    """One header line of a message."""

    name: str = said("The header.", "List-Unsubscribe-Post")
    value: str = said("What it says.", "List-Unsubscribe=One-Click")


class MessageFullOut(MessageOut):
    """One message as it was, or will be, sent."""

    message_id: str = said("Its Message-ID.", "<tenure-12@harbor.example>")
    html: str = said("The body as HTML; empty when it is withheld.", "<p>Hello Maya</p>")
    text: str = said("The body as plain text; empty when it is withheld.")
    headers: list[HeaderOut] = said("The headers, in their order.")
    is_withheld: bool = said("Whether the body is private: a sign-in link, which the API never shows.", False)
    can_be_resent: bool = said("Whether a member may send it again.", False)


class MessageCountsOut(Schema):
    """How many messages stand where."""

    waiting: int = said("How many wait.", 3)
    sending: int = said("How many are being handed over.", 0)
    sent: int = said("How many were sent.", 1_204)
    refused: int = said("How many will not be sent.", 17)
    unsure: int = said("Of how many nobody knows whether they were sent.", 0)


@lists(router, "", MessageOut, summary="List messages")
def list_messages(
    request: ApiCall,
    status: Literal["waiting", "sending", "sent", "refused", "unsure"] | None = Query(
        None, description="Only those that stand so."
    ),
    account_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those to people of an account."),
    person_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those to a person."),
    origin: str = Query("", max_length=80, description="Only those made by one thing, as `journey:7`."),
    search: str = Query("", description="Part of the address or the subject line."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List messages, newest first."""
    if cursor:
        whole(from_cursor(cursor, 1)[0])
    page = queries.messages(
        status=MessageStatus(status) if status else None,
        account_id=account_id,
        person_id=person_id,
        origin=origin.replace("\x00", ""),
        search=search.replace("\x00", "").strip(),
        cursor=cursor,
        limit=limit,
    )
    return as_page(page.items, page.next_cursor)


@router.get("/counts", response=MessageCountsOut, summary="How many messages stand where")
def read_counts(
    request: ApiCall, origin: str = Query("", max_length=80, description="Only those made by one thing.")
) -> Any:
    """Count the messages in each state."""
    return queries.message_counts(origin=origin.replace("\x00", ""))


@router.get("/{int:message_id}", response=MessageFullOut, summary="One message")
def read_message(request: ApiCall, message_id: int) -> Any:
    """Return one message with its headers and body; the body of mail that signs somebody in is withheld."""
    return _shown(reachable(message_id))


@router.post("/{int:message_id}/resend", response=MessageFullOut, summary="Send a message again")
@transaction.atomic
def resend_message(request: ApiCall, message_id: int) -> Any:
    """Send a message again whose fate is not known, or that was refused for a reason that has passed."""
    actions.resend_message(reachable(message_id), by=acting_member(request))
    return _shown(message_id)


def _shown(pk: int) -> dict[str, Any]:
    found = queries.message(pk)
    return {
        **{field: getattr(found.row, field) for field in MessageOut.model_fields},
        "message_id": found.message_id,
        "html": found.html,
        "text": found.text,
        "headers": [{"name": name, "value": value} for name, value in found.headers],
        "is_withheld": found.is_withheld,
        "can_be_resent": found.can_be_resent,
    }
