"""Connections: other systems that are read, and customers of theirs who are no account yet."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import Id, of_model, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, Page, page_by_id, page_of_few, reachable
from tenure.connectors.stripe import actions, queries
from tenure.customers.queries import account
from tenure.workspaces.errors import RoleTooLow
from tenure.workspaces.queries import covers
from tenure.workspaces.types import PermissionRole

router = Router(tags=["connections"])


class ConnectionOut(Schema):
    """One account of Stripe's that is read."""

    id: int = said("Its id.", 3)
    kind: str = said("What it connects to.", "stripe")
    name: str = said("What members call it.", "Stripe, Europe")
    is_live: bool = said("Whether it reads real payments, not Stripe's test mode.")
    account_id: str = said("Stripe's own id of the account; empty when the key may not read it.", "acct_1Nv0FG")
    health: str = said("working, waiting, refusing, stuck or key_fails.", "working")
    key_problem: str = said("The code of what is wrong with the key, or empty.", "")
    made_at: datetime = said("When it was connected.")
    last_told_at: datetime | None = said("When Stripe last told of something; null when never.")
    customers: int = said("How many customers of Stripe's are known.", 412)
    unmatched: int = said("How many of them fit no account.", 9)
    unread: int = said("How many events wait to be read.", 0)
    back_fill_phase: str | None = said("The list that is being read; null when none is.", "invoices")


class StripeCustomerOut(Schema):
    """A customer of Stripe's."""

    id: int = of_model("Its id here.", "pk", 71)
    customer_id: str = said("Its id at Stripe.", "cus_9s6XKzkNRiz8i3")
    name: str = said("What Stripe calls them.", "Northwind Ltd")
    email: str = said("Where Stripe writes to.", "billing@northwind.example")
    why_not: str = said("The code of why they fit no account, or empty.", "free_mail")
    account_id: int | None = said("The account they are; null when none fits.", 12)
    matched_by: str = said("What told which account they are, or empty.", "domain")


class LinkIn(Schema):
    """Which account a customer is."""

    account_id: Id = said("The account they are.", 12)


@lists(router, "", ConnectionOut, summary="List connections")
def list_connections(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List what is connected; keys and secrets are never part of it."""
    return page_of_few([_shown(each) for each in queries.connections()], cursor, limit)


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
