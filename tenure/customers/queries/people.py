"""People: one, some, those of an account, and what is known of them."""

import dataclasses
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Lower, NullIf

from tenure.customers.columns import seen_about
from tenure.customers.errors import NoSuchPerson, UnknownSorting
from tenure.customers.models import Account, Affiliation, Identity, Person, TraitChange, TraitRule
from tenure.customers.queries.counting import how_many
from tenure.customers.queries.fragments import PEOPLE, matching
from tenure.customers.queries.searching import searched_page
from tenure.customers.queries.sorting import Kind, Sorting, sorted_page
from tenure.customers.rules.contending import counting
from tenure.customers.rules.traits import same
from tenure.customers.types import (
    AccountOfPerson,
    KnownTrait,
    PersonAtAccount,
    ReachablePerson,
    Role,
    SubjectKind,
    Sureness,
)

_SORTS: dict[str, Sorting] = {
    "id": Sorting(F("pk"), Kind.NUMBER, kept_as="id"),
    "name": Sorting(NullIf(Lower("name"), Value("")), kept_as="name_key"),
    "email": Sorting(NullIf(Lower("email"), Value("")), kept_as="email_key"),
    "first_seen_at": Sorting(F("first_seen_at"), Kind.MOMENT),
    "last_seen_at": Sorting(F("last_seen_at"), Kind.MOMENT, "last_seen_about", seen_about),
}
_EXPORTED_AT_ONCE = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclasses.dataclass(frozen=True, kw_only=True)
class PersonPage:
    """One page of the list of known people; `count` is how many match in all, as surely as `sureness` says."""

    people: list[Person]
    next_cursor: str
    count: int
    sureness: Sureness = Sureness.EXACT


def person(pk: int) -> Person:
    """Return one person; for a trace that turned out to be somebody, that somebody. Raises `NoSuchPerson`."""
    found = Person.objects.select_related("merged_into").filter(pk=pk).first()
    if found is None:
        raise NoSuchPerson
    return found.merged_into or found


def person_by_external_id(external_id: str) -> Person:
    """Return the person a product calls by this user id. Raises `NoSuchPerson`."""
    found = Identity.objects.filter(kind="user_id", value=external_id).values_list("person_id", flat=True).first()
    if found is None:
        raise NoSuchPerson
    return person(found)


def people(ids: Iterable[int] | None = None) -> QuerySet[Person]:
    """Return everybody known by now (visitors are not), or whoever `ids` names."""
    found = Person.objects.filter(merged_into=None)
    return found.filter(is_anonymous=False) if ids is None else found.filter(pk__in=list(ids))


def people_list(search: str = "", *, sort: str = "id", cursor: str = "", limit: int = 50) -> PersonPage:
    """Return a page of known people, narrowed by name, e-mail or user id.

    `sort` is id, name, email, first_seen_at or last_seen_at, with a minus sign to turn it round. Raises
    `UnknownSorting` and `CursorUnreadable`.
    """
    by, descends = _sorting(sort)
    found = people()
    if words := search.strip():
        page, next_cursor, rows = searched_page(found, PEOPLE, words, by, descends=descends, cursor=cursor, limit=limit)
    else:
        page, next_cursor = sorted_page(found, by, descends=descends, cursor=cursor, limit=limit)
        rows = how_many(found, guess=True)
    return PersonPage(people=page, next_cursor=next_cursor, count=rows.rows, sureness=rows.sureness)


def people_matching(search: str) -> QuerySet[Person]:
    """Return the known people whose name, e-mail address or user id contains the words, in no order."""
    words = search.strip()
    return matching(people(), PEOPLE, words) if words else people()


def people_rows(search: str = "", *, sort: str = "id") -> Iterator[Person]:
    """Yield everybody of the list, a thousand at a time."""
    found, cursor = people_matching(search), ""
    by, descends = _sorting(sort)
    while True:
        page, cursor = sorted_page(found, by, descends=descends, cursor=cursor, limit=_EXPORTED_AT_ONCE)
        yield from page
        if not cursor:
            return


def _sorting(sort: str) -> tuple[Sorting, bool]:
    name, descends = sort.removeprefix("-"), sort.startswith("-")
    if name not in _SORTS:
        raise UnknownSorting(f"People are sorted by {', '.join(_SORTS)}, with a minus sign to turn it round.")
    return _SORTS[name], descends


def people_names(ids: Iterable[int]) -> dict[int, str]:
    """Return what to call these people, merged traces included; a visitor has no name."""
    found = Person.objects.filter(pk__in=list(ids)).annotate(
        owner_name=F("merged_into__name"),
        owner_email=F("merged_into__email"),
        owner_external_id=F("merged_into__external_id"),
    )
    return {
        pk: next((text for text in known if text), "")
        for pk, *known in found.values_list(
            "pk", "owner_name", "owner_email", "owner_external_id", "name", "email", "external_id"
        )
    }


def people_at(account_ids: Iterable[int]) -> dict[int, int]:
    """Return the known people at these accounts, each with the account; of several, the primary one."""
    found = Affiliation.objects.filter(
        account__in=list(account_ids), person__merged_into=None, person__is_anonymous=False
    )
    return dict(found.order_by("is_primary", "pk").values_list("person_id", "account_id"))


