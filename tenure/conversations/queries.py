"""Reads of conversations."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pyarrow as pa
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from tenure.conversations.errors import NoSuchTicket
from tenure.conversations.models import Ticket, TicketTelling
from tenure.conversations.rules import what_is_new
from tenure.conversations.types import News, Priority, Satisfaction, TicketCounts, TicketStatus, TicketTold
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


def weighed(told: Sequence[TicketTold], more: Mapping[str, Sequence[TicketTold]]) -> list[News]:
    """Say of each telling what it would do to its ticket, after what is kept and what `more` says by external id."""
    ids = {t.external_id for t in told}
    pks = Ticket.objects.filter(external_id__in=sorted(ids)).values_list("pk", flat=True)
    before = tellings_of(list(pks))
    return what_is_new(told, {i: [*before.get(i, ()), *more.get(i, ())] for i in ids})


def tellings_of(ticket_ids: Sequence[int]) -> dict[str, list[TicketTold]]:
    """Return everything that was told of tickets, by their external ids."""
    found: dict[str, list[TicketTold]] = defaultdict(list)
    rows = TicketTelling.objects.filter(ticket__in=ticket_ids).order_by("pk")
    for external_id, as_of, source, row, content in rows.values_list(
        "ticket__external_id", "as_of", "source", "row", "content"
    ):
        found[external_id].append(_told(external_id, as_of, source, row, content))
    return dict(found)


def _told(external_id: str, as_of: datetime, source: str, row: int, content: Mapping[str, Any]) -> TicketTold:
    written = {**content, "external_id": external_id, "source": source, "row": row, "as_of": as_of}
    return msgspec.convert(written, TicketTold)


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


def tickets_of_accounts(measure: str, at: datetime, days: int, ids: Collection[int] | None = None) -> pa.Table:
    """Count tickets of every account (or those of `ids`) at once: `account_id` and `n`, for those that have any.

    `measure` is open, open_urgent, opened (over the last `days` days) or unhappy (of those, answered badly). What was
    opened by an account that is merged counts for the one it is now.
    """
    lately = Q(opened_at__gt=at - timedelta(days=days))
    waiting = Q(status__in=_WAITING) | Q(solved_at__gt=at)
    counted = {
        "open": waiting,
        "open_urgent": waiting & Q(priority=Priority.URGENT.value),
        "opened": lately,
        "unhappy": lately & Q(satisfaction=Satisfaction.BAD.value),
    }[measure]
    found = Ticket.objects.filter(counted, opened_at__lte=at, account__isnull=False)
    if ids is not None:
        found = found.filter(Q(account__in=list(ids)) | Q(account__merged_into__in=list(ids)))
    whose = found.annotate(whose=Coalesce("account__merged_into_id", "account_id")).order_by().values("whose")
    rows = list(whose.annotate(n=Count("pk")).values_list("whose", "n"))
    counts = {"account_id": [account for account, _ in rows], "n": [n for _, n in rows]}
    return pa.table({name: pa.array(values, pa.int64()) for name, values in counts.items()})
