"""The list of segments, and what one was over time."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec
from ninja import Schema
from ninja.params.functions import Query

from tenure.api.calls import ApiCall
from tenure.api.fields import said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few, reachable
from tenure.api.resources.segments.routing import CONDITION, SegmentOut, router, shown
from tenure.segments import queries
from tenure.segments.types import Subject
from tenure.workspaces import queries as workspaces


class SegmentVersionOut(Schema):
    """What a segment selected from some moment on."""

    number: int = said("Which version.", 2)
    condition: Any = said("The condition tree; null when it cannot be read any more.", CONDITION)
    sentence: str = said("The condition in words.", "plan is Premium")
    at: datetime = said("From when on.")
    by: str = said("Who changed it; empty for Tenure itself.", "Ada Park")


class SizeOut(Schema):
    """How many were in a segment at the end of a day."""

    day: date = said("The UTC day.")
    size: int = said("How many were in it.")


class TextFormOut(Schema):
    """A segment as text."""

    text: str = said("YAML that can be compared and put back; empty when it cannot be read.", "name: Fading\n")


@lists(router, "", SegmentOut, summary="List segments")
def list_segments(
    request: ApiCall,
    subject: Literal["account", "person"] | None = Query(None, description="Only segments of accounts, or of people."),
    archived: bool = Query(False, description="Those taken out of use, instead of those in use."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the segments with their sizes, by name."""
    found = queries.archived_segments() if archived else queries.segments()
    members = workspaces.member_names()
    wanted = [s for s in found if subject is None or s.subject == subject]
    return page_of_few(wanted, cursor, limit, lambda segment: shown(segment, members))


@router.get("/{int:segment_id}", response=SegmentOut, summary="One segment")
def read_segment(request: ApiCall, segment_id: int) -> Any:
    """Return one segment with its condition."""
    return shown(queries.segment(reachable(segment_id)))


@lists(router, "/{int:segment_id}/versions", SegmentVersionOut, summary="What a segment selected over time")
def list_versions(request: ApiCall, segment_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the versions of a segment's condition, the latest first."""
    segment, members = queries.segment(reachable(segment_id)), workspaces.member_names()
    found = [
        {
            "number": version.number,
            "condition": None if version.condition is None else msgspec.to_builtins(version.condition),
            "sentence": queries.sentence(version.condition, segment.subject, members) if version.condition else "",
            "at": version.at,
            "by": version.by,
        }
        for version in queries.versions(segment.id)
    ]
    return page_of_few(found, cursor, limit)


@lists(router, "/{int:segment_id}/sizes", SizeOut, summary="How large a segment was by day")
def list_sizes(
    request: ApiCall,
    segment_id: int,
    days: int = Query(90, ge=1, le=800, description="How many days back, today (UTC) included."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List how many were in the segment at the end of each day, oldest first; today is so far."""
    return page_of_few(queries.sizes_by_day(queries.segment(reachable(segment_id)).id, days=days), cursor, limit)


@router.get("/{int:segment_id}/text", response=TextFormOut, summary="A segment as text")
def read_text(request: ApiCall, segment_id: int) -> Any:
    """Return the text form of a segment."""
    return {"text": queries.text_form(reachable(segment_id))}


def accounts_or_people(subject: Subject, pk: int) -> dict[str, int | None]:
    """Return an id under the name it has in answers about both."""
    return {
        "account_id": pk if subject is Subject.ACCOUNT else None,
        "person_id": pk if subject is Subject.PERSON else None,
    }
