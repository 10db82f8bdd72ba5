"""Accounts: one, some, and the list that people work in."""

import dataclasses
import functools
import operator
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Lower

from tenure.customers.columns import number_in_traits, seen_about
from tenure.customers.errors import NoSuchAccount, UnknownSorting
from tenure.customers.models import Account, Affiliation, TraitChange
from tenure.customers.queries.by_traits import compares_numbers, fact_of, is_told_by_fact, with_numbers, with_trait
from tenure.customers.queries.counting import how_many, planned_rows
from tenure.customers.queries.narrowing import FEW, LOOKED_UP, among, by_indexes, shared_by_about, walked_page
from tenure.customers.queries.ranking import Ranking, ranked_page
from tenure.customers.queries.searching import (
    ACCOUNTS,
    called,
    enumerated_page,
    matches_up_to,
    matching,
    met_often,
    searched_page,
)
from tenure.customers.queries.sorting import Kind, Sorting, by_owner, sorted_page
from tenure.customers.rules.lifecycle import ONBOARDING, WON_BACK, stage
from tenure.customers.rules.traits import FREE_MAIL
from tenure.customers.searched import AccountFacts
from tenure.customers.types import AccountFilter, AccountSort, HowMany, Stage, Sureness, TraitTest
from tenure.kernel import clock
from tenure.workspaces import queries as workspaces

_SORTS: dict[str, Sorting] = {
    "name": Sorting(Lower("name"), is_name=True),
    "last_seen_at": Sorting(F("last_seen_at"), Kind.MOMENT, "last_seen_about", seen_about),
    "signed_up_at": Sorting(F("signed_up_at"), Kind.MOMENT),
    "owner": Sorting(Lower("owner__name"), has_index=False),
    "mrr": Sorting(number_in_traits("mrr"), Kind.NUMBER),
    "health": Sorting(number_in_traits("health_score"), Kind.NUMBER),
    "risk": Sorting(number_in_traits("churn_risk"), Kind.NUMBER),
}
_EXPORTED_AT_ONCE = 1_000


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccountPage:
    """One page of the list of accounts; `people` counts the known people of each.

    `count` is how many accounts match in all, as surely as `sureness` says.
    """

    accounts: list[Account]
    people: dict[int, int]
    next_cursor: str
    count: int
    sureness: Sureness = Sureness.EXACT


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccountRow:
    """An account as a line of an export."""

    id: int
    external_id: str | None
    name: str
    domain: str
    is_solo: bool
    stage: Stage
    owner: str
    people: int
    signed_up_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime | None
    churned_at: datetime | None
    traits: dict[str, Any]


def account(pk: int) -> Account:
    """Return one account; for one that joined another, that other. Raises `NoSuchAccount`."""
    found = Account.objects.select_related("owner", "merged_into", "merged_into__owner").filter(pk=pk).first()
    if found is None:
        raise NoSuchAccount
    return found.merged_into or found


def account_by_external_id(external_id: str) -> Account:
    """Return the account a product calls by this id. Raises `NoSuchAccount`."""
    found = Account.objects.filter(external_id=external_id).values_list("pk", flat=True).first()
    if found is None:
        raise NoSuchAccount
    return account(found)


def accounts(ids: Iterable[int] | None = None) -> QuerySet[Account]:
    """Return the accounts there are now, or those of `ids`."""
    found = Account.objects.filter(merged_into=None)
    return found if ids is None else found.filter(pk__in=list(ids))


def account_names(ids: Iterable[int]) -> dict[int, str]:
    """Return what to call these accounts, merged ones included."""
    found = Account.objects.filter(pk__in=list(ids)).values_list("pk", "name", "external_id")
    return {pk: name or external_id or f"#{pk}" for pk, name, external_id in found}


def accounts_by_domain(domains: Iterable[str] | None = None) -> dict[str, list[int]]:
    """Return the accounts with each of these company domains (None: with any); a free mail provider's is nobody's."""
    found = Account.objects.filter(merged_into=None).exclude(domain="")
    if domains is not None:
        found = found.filter(domain__in=list(domains))
    by_domain: dict[str, list[int]] = {}
    for domain, pk in found.order_by("pk").values_list("domain", "pk"):
        if domain not in FREE_MAIL:
            by_domain.setdefault(domain, []).append(pk)
    return by_domain


