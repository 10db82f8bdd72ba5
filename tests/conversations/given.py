"""Tickets, told through the real action."""

from datetime import UTC, datetime
from typing import Any

from tenure.conversations import actions
from tenure.conversations.models import Ticket
from tenure.conversations.types import TicketTold
from tenure.customers import actions as customers
from tenure.customers.queries import account_by_external_id, person_by_external_id
from tenure.customers.types import Call, CallKind

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def told(external_id: str, **more: Any) -> TicketTold:
    return TicketTold(**{"external_id": external_id, "source": "csv tickets.csv import 1", "as_of": NOW, **more})


def given_person(user_id: str, account_id: str) -> tuple[int, int]:
    """Make a person at an account; returns both ids."""
    at = int(NOW.timestamp() * 1_000_000)
    customers.resolve_calls([Call(CallKind.GROUP, user_id, None, account_id, at, at, "sdk", {})])
    return person_by_external_id(user_id).pk, account_by_external_id(account_id).pk


def given_ticket(external_id: str = "t1", **more: Any) -> Ticket:
    actions.record_tickets([told(external_id, **more)])
    return Ticket.objects.get(external_id=external_id)
