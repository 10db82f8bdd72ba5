"""People: who is at the accounts."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.calls import ApiCall
from tenure.api.exports import DESCRIBED, FORMAT, PRIVACY, ExportFormat, export_answer
from tenure.api.facts import (
    KIND,
    SECTION,
    SegmentOfOut,
    TimelineItemOut,
    TraitChangeOut,
    TraitOut,
    history_page,
    timeline_page,
)
from tenure.api.fields import said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, CountedPage, as_page, page_of_few, reachable
from tenure.channels import queries as channels
from tenure.customers import queries
from tenure.privacy.types import SubjectKind
from tenure.segments import queries as segments
from tenure.tracking.types import Section

if TYPE_CHECKING:
    from tenure.customers.models import Person

router = Router(tags=["people"])


class PersonOut(Schema):
    """One known person."""

    id: int = said("Tenure's id of them.")
    external_id: str | None = said("What your product calls them: Segment's userId.", "maya")
    name: str = said("What they are called.", "Maya Ito")
    email: str = said("Where to write to them.")
    account_id: int | None = said("The account they are at first of all.")
    account_name: str = said("What that account is called.")
    timezone: str = said("The time zone their devices said.")
    locale: str = said("The language their devices said.")
    traits: dict[str, Any] = said("The facts known now.", {"title": "Head of Operations"})
    first_seen_at: datetime = said("When they were first heard of.")
    last_seen_at: datetime | None = said("When they last used the product.")


class AccountOfPersonOut(Schema):
    """An account somebody is at."""

    id: int = said("Which account.")
    name: str = said("What it is called.")
    is_solo: bool = said("True for an account of one.")
    role: str = said("What they are there to the purchase and the product.", "champion")
    is_primary: bool = said("Whether this is where their unnamed use counts.")
    since: datetime = said("Since when they are known to be there.")


class IdentityOut(Schema):
    """An id somebody was seen under."""

    kind: str = said("user_id or anonymous_id.", "user_id")
    value: str = said("The id.", "maya")


class UnsubscribeOut(Schema):
    """Messages somebody wants no more of."""

    topic: str = said("Which topic; empty means every message.")
    topic_name: str = said("What the topic is called.", "Product tips")
    address: str = said("The address that said so.")
    via: str = said("How: one_click, page or member.", "one_click")
    at: datetime = said("When.")


@lists(router, "", PersonOut, summary="List people", page=CountedPage[PersonOut])
def list_people(
    request: ApiCall,
    search: str = Query("", description="Part of a name, e-mail address or external id."),
    sort: str = Query("id", description="id, name, email, first_seen_at or last_seen_at; a minus sign turns it round."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the people known by now; anonymous visitors are not among them."""
    page = queries.people_list(search.replace("\x00", ""), sort=sort, cursor=cursor, limit=limit)
    return as_page(_shown(page.people), page.next_cursor, count=page.count, count_is=page.sureness.value)


@router.get("/{int:person_id}", response=PersonOut, summary="One person")
def read_person(request: ApiCall, person_id: int) -> Any:
    """Return one person; the id of a merged trace leads to who it turned out to be."""
    return _shown([queries.person(reachable(person_id))])[0]


@lists(router, "/{int:person_id}/accounts", AccountOfPersonOut, summary="The accounts of a person")
def list_accounts(request: ApiCall, person_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the accounts somebody is at, the primary one first."""
    return page_of_few(queries.accounts_of(_person(person_id)), cursor, limit)


@lists(router, "/{int:person_id}/traits", TraitOut, summary="What is known, from where, since when")
def list_traits(request: ApiCall, person_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the facts known now, by name."""
    return page_of_few(queries.known_traits("person", _person(person_id)), cursor, limit)


@lists(router, "/{int:person_id}/traits/history", TraitChangeOut, summary="What was learnt when")
def list_trait_history(request: ApiCall, person_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List every change of a fact, newest first."""
    return history_page("person", _person(person_id), cursor, limit)


@lists(router, "/{int:person_id}/timeline", TimelineItemOut, summary="The timeline of a person")
def list_timeline(
    request: ApiCall,
    person_id: int,
    section: list[Section] | None = SECTION,
    kind: str = KIND,
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List what somebody did and what was done about them, newest first."""
    return timeline_page({"person_id": _person(person_id)}, section, kind, cursor, limit)


@lists(router, "/{int:person_id}/segments", SegmentOfOut, summary="The segments a person is in")
def list_segments(request: ApiCall, person_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the segments somebody is in now, by name."""
    return page_of_few(segments.segments_of(person_id=_person(person_id)), cursor, limit)


@lists(router, "/{int:person_id}/identities", IdentityOut, summary="The ids a person was seen under")
def list_identities(request: ApiCall, person_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the user ids and anonymous ids of somebody."""
    return page_of_few(queries.identities_of(_person(person_id)), cursor, limit)


@lists(router, "/{int:person_id}/unsubscribes", UnsubscribeOut, summary="What a person wants no more of")
def list_unsubscribes(request: ApiCall, person_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List what somebody unsubscribed from, latest first."""
    names = channels.topic_names()
    found = [
        {"topic": u.topic, "topic_name": names.get(u.topic, u.topic), "address": u.address, "via": u.via, "at": u.at}
        for u in channels.unsubscribes_of(_person(person_id))
    ]
    return page_of_few(found, cursor, limit)


@router.get("/{int:person_id}/export", summary="Export everything", auth=PRIVACY, openapi_extra=DESCRIBED)
def export_person(request: ApiCall, person_id: int, format: ExportFormat = FORMAT) -> Any:  # noqa: A002
    """Export everything that is kept about a person, whatever table it is in; the audit trail says so."""
    return export_answer(request, SubjectKind.PERSON, reachable(person_id), format)


def _person(pk: int) -> int:
    return queries.person(reachable(pk)).pk


def _shown(people: "list[Person]") -> list[dict[str, Any]]:
    homes = queries.accounts_of_people([each.pk for each in people])
    names = queries.account_names(homes.values())
    fields = ("external_id", "name", "email", "timezone", "locale", "traits", "first_seen_at", "last_seen_at")
    return [
        {
            "id": each.pk,
            "account_id": homes.get(each.pk),
            "account_name": names.get(homes.get(each.pk, 0), ""),
            **{field: getattr(each, field) for field in fields},
        }
        for each in people
    ]