def accounts_told(source: str, at: datetime) -> list[int]:
    """Return the accounts of which a source said anything as of that very moment, and who they are known to be now."""
    said = TraitChange.objects.filter(source=source, at=at, person=None)
    told = set(said.values_list("account_id", flat=True).distinct())
    kept = Account.objects.filter(pk__in=told).exclude(merged_into=None).values_list("merged_into_id", flat=True)
    return sorted(told | set(kept))


def owners_of(ids: Iterable[int]) -> dict[int, int]:
    """Return the member who looks after each account, where somebody does."""
    owned = Account.objects.filter(pk__in=list(ids)).exclude(owner=None)
    return {pk: owner for pk, owner in owned.values_list("pk", "owner_id") if owner is not None}


def merged_accounts(ids: Iterable[int] | None = None) -> dict[int, int]:
    """Return which account each merged one, or each of `ids`, is part of now."""
    merged = Account.objects.exclude(merged_into=None)
    chosen = merged if ids is None else merged.filter(pk__in=list(ids))
    return {old: new for old, new in chosen.values_list("pk", "merged_into_id") if new is not None}


def account_traces(pk: int) -> list[int]:
    """Return the account and those that were merged into it."""
    return [pk, *Account.objects.filter(merged_into=pk).values_list("pk", flat=True)]


def stage_of(found: Account, now: datetime | None = None) -> Stage:
    """Name the stage an account is in."""
    return stage(
        plan=str(found.traits.get("plan") or ""),
        is_trialing=found.traits.get("subscription_status") == "trialing",
        trial_ends_at=found.trial_ends_at,
        signed_up_at=found.signed_up_at,
        churned_at=found.churned_at,
        returned_at=found.returned_at,
        now=now or clock.now(),
    )


def accounts_matching(chosen: AccountFilter) -> QuerySet[Account]:
    """Return the accounts a filter lets through, in no order."""
    found, words = _narrowed(chosen), chosen.search.strip()
    return matching(found, ACCOUNTS, words) if words else found


def _narrowed(chosen: AccountFilter, *, row_by_row: bool = False) -> QuerySet[Account]:
    """Return the accounts that a filter lets through but for what it searches; `row_by_row`: few will be looked at."""
    found = accounts(chosen.ids).select_related("owner")
    if chosen.owner_ids or chosen.without_owner:
        nobody = Q(owner=None) if chosen.without_owner else Q(pk__in=[])
        found = found.filter(Q(owner__in=chosen.owner_ids) | nobody)
    if chosen.is_solo is not None:
        found = found.filter(is_solo=chosen.is_solo)
    if chosen.seen_before is not None:
        found = found.filter(Q(last_seen_at__lt=chosen.seen_before) | Q(last_seen_at=None))
    if chosen.seen_after is not None:
        found = found.filter(last_seen_at__gte=chosen.seen_after, last_seen_about__gte=seen_about(chosen.seen_after))
    if chosen.stages:
        now = clock.now()
        if set(chosen.stages) != {Stage.CHURNED}:  # which is to have churned, and no more
            found = found.annotate(stage=_stage(now)).filter(stage__in=[s.value for s in chosen.stages])
        implied = {
            Stage.CHURNED: Q(churned_at__isnull=False),
            Stage.WON_BACK: Q(returned_at__gt=now - WON_BACK),
            Stage.ONBOARDING: Q(signed_up_at__gt=now - ONBOARDING),
        }
        if set(chosen.stages) <= implied.keys():  # what an index can look up
            found = found.filter(functools.reduce(operator.or_, (implied[stage] for stage in chosen.stages)))
    facts = [fact for test in chosen.traits if not row_by_row and (fact := fact_of(test))]
    if facts:
        found = found.filter(pk__in=AccountFacts.objects.filter(facts__contains=facts).values("account_id"))
    for number, test in enumerate(chosen.traits):
        if row_by_row or not is_told_by_fact(test):
            found = with_trait(found, test, f"trait{number}")
    return found


