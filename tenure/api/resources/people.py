"""People: who is at the accounts."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema
from ninja.params.functions import Query
from pydantic import Field

from tenure.api.calls import ApiCall
from tenure.api.paging import CURSOR, LIMIT, Page, reachable
from tenure.customers import queries

router = Router(tags=["people"])


class PersonOut(Schema):
    """One known person."""

    id: int
    external_id: str | None = Field(description="What your product calls them: Segment's userId.")
    name: str
    email: str
    timezone: str
    locale: str
    traits: dict[str, Any]
    first_seen_at: datetime
    last_seen_at: datetime | None


class PeopleOut(Page[PersonOut]):
    """A page of people, and how many match in all."""

    count: int


class AccountOfPersonOut(Schema):
    """An account somebody is at."""

    id: int
    name: str
    is_solo: bool
    role: str
    is_primary: bool
    since: datetime


@router.get("", response=PeopleOut, summary="List people")
def list_people(
    request: ApiCall,
    search: str = Query("", description="Part of a name, e-mail address or external id."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the people known by now; anonymous visitors are not among them."""
    page = queries.people_list(search.replace("\x00", ""), cursor=cursor, limit=limit)
    items = [{**{f: getattr(p, f) for f in PersonOut.model_fields if f != "id"}, "id": p.pk} for p in page.people]
    return {"items": items, "next_cursor": page.next_cursor or None, "count": page.count}


@router.get("/{int:person_id}", response=PersonOut, summary="One person")
def read_person(request: ApiCall, person_id: int) -> Any:
    """Return one person; the id of a merged trace leads to who it turned out to be."""
    return queries.person(reachable(person_id))


@router.get("/{int:person_id}/accounts", response=list[AccountOfPersonOut], summary="The accounts of a person")
def list_accounts(request: ApiCall, person_id: int) -> Any:
    """List the accounts somebody is at, the primary one first."""
    return queries.accounts_of(queries.person(reachable(person_id)).pk)
