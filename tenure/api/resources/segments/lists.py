"""Static segments, whose members a member of the team says; and how much segments have in common."""

from typing import Any, Literal

from django.db import transaction
from ninja import Schema, Status
from ninja.params.functions import Query

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import Id, Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few, reachable
from tenure.api.resources.segments.routing import SegmentOut, router, shown
from tenure.segments import actions, queries
from tenure.segments.types import Subject

MOST_AT_ONCE = 10_000


class ListIn(Schema):
    """A new static segment."""

    name: Text = said("What it is called; no two in use are called the same.", "Pilot", min_length=1, max_length=120)
    description: Text = said("What it is for.", "", max_length=500, default="")
    subject: Literal["account", "person"] = said("What is on it.", "account")


class ListedIn(Schema):
    """Who is meant, by our ids or by what you call them."""

    ids: list[Id] = said("Our ids.", [4], max_length=MOST_AT_ONCE, default=[])
    called: list[Text] = said(
        "Your product's ids; also domains of accounts, e-mail addresses of people.", ["acme"],
        max_length=MOST_AT_ONCE, default=[],
    )  # fmt: skip


class ListedOut(Schema):
    """What became of it."""

    changed: int = said("How many were put on the list, or taken off it.", 1)
    unknown: list[str] = said("What nobody is called; the others were taken.", [])


class OverlapOut(Schema):
    """How much two segments have in common."""

    first_id: int = said("The one segment.")
    second_id: int = said("The other; the same one tells its size.")
    both: int = said("How many are in both.", 3)
    either: int = said("How many are in at least one of them.", 12)
    jaccard: float | None = said("The share of those in either that are in both; null when nobody is.", 0.25)


@router.post("/lists", response={201: SegmentOut}, summary="Make a static segment")
@transaction.atomic
def define_list(request: ApiCall, given: ListIn) -> Any:
    """Make a segment without a condition: who is in it is said by you."""
    made = actions.define_list(
        given.name, description=given.description, subject=Subject(given.subject), by=acting_member(request)
    )
    return Status(201, shown(queries.segment(made.pk)))


@router.post("/{int:segment_id}/members", response=ListedOut, summary="Put somebody on a static segment's list")
@transaction.atomic
def put_on_list(request: ApiCall, segment_id: int, given: ListedIn) -> Any:
    """Put accounts or people on the list; those who are on it stay."""
    ids, unknown = _meant(segment_id, given)
    changed = actions.put_on_list(reachable(segment_id), ids, by=acting_member(request))
    return {"changed": changed, "unknown": unknown}


@router.post(
    "/{int:segment_id}/members/remove", response=ListedOut, summary="Take somebody off a static segment's list"
)
@transaction.atomic
def take_off_list(request: ApiCall, segment_id: int, given: ListedIn) -> Any:
    """Take accounts or people off the list."""
    ids, unknown = _meant(segment_id, given)
    changed = actions.take_off_list(reachable(segment_id), ids, by=acting_member(request))
    return {"changed": changed, "unknown": unknown}


@lists(router, "/overlaps", OverlapOut, summary="How much segments have in common")
def list_overlaps(
    request: ApiCall,
    ids: list[int] = Query([], description="Up to 12 segments of one subject; all of accounts when left out."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List, of each pair of segments and of each by itself, how many are in both."""
    known = {s.id: s.subject for s in queries.segments()}
    wanted = [i for i in ids if i in known] if ids else [i for i, of in known.items() if of is Subject.ACCOUNT]
    alike = [i for i in wanted if known[i] is known[wanted[0]]]
    rows = [
        {"first_id": o.first_id, "second_id": o.second_id, "both": o.both, "either": o.either, "jaccard": o.jaccard}
        for o in queries.overlaps(alike)
    ]
    return page_of_few(rows, cursor, limit)


def _meant(segment_id: int, given: ListedIn) -> tuple[list[int], list[str]]:
    read = queries.who_is_meant(queries.segment(reachable(segment_id)).subject, given.called)
    return [*given.ids, *(id_ for _, id_ in read.found)], list(read.unknown)
