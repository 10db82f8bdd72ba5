"""Defining and changing segments, and trying a condition out."""

from typing import Any, Literal

from django.db import transaction
from ninja import Schema, Status

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import Id, Text, said
from tenure.api.keys import Key
from tenure.api.paging import reachable
from tenure.api.resources.segments.routing import CONDITION, CONDITION_WORDS, SegmentOut, router, shown
from tenure.segments import actions, queries
from tenure.segments.types import Subject
from tenure.workspaces.types import ApiScope


class SegmentIn(Schema):
    """A new segment."""

    name: Text = said("What it is called; no two in use are called the same.", "Premium", min_length=1, max_length=120)
    description: Text = said("What it is for.", "", max_length=500, default="")
    subject: Literal["account", "person"] = said("What it selects.", "account")
    condition: dict[str, Any] = said(CONDITION_WORDS, CONDITION)


class SegmentChangesIn(Schema):
    """What is to be different; what is left out stays."""

    name: Text | None = said("What it is called.", "Premium", min_length=1, max_length=120, default=None)
    description: Text | None = said("What it is for.", "", max_length=500, default=None)
    condition: dict[str, Any] | None = said(CONDITION_WORDS, CONDITION, default=None)


class ConditionIn(Schema):
    """A condition to try out; nothing is saved."""

    subject: Literal["account", "person"] = said("What it selects.", "account")
    condition: dict[str, Any] = said(CONDITION_WORDS, CONDITION)
    against: Id | None = said("A segment of the same subject to compare with.", 4, default=None)


class NamedOut(Schema):
    """An account or a person."""

    id: int = said("Which one.")
    name: str = said("What it is called.")
    detail: str = said("The account's domain, or the person's e-mail address.", "northwind.example")


class PreviewOut(Schema):
    """What a condition selects now."""

    sentence: str = said("The condition in words.", "plan is Premium")
    looked_at: int = said("How many accounts or people there are.", 412)
    count: int = said("How many of them it selects.")
    sample: list[NamedOut] = said("Some of those.")
    entering: int = said("How many would enter the segment compared with.")
    entering_sample: list[NamedOut] = said("Some of those.")
    leaving: int = said("How many would leave it.", 0)
    leaving_sample: list[NamedOut] = said("Some of those.", [])


@router.post("", response={201: SegmentOut}, summary="Define a segment")
@transaction.atomic
def define_segment(request: ApiCall, given: SegmentIn) -> Any:
    """Define a segment; who is in it is computed at once. A wrong condition is refused with the place."""
    made = actions.define_segment(
        name=given.name,
        description=given.description,
        subject=Subject(given.subject),
        condition=given.condition,
        by=acting_member(request),
    )
    return Status(201, shown(queries.segment(made.pk)))


@router.patch("/{int:segment_id}", response=SegmentOut, summary="Change a segment")
@transaction.atomic
def change_segment(request: ApiCall, segment_id: int, given: SegmentChangesIn) -> Any:
    """Change what is given; a changed condition becomes a new version and is computed at once."""
    changed = actions.change_segment(
        reachable(segment_id),
        by=acting_member(request),
        name=given.name,
        description=given.description,
        condition=given.condition,
    )
    return shown(queries.segment(changed.pk))


@router.post("/preview", response=PreviewOut, summary="Try a condition out", auth=Key(ApiScope.READ))
def preview(request: ApiCall, given: ConditionIn) -> Any:
    """Say how many a condition selects, and some of them; nothing is saved. A wrong one is refused with the place."""
    subject = Subject(given.subject)
    condition = queries.read_condition(given.condition, subject)
    against = given.against if given.against and queries.segment(given.against).subject is subject else None
    found = queries.preview(condition, subject, against=against)
    fields = ("looked_at", "count", "sample", "entering", "entering_sample", "leaving", "leaving_sample")
    return {"sentence": queries.sentence(condition, subject), **{field: getattr(found, field) for field in fields}}


@router.post("/{int:segment_id}/archive", response=SegmentOut, summary="Take a segment out of use")
def archive_segment(request: ApiCall, segment_id: int) -> Any:
    """Take it out of use: nobody enters or leaves it any more."""
    return shown(queries.segment(actions.archive_segment(reachable(segment_id), by=acting_member(request)).pk))


@router.post("/{int:segment_id}/restore", response=SegmentOut, summary="Take a segment back into use")
def restore_segment(request: ApiCall, segment_id: int) -> Any:
    """Take an archived segment back into use."""
    return shown(queries.segment(actions.restore_segment(reachable(segment_id), by=acting_member(request)).pk))


@router.post("/{int:segment_id}/pause", response=SegmentOut, summary="Stop keeping a segment up to date")
def pause_segment(request: ApiCall, segment_id: int) -> Any:
    """Stop keeping it up to date."""
    return shown(queries.segment(actions.pause_segment(reachable(segment_id), by=acting_member(request)).pk))


@router.post("/{int:segment_id}/resume", response=SegmentOut, summary="Keep a segment up to date again")
def resume_segment(request: ApiCall, segment_id: int) -> Any:
    """Keep it up to date again, beginning now."""
    return shown(queries.segment(actions.resume_segment(reachable(segment_id), by=acting_member(request)).pk))
