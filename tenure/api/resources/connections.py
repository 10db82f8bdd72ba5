"""Connections: other systems that are read, and customers of theirs who are no account yet."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema
from pydantic import Field

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.paging import CURSOR, LIMIT, Page, page_by_id, reachable
from tenure.connectors.stripe import actions, queries
from tenure.customers.queries import account
from tenure.workspaces.errors import RoleTooLow
from tenure.workspaces.queries import covers
from tenure.workspaces.types import PermissionRole

router = Router(tags=["connections"])


class ConnectionOut(Schema):
    """One account of Stripe's that is read."""

    id: int
    kind: str
    name: str
    is_live: bool
    account_id: str = Field(description="Stripe's own id of the account; empty when the key may not read it.")
    health: str = Field(description="working, waiting, refusing, stuck or key_fails.")
    key_problem: str = Field(description="The code of what is wrong with the key, or empty.")
    made_at: datetime
    last_told_at: datetime | None
    customers: int
    unmatched: int
    unread: int
    back_fill_phase: str | None = Field(description="The list that is being read; null when none is.")


class StripeCustomerOut(Schema):
    """A customer of Stripe's."""

    id: int = Field(validation_alias="pk")
    customer_id: str
    name: str
    email: str
    why_not: str
    account_id: int | None
    matched_by: str


class LinkIn(Schema):
    """Which account a customer is."""

    account_id: int = Field(ge=1, lt=2**63)


@router.get("", response=list[ConnectionOut], summary="List connections")
def list_connections(request: ApiCall) -> Any:
    """List what is connected; keys and secrets are never part of it."""
    return [_shown(each) for each in queries.connections()]


@router.post("/{int:connection_id}/back-fill", response=ConnectionOut, summary="Read everything anew")
def start_back_fill(request: ApiCall, connection_id: int) -> Any:
    """Begin to read everything the other system holds; refused while that is under way."""
    found = queries.connection(reachable(connection_id))
    actions.start_back_fill(found, by=_admin(request))
    return _shown(found)


@router.get("/{int:connection_id}/unmatched", response=Page[StripeCustomerOut], summary="Customers without an account")
def list_unmatched(request: ApiCall, connection_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List customers who fit no account, the newest first."""
    return page_by_id(queries.unmatched(queries.connection(reachable(connection_id))), cursor, limit)


@router.post("/customers/{int:customer_id}/link", response=StripeCustomerOut, summary="Link a customer")
def link_customer(request: ApiCall, customer_id: int, given: LinkIn) -> Any:
    """Say which account a customer is; what they pay follows."""
    customer = queries.stripe_customer(reachable(customer_id))
    return actions.link_customer(customer, account(given.account_id), by=_admin(request))


def _admin(request: ApiCall) -> Any:
    member = acting_member(request)
    if not covers(member, PermissionRole.ADMIN):
        raise RoleTooLow
    return member


def _shown(of: Any) -> dict[str, Any]:
    counts, progress = queries.counts(of), queries.progress(of)
    return {
        "id": of.pk,
        "kind": "stripe",
        "name": of.name,
        "is_live": of.is_live,
        "account_id": of.account_id,
        "health": queries.health_of(of),
        "key_problem": of.key_problem,
        "made_at": of.made_at,
        "last_told_at": of.last_told_at,
        "customers": counts.customers,
        "unmatched": counts.unmatched,
        "unread": counts.waiting,
        "back_fill_phase": progress.phase if progress else None,
    }