def accounts_list(
    chosen: AccountFilter = AccountFilter(),  # noqa: B008  (frozen)
    *,
    sort: AccountSort | str = "name",
    cursor: str = "",
    limit: int = 50,
    ranking: Ranking | None = None,
) -> AccountPage:
    """Return a page of accounts; raises `UnknownSorting` and `CursorUnreadable`.

    With a `ranking` they are in its order, turned round where `sort` begins with a minus sign.
    """
    words = chosen.search.strip()
    narrows = dataclasses.replace(chosen, search="") != AccountFilter()
    if chosen.ids == ():
        return _listed([], "", HowMany(0))
    if ranking is not None:
        found, descends = accounts_matching(chosen), sort.startswith("-")
        few = narrows or bool(words)
        page, next_cursor = ranked_page(found, ranking, narrows=few, descends=descends, cursor=cursor, limit=limit)
        return _listed(page, next_cursor, how_many(found, guess=not few))
    by, descends = _sorting(sort)
    if words and not narrows and not by.has_index and met_often(ACCOUNTS, words, limit):
        found = called(accounts().select_related("owner"), ACCOUNTS, words)
        with by_indexes(one_by_one=True):
            page, next_cursor = _page(found, sort, cursor, limit)
        rows = shared_by_about(accounts(), found)
    elif words and not narrows:
        page, next_cursor, rows = searched_page(
            accounts().select_related("owner"), ACCOUNTS, words, by, descends=descends, cursor=cursor, limit=limit
        )
    elif narrows:
        page, next_cursor, rows = _narrowed_page(chosen, words, sort, cursor, limit)
    else:
        page, next_cursor = _page(accounts().select_related("owner"), sort, cursor, limit)
        rows = how_many(accounts(), guess=True)
    return _listed(page, next_cursor, rows)


def _listed(page: list[Account], next_cursor: str, rows: HowMany) -> AccountPage:
    return AccountPage(
        accounts=page,
        people=people_counts(a.pk for a in page),
        next_cursor=next_cursor,
        count=rows.rows,
        sureness=rows.sureness,
    )


