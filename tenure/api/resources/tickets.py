"""Tickets: what customers asked for, whatever desk it was answered at. They come in as an import of rows."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.calls import ApiCall
from tenure.api.fields import LARGEST_ID, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_by_id, reachable
from tenure.conversations import queries
from tenure.conversations.types import TicketStatus

if TYPE_CHECKING:
    from tenure.conversations.models import Ticket

router = Router(tags=["tickets"])


class TicketOut(Schema):
    """A ticket, as all that was told of it leaves it."""

    id: int = said("Its id here.", 71)
    external_id: str = said("The desk's id of it.", "4711")
    account_id: int | None = said("The account it is of; null when none was named.", 12)
    person_id: int | None = said("Who asked; null when nobody was named.", 7)
    subject: str = said("What it is about.", "The export fails")
    status: str = said("open, waiting (for the customer), solved or closed.", "solved")
    priority: str = said("low, normal, high or urgent.", "normal")
    channel: str = said("How it came; empty when nobody said.", "e-mail")
    opened_at: datetime = said("When it was opened.")
    first_answered_at: datetime | None = said("When it was first answered; null when not, or not known.")
    solved_at: datetime | None = said("When it was solved; null when not, or not known.")
    satisfaction: str = said("What the customer said of the answer: good, neutral, bad, or empty.", "good")
    source: str = said("Where the latest word on it is from.", "csv tickets.csv import 4 row 17")


@lists(router, "", TicketOut, summary="List tickets")
def list_tickets(
    request: ApiCall,
    account_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those of one account."),
    person_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those of one person."),
    status: TicketStatus | None = Query(None, description="Only those that stand so."),
    search: str = Query("", description="Part of the subject, or the desk's id."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List tickets, the latest heard of first."""
    words = search.replace("\x00", "").strip()
    found = queries.tickets(account_id=account_id, person_id=person_id, status=status, search=words)
    return page_by_id(found, cursor, limit, _shown)


@router.get("/{int:ticket_id}", response=TicketOut, summary="One ticket")
def read_ticket(request: ApiCall, ticket_id: int) -> Any:
    """Return one ticket."""
    return _shown(queries.ticket(reachable(ticket_id)))


def _shown(of: "Ticket") -> dict[str, Any]:
    return {"id": of.pk, **{name: getattr(of, name) for name in TicketOut.model_fields if name != "id"}}
