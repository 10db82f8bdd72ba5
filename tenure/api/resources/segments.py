"""Segments: which accounts or people."""

from datetime import datetime
from typing import Any, Literal

import msgspec
from ninja import Router, Schema
from ninja.params.functions import Query
from pydantic import Field

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.paging import CURSOR, LIMIT, Page, reachable
from tenure.segments import actions, queries
from tenure.segments.types import Subject

router = Router(tags=["segments"])


class SegmentOut(Schema):
    """One segment."""

    id: int
    name: str
    description: str
    subject: str
    sentence: str
    condition: Any = Field(description="The condition tree; null when what is stored cannot be read any more.")
    version: int
    size: int
    size_week_ago: int | None
    evaluated_at: datetime | None


class SegmentMemberOut(Schema):
    """An account or person in a segment."""

    id: int
    name: str
    since: datetime


class SegmentIn(Schema):
    """A new segment."""

    name: str = Field(min_length=1, max_length=120)
    description: str = Field("", max_length=1_000)
    subject: Literal["account", "person"]
    condition: dict[str, Any] = Field(
        description='A condition tree, such as {"kind": "trait", "name": "plan", "operator": "is", "value": "Premium"}'
    )


def _show(found: Any) -> dict[str, Any]:
    condition = found.condition
    return {
        "id": found.id,
        "name": found.name,
        "description": found.description,
        "subject": found.subject,
        "sentence": queries.sentence(condition, found.subject) if condition is not None else "",
        "condition": msgspec.to_builtins(condition) if condition is not None else None,
        "version": found.version,
        "size": found.size,
        "size_week_ago": found.size_week_ago,
        "evaluated_at": found.evaluated_at,
    }


@router.get("", response=list[SegmentOut], summary="List segments")
def list_segments(request: ApiCall, subject: Literal["account", "person"] | None = Query(None)) -> Any:
    """List the segments with their sizes."""
    return [_show(s) for s in queries.segments(subject=Subject(subject) if subject else None)]


@router.get("/{int:segment_id}", response=SegmentOut, summary="One segment")
def read_segment(request: ApiCall, segment_id: int) -> Any:
    """Return one segment with its condition."""
    return _show(queries.segment(reachable(segment_id)))


@router.get("/{int:segment_id}/members", response=Page[SegmentMemberOut], summary="Who is in a segment")
def list_members(request: ApiCall, segment_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List who is in, the latest first."""
    page = queries.members_of(queries.segment(reachable(segment_id)).id, cursor=cursor or None, limit=limit)
    items = [{"id": m.who.id, "name": m.who.name, "since": m.since} for m in page.items]
    return {"items": items, "next_cursor": page.next_cursor or None}


@router.post("", response={201: SegmentOut}, summary="Define a segment")
def define_segment(request: ApiCall, given: SegmentIn) -> Any:
    """Define a segment; its members follow within the minute. A wrong condition is refused with the place."""
    made = actions.define_segment(
        name=given.name.replace("\x00", ""),
        description=given.description.replace("\x00", ""),
        subject=Subject(given.subject),
        condition=given.condition,
        by=acting_member(request),
    )
    return 201, _show(queries.segment(made.pk))
