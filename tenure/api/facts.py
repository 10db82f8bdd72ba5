"""What accounts and people have in common: traits, their history, the timeline, the segments they are in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ninja import Schema
from ninja.params.functions import Query

from tenure.api.fields import said
from tenure.api.paging import as_page, instant, page_by_time
from tenure.customers import queries as customers
from tenure.customers.types import SubjectKind
from tenure.kernel.cursors import from_cursor
from tenure.tracking import queries as tracking
from tenure.tracking.types import Section

SECTION = Query(None, description="Only these sections of the timeline; may be given more than once.")
KIND = Query("", description="Only this kind; a page may then hold fewer rows than `limit`, and still lead on.")


class TraitOut(Schema):
    """A fact as it is known now, with where it came from and since when."""

    name: str = said("What the fact is called.", "plan")
    value: Any = said("What is known: text, a number, true or false, a list or an object.", "Premium")
    source: str = said("Where it is known from.", "sdk")
    since: datetime = said("Since when it has had this value.")


class TraitChangeOut(Schema):
    """A fact that was learnt at some moment."""

    name: str = said("What the fact is called.", "plan")
    value: Any = said("What it became; null when it was taken away.", "Premium")
    source: str = said("Who said so.", "sdk")
    at: datetime = said("As of when.")


class TimelineItemOut(Schema):
    """One line of a timeline."""

    at: datetime = said("When it happened; of uses in a row, the last.")
    first_at: datetime = said("Of uses in a row, the first.")
    section: Section = said("Which part of the timeline it belongs to.")
    kind: str = said(
        "`Used` for what a person did, `TraitsChanged` for what was learnt, else the name of an announcement "
        "(see the reference of announcements).",
        "Used",
    )
    particulars: dict[str, Any] = said(
        "What there is to know, by kind: of `Used` the event, its type and properties.",
        {"event": "Report Exported", "type": "track", "properties": {"format": "csv"}},
    )
    source: str = said("Where it is known from.", "sdk")
    account_id: int | None = said("The account it happened at.")
    person_id: int | None = said("Who did it, or whom it was about.")
    person_name: str = said("What they are called; empty for a visitor.")
    count: int = said("How many uses in a row this line stands for.", 1)


class SegmentOfOut(Schema):
    """A segment that an account or person is in now."""

    segment_id: int = said("Which segment.")
    segment_name: str = said("What it is called.")
    since: datetime = said("Since when they have been in it.")


def timeline_page(
    whose: dict[str, int], sections: Sequence[Section] | None, kind: str, cursor: str, limit: int
) -> dict[str, Any]:
    """Return a page of a timeline; `whose` is the account's or the person's id under its name."""
    for place in from_cursor(cursor, 2) if cursor else ():
        instant(place)
    page = tracking.timeline(
        account_id=whose.get("account_id"),
        person_id=whose.get("person_id"),
        sections=sections or tuple(Section),
        before=cursor,
        limit=limit,
    )
    return as_page([item for item in page.items if kind in ("", item.kind)], page.next_cursor)


def history_page(kind: SubjectKind, pk: int, cursor: str, limit: int) -> Any:
    """Return a page of what was learnt of an account or person."""
    return page_by_time(customers.trait_changes(kind, pk), cursor, limit)
