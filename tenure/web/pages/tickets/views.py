"""Tickets, the latest opened first, narrowed by where they stand and whose they are."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenure.conversations import queries
from tenure.conversations.types import TicketStatus
from tenure.customers import queries as customers
from tenure.web.asked import whole
from tenure.web.exporting import csv_answer
from tenure.web.pages.tickets import words
from tenure.web.visiting import Visit

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenure.conversations.models import Ticket

ROWS = 50


@require_safe
def tickets(request: Visit) -> HttpResponse:
    """List tickets."""
    found = _wanted(request)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    status = request.GET.get("status", "")
    shown = {
        "page": page,
        "rows": [
            {
                "ticket": each,
                "status": words.STATUSES[TicketStatus(each.status)],
                "priority": words.PRIORITIES.get(each.priority, each.priority),  # type: ignore[call-overload]
                "satisfaction": words.SATISFACTIONS.get(each.satisfaction, ""),  # type: ignore[call-overload]
            }
            for each in page
        ],
        "statuses": [(s.value, name) for s, (name, _tone) in words.STATUSES.items()],
        "status": status,
        "search": request.GET.get("q", ""),
        "whose": _whose(request),
        "has_any": bool(page.object_list) or queries.tickets().exists(),
    }
    return render(request, "tickets/list.html", shown)


@require_safe
def tickets_csv(request: Visit) -> HttpResponseBase:
    """Export the chosen tickets."""
    header = (
        "external_id", "subject", "status", "priority", "channel", "account_id", "account", "user_id", "email",
        "opened_at", "first_answered_at", "solved_at", "satisfaction", "source",
    )  # fmt: skip
    return csv_answer("tickets", header, _lines(_wanted(request)))


def _lines(found: "QuerySet[Ticket]") -> Iterator[list[object]]:
    for t in found.iterator(chunk_size=500):
        yield [
            t.external_id, t.subject, t.status, t.priority, t.channel, t.account.external_id if t.account else "",
            t.account or "", t.person.external_id if t.person else "", t.person.email if t.person else "", t.opened_at,
            t.first_answered_at, t.solved_at, t.satisfaction, t.source,
        ]  # fmt: skip


def _wanted(request: Visit) -> "QuerySet[Ticket]":
    status = request.GET.get("status", "")
    found = queries.tickets(
        account_id=_number(request, "account_id"),
        person_id=_number(request, "person_id"),
        status=TicketStatus(status) if status in set(TicketStatus) else None,
        search=request.GET.get("q", "").replace("\x00", "").strip()[:200],
    )
    return found.select_related("account", "person")


def _whose(request: Visit) -> Any:
    if (account := _number(request, "account_id")) is not None:
        return customers.account(account)
    person = _number(request, "person_id")
    return customers.person(person) if person is not None else None


def _number(request: Visit, name: str) -> int | None:
    return whole(request.GET.get(name, ""))
