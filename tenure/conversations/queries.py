"""Reads of conversations."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pyarrow as pa
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from tenure.conversations.errors import NoSuchTicket
from tenure.conversations.models import Ticket, TicketTelling
from tenure.conversations.rules import what_is_new
from tenure.conversations.types import News, Priority, Satisfaction, TicketCounts, TicketStatus, TicketTold
from tenure.customers import queries as customers
from tenure.kernel import clock, tenancy
from tenure.kernel.as_of import AsOf

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


def tickets_of_accounts_as_of(measure: str, as_of: AsOf, days: int, ids: Collection[int] | None = None) -> pa.Table:
    """Count tickets as `tickets_of_accounts` does at a past moment, by what had been told of them by another.

    Each ticket is put together, in one statement, from what was told by then: of each field the latest word holds.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _TOLD_BY,
            {
                "workspace": tenancy.current_workspace_id(), "known": as_of.known_at, "at": as_of.at,
                "waiting": _WAITING, "measure": measure, "since": as_of.at - timedelta(days=days),
            },
        )  # fmt: skip
        counted: dict[int, int] = dict(cursor.fetchall())
    merged = customers.merged_accounts(list(counted))
    found: dict[int, int] = defaultdict(int)
    for account, n in counted.items():
        found[merged.get(account) or account] += n
    wanted = sorted(found if ids is None else found.keys() & set(ids))
    return pa.table(
        {"account_id": pa.array(wanted, pa.int64()), "n": pa.array([found[account] for account in wanted], pa.int64())}
    )


_TOLD_BY = """
    WITH word AS (
        SELECT DISTINCT ON (t.ticket_id, said.key) t.ticket_id, said.key, said.value
        FROM conversations_tickettelling t, jsonb_each_text(t.content) AS said
        WHERE t.workspace_id = %(workspace)s AND t.as_of <= %(known)s AND said.value IS NOT NULL
          AND said.key IN ('account_id', 'status', 'priority', 'opened_at', 'solved_at', 'satisfaction')
        ORDER BY t.ticket_id, said.key, t.as_of DESC, t.row DESC, t.source DESC
    ), first AS (
        SELECT ticket_id, min(as_of) AS told_at FROM conversations_tickettelling
        WHERE workspace_id = %(workspace)s AND as_of <= %(known)s GROUP BY ticket_id
    ), ticket AS (
        SELECT first.ticket_id,
               max(value) FILTER (WHERE key = 'account_id')::bigint AS account_id,
               coalesce(max(value) FILTER (WHERE key = 'opened_at')::timestamptz, told_at) AS opened_at,
               max(value) FILTER (WHERE key = 'solved_at')::timestamptz AS solved_at,
               max(value) FILTER (WHERE key = 'status') AS status,
               max(value) FILTER (WHERE key = 'priority') AS priority,
               max(value) FILTER (WHERE key = 'satisfaction') AS satisfaction
        FROM first LEFT JOIN word USING (ticket_id) GROUP BY first.ticket_id, told_at
    ), seen AS (
        SELECT *, opened_at > %(since)s AS lately,
               coalesce(status, CASE WHEN solved_at IS NULL THEN 'open' ELSE 'solved' END) = ANY(%(waiting)s)
                   OR coalesce(solved_at > %(at)s, FALSE) AS waits
        FROM ticket WHERE account_id IS NOT NULL AND opened_at <= %(at)s
    )
    SELECT account_id, count(*) FROM seen
    WHERE CASE %(measure)s WHEN 'open' THEN waits WHEN 'open_urgent' THEN waits AND priority = 'urgent'
               WHEN 'opened' THEN lately ELSE lately AND satisfaction = 'bad' END
    GROUP BY account_id ORDER BY account_id
"""
