"""Reads of conversations."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q, QuerySet

from tenure.conversations.errors import NoSuchTicket
from tenure.conversations.models import Ticket
from tenure.conversations.types import TicketCounts, TicketStatus
from tenure.customers import queries as customers
from tenure.kernel import clock

LATELY = 90
_WAITING = [s.value for s in TicketStatus if not s.is_over]


def tickets(
    *,
    account_id: int | None = None,
    person_id: int | None = None,
    status: TicketStatus | None = None,
    is_waiting: bool = False,
    search: str = "",
) -> QuerySet[Ticket]:
    """Return tickets, the latest opened first; of an account or person with what was merged into them."""
    found = Ticket.objects.order_by("-opened_at", "-pk")
    if account_id is not None:
        found = found.filter(account__in=customers.account_traces(account_id))
    if person_id is not None:
        found = found.filter(person__in=customers.person_traces(person_id))
    if status is not None:
        found = found.filter(status=status.value)
    if is_waiting:
        found = found.filter(status__in=_WAITING)
    if search:
        found = found.filter(Q(subject__icontains=search) | Q(external_id=search))
    return found


def ticket(pk: int) -> Ticket:
    """Return one ticket; raises `NoSuchTicket`."""
    found = Ticket.objects.filter(pk=pk).first()
    if found is None:
        raise NoSuchTicket
    return found


def tickets_by_external_ids(external_ids: Iterable[str]) -> dict[str, Ticket]:
    """Return the tickets a desk knows by these ids; unknown ones are left out."""
    return {t.external_id: t for t in Ticket.objects.filter(external_id__in=sorted(set(external_ids)))}


def ticket_counts(*, account_id: int | None = None, person_id: int | None = None) -> TicketCounts:
    """Count the tickets of an account or a person: those that wait, and those opened lately."""
    found = tickets(account_id=account_id, person_id=person_id).order_by()
    return TicketCounts(
        waiting=found.filter(status__in=_WAITING).count(),
        opened_lately=found.filter(opened_at__gte=clock.now() - timedelta(days=LATELY)).count(),
        days=LATELY,
    )


def tickets_waiting() -> int:
    """Count the tickets that wait for us or for the customer."""
    return Ticket.objects.filter(status__in=_WAITING).count()
