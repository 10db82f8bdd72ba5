"""Merges: two people or two accounts that a member said are one."""

from datetime import datetime
from typing import Any, Literal

from ninja import Router, Schema, Status
from ninja.params.functions import Query

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import LARGEST_ID, Id, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few, reachable
from tenure.customers import actions, queries

router = Router(tags=["identity"])


class MergeOut(Schema):
    """One merge."""

    id: int = said("Which merge.")
    kind: str = said("account or person.", "account")
    kept_id: int = said("Who they are together.", 7)
    merged_id: int = said("Who was merged in.", 12)
    made_at: datetime = said("When it was made.")
    undone_at: datetime | None = said("When it was taken back.", default=None)
    moved: dict[str, int] = said("How much went along: identities, places, traits, accounts.", {"places": 3})


class MergeIn(Schema):
    """Two that are one."""

    kind: Literal["account", "person"] = said("What they are.", "account")
    kept_id: Id = said("Who they are together.", 7)
    merged_id: Id = said("Who is merged in.", 12)


@lists(router, "", MergeOut, summary="List the merges of somebody")
def list_merges(
    request: ApiCall,
    kind: Literal["account", "person"] = Query("account", description="What it is."),
    id: int = Query(..., ge=1, le=LARGEST_ID, description="Whose merges."),  # noqa: A002  (the parameter's name)
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the merges into (or out of) an account or a person, the latest first."""
    fields = tuple(MergeOut.model_fields)
    return page_of_few(queries.merges_of(kind, id), cursor, limit, lambda m: {f: getattr(m, f) for f in fields})


@router.post("", response={201: MergeOut}, summary="Merge two people or two accounts")
def make_merge(request: ApiCall, given: MergeIn) -> Any:
    """Make two one: ids, traits, places and use of the merged one are those of the kept one from now on."""
    merge = actions.merge_accounts if given.kind == "account" else actions.merge_people
    return Status(201, merge(given.kept_id, given.merged_id, by=acting_member(request)))


@router.post("/{int:merge_id}/part", response=MergeOut, summary="Take a merge back")
def part_merge(request: ApiCall, merge_id: int) -> Any:
    """Part the two: everything is as it was, and what was said since is known of the right one."""
    return actions.part(reachable(merge_id), by=acting_member(request))
