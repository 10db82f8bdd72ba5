"""Saved views: lists as members like to see them."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few
from tenure.workspaces import queries
from tenure.workspaces.types import PermissionRole

router = Router(tags=["workspace"])


class SavedViewOut(Schema):
    """One saved view."""

    id: int = said("Which view.")
    page: str = said("The list it is of.", "accounts")
    name: str = said("What it is called.", "Premium, not seen lately")
    query: str = said("The query part of the page's address.", "trait=plan%3Ais%3APremium&seen_more=14")
    member_id: int = said("Whose view it is.", 3)
    is_shared: bool = said("Whether every member sees it.", True)
    saved_at: datetime = said("When it was saved.")


@lists(router, "", SavedViewOut, summary="List saved views")
def list_views(
    request: ApiCall,
    page: str = Query("accounts", max_length=40, description="The list they are of."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the views that the key's member may open: their own first, then those that are shared."""
    found = queries.saved_views(page.replace("\x00", ""), acting_member(request, PermissionRole.VIEWER))
    fields = ("page", "name", "query", "member_id", "is_shared", "saved_at")
    return page_of_few(list(found), cursor, limit, lambda v: {"id": v.pk, **{f: getattr(v, f) for f in fields}})
