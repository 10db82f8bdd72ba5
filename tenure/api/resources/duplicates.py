"""Possible duplicates: people or accounts that may be one."""

from datetime import datetime
from typing import Any, Literal

from ninja import Router, Schema, Status
from ninja.params.functions import Query

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, reachable
from tenure.customers import actions, queries

router = Router(tags=["identity"])


class DuplicateOut(Schema):
    """Two that may be one."""

    id: int = said("Which suggestion.")
    kind: str = said("account or person.", "account")
    first_id: int = said("Who would be kept.", 7)
    second_id: int = said("Who would be merged in.", 12)
    first: str = said("What the first is called.", "Fjord")
    second: str = said("What the second is called.", "Fjord AS")
    reason: str = said("domain, name, similar, address, person_name or local.", "domain")
    detail: str = said("What they have in common.", "fjord.example")
    score: float = said("How likely it is, 0 to 1.", 0.9)
    found_at: datetime = said("When it was found last.")
    refused_at: datetime | None = said("When a member said that they are not one.", default=None)


@lists(router, "", DuplicateOut, summary="List possible duplicates")
def list_duplicates(
    request: ApiCall,
    kind: Literal["account", "person"] = Query("account", description="What they are."),
    refused: bool = Query(False, description="Those of which a member said no instead."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List people or accounts that may be one, the likeliest first."""
    page = queries.possible_duplicates(kind, refused=refused, cursor=cursor, limit=limit)
    fields = tuple(DuplicateOut.model_fields)
    items = [{f: getattr(s, f) for f in fields} for s in page.suggestions]
    return {"items": items, "next_cursor": page.next_cursor or None}


@router.post("/{int:duplicate_id}/refuse", response={204: None}, summary="Say that two are not one")
def refuse_duplicate(request: ApiCall, duplicate_id: int) -> Any:
    """Remember that these two are not one."""
    actions.refuse_duplicate(reachable(duplicate_id), by=acting_member(request))
    return Status(204, None)
