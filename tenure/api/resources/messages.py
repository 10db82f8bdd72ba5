"""Messages: what was sent to people, or was not, and why."""

from datetime import datetime
from typing import Any, Literal

from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.calls import ApiCall
from tenure.api.paging import CURSOR, LIMIT, Page
from tenure.channels import queries
from tenure.channels.types import MessageStatus

router = Router(tags=["messages"])


class MessageOut(Schema):
    """One message in a list."""

    id: int
    channel: str
    status: str
    subject: str
    address: str
    person_id: int | None
    account_id: int | None
    topic: str
    origin: str
    queued_at: datetime
    sent_at: datetime | None
    attempts: int
    reason: str


@router.get("", response=Page[MessageOut], summary="List messages")
def list_messages(
    request: ApiCall,
    status: Literal["waiting", "sending", "sent", "refused", "unsure"] | None = Query(None),
    account_id: int | None = Query(None, ge=1, lt=2**63),
    person_id: int | None = Query(None, ge=1, lt=2**63),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List messages, newest first."""
    page = queries.messages(
        status=MessageStatus(status) if status else None,
        account_id=account_id,
        person_id=person_id,
        cursor=cursor,
        limit=min(limit, 200),
    )
    return {"items": page.items, "next_cursor": page.next_cursor or None}