def people_of(account_id: int) -> list[PersonAtAccount]:
    """Return the known people of an account, whoever was seen last first."""
    found = (
        Affiliation.objects.filter(account=account_id, person__merged_into=None, person__is_anonymous=False)
        .select_related("person")
        .order_by(F("person__last_seen_at").desc(nulls_last=True), "person_id")
    )
    return [
        PersonAtAccount(
            id=f.person_id,
            name=f.person.name,
            email=f.person.email,
            external_id=f.person.external_id,
            role=Role(f.role),
            is_primary=f.is_primary,
            since=f.since,
            first_seen_at=f.person.first_seen_at,
            last_seen_at=f.person.last_seen_at,
        )
        for f in found
    ]


def reachable_people(account_ids: Iterable[int]) -> list[ReachablePerson]:
    """Return everybody with an e-mail address at these accounts, whoever has been there longest first."""
    found = (
        Affiliation.objects.filter(account__in=list(account_ids), person__merged_into=None)
        .exclude(person__email="")
        .order_by("since", "person_id")
        .values_list("account_id", "person_id", "role", "person__email", "person__timezone")
    )
    return [
        ReachablePerson(account_id=account, person_id=person, role=Role(role), email=email, timezone=timezone)
        for account, person, role, email, timezone in found
    ]


def accounts_of(person_id: int) -> list[AccountOfPerson]:
    """Return the accounts a person is at, the primary one first."""
    found = Affiliation.objects.filter(person=person_id).select_related("account").order_by("-is_primary", "-since")
    return [
        AccountOfPerson(
            id=f.account_id,
            name=str(f.account),
            is_solo=f.account.is_solo,
            role=Role(f.role),
            is_primary=f.is_primary,
            since=f.since,
        )
        for f in found
    ]


def accounts_of_people(ids: Iterable[int]) -> dict[int, int]:
    """Return the primary account of each person who has one."""
    found = Affiliation.objects.filter(person__in=list(ids), is_primary=True)
    return dict(found.values_list("person_id", "account_id"))


def all_accounts_of_people(ids: Iterable[int]) -> list[int]:
    """Return every account that somebody of these is at, the primary ones and the others."""
    found = Affiliation.objects.filter(person__in=list(ids), account__merged_into=None)
    return sorted(found.order_by().values_list("account_id", flat=True).distinct())


def merged_people(ids: Iterable[int] | None = None) -> dict[int, int]:
    """Return which person each trace, or each of `ids`, is known to be now; those who are themselves are left out."""
    merged = Person.objects.exclude(merged_into=None)
    chosen = merged if ids is None else merged.filter(pk__in=list(ids))
    return {old: new for old, new in chosen.values_list("pk", "merged_into_id") if new is not None}


def person_traces(pk: int) -> list[int]:
    """Return the person and the traces that turned out to be theirs."""
    return [pk, *Person.objects.filter(merged_into=pk).values_list("pk", flat=True)]


def identities_of(pk: int) -> list[Identity]:
    """Return the ids a person was seen under."""
    return list(Identity.objects.filter(person__in=person_traces(pk)).order_by("-kind", "value"))


def known_traits(kind: SubjectKind, pk: int) -> list[KnownTrait]:
    """Return what is known of an account or person by now, with source and since when, by name."""
    changes: dict[str, list[TraitChange]] = {}
    for change in TraitChange.objects.filter(**{kind: pk}).order_by("at", "pk"):
        changes.setdefault(change.name, []).append(change)
    model: Any = Account if kind == "account" else Person
    contested = model.objects.filter(pk=pk).values_list("trait_words", flat=True).first() or {}
    orders = dict(TraitRule.objects.filter(kind=kind, name__in=contested).values_list("name", "sources"))
    known = []
    for name in sorted(changes.keys() | contested.keys()):
        if name in contested:
            value, micros, source = counting(contested[name], orders.get(name, ()))
            if value is not None:
                known.append(
                    KnownTrait(name=name, value=value, source=source, since=_EPOCH + timedelta(microseconds=micros))
                )
            continue
        history = changes[name]
        now = history[-1]
        if now.value is None:
            continue
        since = now
        for earlier in reversed(history[:-1]):
            if not same(earlier.value, now.value):
                break
            since = earlier
        known.append(KnownTrait(name=name, value=now.value, source=since.source, since=since.at))
    return known


def trait_history(kind: SubjectKind, pk: int, *, before: datetime | None = None, limit: int = 200) -> list[Any]:
    """Return the latest changes of an account's or person's traits, newest first."""
    found = TraitChange.objects.filter(**{kind: pk})
    if before is not None:
        found = found.filter(at__lt=before)
    return list(found.order_by("-at", "-pk")[:limit])


def trait_changes(kind: SubjectKind, pk: int) -> QuerySet[TraitChange]:
    """Return every change of an account's or person's traits, newest first."""
    return TraitChange.objects.filter(**{kind: pk}).order_by("-at", "-pk")
