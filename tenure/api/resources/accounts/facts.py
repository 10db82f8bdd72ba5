"""What is known of one account: its people, traits, timeline and segments."""

from datetime import datetime
from typing import Any

from ninja import Schema

from tenure.api.calls import ApiCall
from tenure.api.facts import (
    KIND,
    SECTION,
    SegmentOfOut,
    TimelineItemOut,
    TraitChangeOut,
    TraitOut,
    history_page,
    timeline_page,
)
from tenure.api.fields import said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few, reachable
from tenure.api.resources.accounts.routing import router
from tenure.customers import queries as customers
from tenure.segments import queries as segments
from tenure.tracking.types import Section


class PersonAtAccountOut(Schema):
    """Somebody at an account."""

    id: int = said("Who.")
    name: str = said("What they are called.", "Maya Ito")
    email: str = said("Where to write to them.")
    external_id: str | None = said("What your product calls them: Segment's userId.", "maya")
    role: str = said("What they are to the purchase and the product.", "champion")
    is_primary: bool = said("Whether this is where their unnamed use counts.")
    since: datetime = said("Since when they are known to be there.")
    last_seen_at: datetime | None = said("When they last used the product.")


@lists(router, "/{int:account_id}/people", PersonAtAccountOut, summary="The people at an account")
def list_people(request: ApiCall, account_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the known people, whoever was seen last first."""
    return page_of_few(customers.people_of(_account(account_id)), cursor, limit)


@lists(router, "/{int:account_id}/traits", TraitOut, summary="What is known, from where, since when")
def list_traits(request: ApiCall, account_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the facts known now, by name."""
    return page_of_few(customers.known_traits("account", _account(account_id)), cursor, limit)


@lists(router, "/{int:account_id}/traits/history", TraitChangeOut, summary="What was learnt when")
def list_trait_history(request: ApiCall, account_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List every change of a fact, newest first."""
    return history_page("account", _account(account_id), cursor, limit)


@lists(router, "/{int:account_id}/timeline", TimelineItemOut, summary="The timeline of an account")
def list_timeline(
    request: ApiCall,
    account_id: int,
    section: list[Section] | None = SECTION,
    kind: str = KIND,
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List all that happened to an account and its people, newest first."""
    return timeline_page({"account_id": _account(account_id)}, section, kind, cursor, limit)


@lists(router, "/{int:account_id}/segments", SegmentOfOut, summary="The segments an account is in")
def list_segments(request: ApiCall, account_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the segments it is in now, by name."""
    return page_of_few(segments.segments_of(account_id=_account(account_id)), cursor, limit)


def _account(pk: int) -> int:
    return customers.account(reachable(pk)).pk
