"""Who is in a segment, who came and went, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ninja import Schema
from ninja.params.functions import Query

from tenure.api.calls import ApiCall
from tenure.api.fields import LARGEST_ID, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, as_page, instant, reachable, whole
from tenure.api.resources.segments.listing import accounts_or_people
from tenure.api.resources.segments.routing import router
from tenure.kernel.cursors import from_cursor
from tenure.segments import queries
from tenure.segments.types.answers import LeafReason
from tenure.segments.types.conditions import Condition, Not
from tenure.workspaces import queries as workspaces


class SegmentMemberOut(Schema):
    """An account or person in a segment."""

    id: int = said("The account's or person's id.")
    name: str = said("What it is called.")
    detail: str = said("The account's domain, or the person's e-mail address.", "northwind.example")
    since: datetime = said("Since when it has been in the segment.")


class ReasonOut(Schema):
    """One part of a condition: what it looked at, and whether it held."""

    path: str = said("The part's place in the condition tree; empty for a lone condition.", "all[0]")
    phrase: str = said("The part in words.", "plan is Premium")
    value: Any = said("What it looked at.", "Premium")
    value_words: str = said("The same in words.", "Premium")
    held: bool = said("Whether it held.", True)


class WhyOut(Schema):
    """Why an account or person is, or is not, in a segment."""

    account_id: int | None = said("The account, when the segment selects accounts.")
    person_id: int | None = said("The person, when the segment selects people.")
    is_member: bool = said("Whether it is in the segment.", True)
    since: datetime | None = said("Since when.")
    holds_now: bool = said("Whether the condition holds this moment.", True)
    now: list[ReasonOut] = said("The parts of the condition, as they hold this moment.")
    at_entry: list[ReasonOut] = said("The parts as they held when it entered; empty when it is not in.")


class HistoryOut(Schema):
    """Somebody having entered or left."""

    at: datetime = said("When.")
    entered: bool = said("True for entering, false for leaving.", True)
    id: int = said("The account's or person's id.")
    name: str = said("What it is called.")
    detail: str = said("The account's domain, or the person's e-mail address.", "northwind.example")
    cause: str | None = said("What made it so: happening, time or definition.", "happening")
    turned: list[ReasonOut] = said("On leaving: the parts of the condition whose truth had turned.")


@lists(router, "/{int:segment_id}/members", SegmentMemberOut, summary="Who is in a segment")
def list_members(
    request: ApiCall,
    segment_id: int,
    search: str = Query("", max_length=200, description="Part of a name, domain or e-mail address."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List who is in, the latest first."""
    if cursor:
        since, last = from_cursor(cursor, 2)
        instant(since), whole(last)
    pk = queries.segment(reachable(segment_id)).id
    named = search.replace("\x00", "").strip()
    page = queries.members_of(pk, cursor=cursor or None, limit=limit, named=named)
    items = [{"id": m.who.id, "name": m.who.name, "detail": m.who.detail, "since": m.since} for m in page.items]
    return as_page(items, page.next_cursor)


@lists(router, "/{int:segment_id}/history", HistoryOut, summary="Who entered and left a segment")
def list_history(request: ApiCall, segment_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List who entered and left, and what made them, the latest first."""
    if cursor:
        at, entered, last = from_cursor(cursor, 3)
        instant(at), whole(entered), whole(last)
    pk, members = queries.segment(reachable(segment_id)).id, workspaces.member_names()
    page = queries.history_of(pk, cursor=cursor or None, limit=limit)
    items = [
        {
            "at": item.at,
            "entered": item.entered,
            "id": item.who.id,
            "name": item.who.name,
            "detail": item.who.detail,
            "cause": item.cause,
            "turned": _reasons(item.turned, members),
        }
        for item in page.items
    ]
    return as_page(items, page.next_cursor)


@router.get("/{int:segment_id}/why/{int:subject_id}", response=WhyOut, summary="Why somebody is in a segment")
def read_why(request: ApiCall, segment_id: int, subject_id: int) -> Any:
    """Return why an account or person (as the segment selects) is or is not in it, part by part."""
    segment, members = queries.segment(reachable(segment_id)), workspaces.member_names()
    named = accounts_or_people(segment.subject, min(subject_id, LARGEST_ID + 1))
    reasons = queries.why(segment.id, account_id=named["account_id"], person_id=named["person_id"])
    return {
        **named,
        "is_member": reasons.is_member,
        "since": reasons.since,
        "holds_now": reasons.holds_now,
        "now": _reasons(reasons.now, members),
        "at_entry": _reasons(reasons.at_entry, members),
    }


def _reasons(reasons: Sequence[LeafReason], members: dict[int, str]) -> list[dict[str, Any]]:
    return [_reason(reason, members) for reason in reasons]


def _reason(reason: LeafReason, members: dict[int, str]) -> dict[str, Any]:
    is_negated = reason.path.rpartition(".")[2] == "not"
    said_of: Condition = Not(condition=reason.leaf) if is_negated else reason.leaf
    return {
        "path": reason.path,
        "phrase": queries.phrase(said_of, members),
        "value": reason.value,
        "value_words": queries.value_words(reason.leaf, reason.value, members),
        "held": reason.held is not is_negated,
    }
