"""The part of an account's or person's page that shows their tickets."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tenure.conversations import queries
from tenure.conversations.types import TicketCounts, TicketStatus
from tenure.web.pages.tickets import words
from tenure.web.visiting import Visit

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenure.conversations.models import Ticket

SHOWN = 5


def tickets_of_account(request: Visit, account: Any) -> Mapping[str, Any] | None:
    """Return what to show, or nothing where there was never a ticket."""
    return _shown(
        queries.tickets(account_id=account.pk), queries.ticket_counts(account_id=account.pk), f"account_id={account.pk}"
    )


def tickets_of_person(request: Visit, person: Any) -> Mapping[str, Any] | None:
    """Return what to show, or nothing where they never asked for anything."""
    return _shown(
        queries.tickets(person_id=person.pk), queries.ticket_counts(person_id=person.pk), f"person_id={person.pk}"
    )


def _shown(found: "QuerySet[Ticket]", counts: TicketCounts, all_of: str) -> Mapping[str, Any] | None:
    rows = [(each, *words.STATUSES[TicketStatus(each.status)]) for each in found[:SHOWN]]
    return {"tickets": rows, "ticket_counts": counts, "tickets_all": all_of} if rows else None