def _narrowed_page(
    chosen: AccountFilter, words: str, sort: str, cursor: str, limit: int
) -> tuple[list[Account], str, HowMany]:
    """Return a page of what passes and is called so: walk the list where many do, look all up where few do."""
    by, descends = _sorting(sort)
    found, row_by_row = _narrowed(chosen), _narrowed(chosen, row_by_row=True)
    compares_mrr = any(t.name == "mrr" and t.test in (TraitTest.MORE_THAN, TraitTest.LESS_THAN) for t in chosen.traits)
    ids: list[int] | None = None
    if words:
        ids = matches_up_to(ACCOUNTS, words, LOOKED_UP + 1)
    elif compares_mrr:
        of_mrr = _narrowed(AccountFilter(traits=tuple(t for t in chosen.traits if t.name == "mrr")))
        with by_indexes(one_by_one=True):
            ids = list(of_mrr.select_related(None).values_list("pk", flat=True)[: LOOKED_UP // 4 + 1])
        ids = ids if len(ids) <= LOOKED_UP // 4 else None
    elif compares_numbers(chosen.traits) and shared_by_about(accounts(), row_by_row).rows <= LOOKED_UP // 4:
        ids = with_numbers(chosen.traits, LOOKED_UP + 1)
    if ids is not None and len(ids) <= LOOKED_UP:
        passing = among(row_by_row, ids)
        return enumerated_page(row_by_row, passing, by, descends=descends, cursor=cursor, limit=limit)
    if words:
        found, row_by_row = matching(found, ACCOUNTS, words), called(row_by_row, ACCOUNTS, words)
    if planned_rows(found) > FEW:
        if not by.has_index:
            with by_indexes(one_by_one=True):
                page, next_cursor = _page(row_by_row, sort, cursor, limit)
            return page, next_cursor, _how_many(chosen, found, row_by_row, compares_mrr)
        inside = accounts()
        if sort.removeprefix("-") == "mrr":  # the same index has the order and the condition
            inside = _narrowed(AccountFilter(traits=tuple(t for t in chosen.traits if t.name == "mrr")))
        walked = walked_page(inside, row_by_row, by, descends=descends, cursor=cursor, limit=limit)
        if walked is not None:
            return *walked, _how_many(chosen, found, row_by_row, compares_mrr)
    return enumerated_page(found, found, by, descends=descends, cursor=cursor, limit=limit)


def _how_many(
    chosen: AccountFilter, found: QuerySet[Account], row_by_row: QuerySet[Account], compares_mrr: bool
) -> HowMany:
    if compares_mrr and len(chosen.traits) == 1 and not chosen.search.strip():
        with by_indexes(one_by_one=True):
            return how_many(found, guess=False)
    if chosen.search.strip() or any(not is_told_by_fact(test) for test in chosen.traits):
        return shared_by_about(accounts(), row_by_row)
    return how_many(found, guess=not (chosen.stages or chosen.traits))


def account_rows(
    chosen: AccountFilter = AccountFilter(),  # noqa: B008  (frozen)
    *,
    sort: AccountSort | str = "name",
    ranking: Ranking | None = None,
) -> Iterator[AccountRow]:
    """Yield every account of the list as an export writes it, a thousand at a time."""
    found, cursor, now = accounts_matching(chosen), "", clock.now()
    narrows = chosen != AccountFilter()
    while True:
        if ranking is None:
            page, cursor = _page(found, sort, cursor, _EXPORTED_AT_ONCE)
        else:
            page, cursor = ranked_page(
                found, ranking, narrows=narrows, descends=sort.startswith("-"), cursor=cursor, limit=_EXPORTED_AT_ONCE
            )
        people = people_counts(a.pk for a in page)
        for each in page:
            yield AccountRow(
                id=each.pk,
                external_id=each.external_id,
                name=each.name,
                domain=each.domain,
                is_solo=each.is_solo,
                stage=stage_of(each, now),
                owner=each.owner.name if each.owner else "",
                people=people.get(each.pk, 0),
                signed_up_at=each.signed_up_at,
                first_seen_at=each.first_seen_at,
                last_seen_at=each.last_seen_at,
                churned_at=each.churned_at,
                traits=each.traits,
            )
        if not cursor:
            return


def people_counts(ids: Iterable[int]) -> dict[int, int]:
    """Count the known people of accounts."""
    counts: dict[int, int] = {}
    for pk in Affiliation.objects.filter(
        account__in=list(ids), person__merged_into=None, person__is_anonymous=False
    ).values_list("account_id", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    return counts


def _page(found: QuerySet[Account], sort: str, cursor: str, limit: int) -> tuple[list[Account], str]:
    by, descends = _sorting(sort)
    if sort.removeprefix("-") == "owner":
        return by_owner(found, _owners(descends), descends=descends, cursor=cursor, limit=limit)
    return sorted_page(found, by, descends=descends, cursor=cursor, limit=limit)


def _sorting(sort: str) -> tuple[Sorting, bool]:
    name, descends = sort.removeprefix("-"), sort.startswith("-")
    if name not in _SORTS:
        raise UnknownSorting(f"Accounts are sorted by {', '.join(_SORTS)}, with a minus sign to turn it round.")
    return _SORTS[name], descends


def _owners(descends: bool) -> list[tuple[str, list[int]]]:
    """Return who may look after accounts, by name."""
    ids: dict[str, list[int]] = {}
    for pk, name in workspaces.member_names().items():
        ids.setdefault(name.lower(), []).append(pk)
    return sorted(ids.items(), reverse=descends)


def _stage(now: datetime) -> Case:
    now = now.astimezone(UTC)
    return Case(
        When(churned_at__isnull=False, then=Value(Stage.CHURNED.value)),
        When(returned_at__gt=now - WON_BACK, then=Value(Stage.WON_BACK.value)),
        When(trial_ends_at__gt=now, then=Value(Stage.TRIAL.value)),
        When(trial_ends_at=None, traits__plan__icontains="trial", then=Value(Stage.TRIAL.value)),
        When(traits__subscription_status="trialing", then=Value(Stage.TRIAL.value)),
        When(signed_up_at__gt=now - ONBOARDING, then=Value(Stage.ONBOARDING.value)),
        default=Value(Stage.ACTIVE.value),
        output_field=TextField(),
    )
