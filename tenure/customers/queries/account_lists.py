"""The list of accounts that people work in, and its export."""

import dataclasses
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Lower

from tenure.customers.columns import number_in_traits, seen_about
from tenure.customers.errors import UnknownSorting
from tenure.customers.models import Account
from tenure.customers.queries import narrowing
from tenure.customers.queries.accounts import accounts, people_counts, stage_of
from tenure.customers.queries.by_traits import compares_numbers, is_told_by_fact, with_facts
from tenure.customers.queries.counting import COUNTED, about, how_many, planned, planned_rows
from tenure.customers.queries.fragments import ACCOUNTS, holding, matches, matching
from tenure.customers.queries.likely import thought
from tenure.customers.queries.narrowing import FEW, LOOKED_UP, beside, shared_by, shared_by_about, walked_page
from tenure.customers.queries.passing import accounts_matching, compares_mrr, narrowed, of_mrr
from tenure.customers.queries.ranking import Ranking, ranked_page
from tenure.customers.queries.searching import (
    Looked,
    enumerated_page,
    is_dense,
    looked_up,
    met_often,
    searched_page,
    walked_past,
)
from tenure.customers.queries.sorting import Kind, Sorting, among, by_ids, by_owner, cut, place_of, sorted_page
from tenure.customers.queries.walking import by_indexes
from tenure.customers.types import AccountFilter, AccountSort, HowMany, Stage, Sureness
from tenure.kernel import clock
from tenure.workspaces import queries as workspaces

_SORTS: dict[str, Sorting] = {
    "name": Sorting(Lower("name"), kept_as="name_key"),
    "last_seen_at": Sorting(F("last_seen_at"), Kind.MOMENT, "last_seen_about", seen_about),
    "signed_up_at": Sorting(F("signed_up_at"), Kind.MOMENT),
    "owner": Sorting(Lower("owner__name"), has_index=False),
    "mrr": Sorting(number_in_traits("mrr"), Kind.NUMBER),
    "health": Sorting(number_in_traits("health_score"), Kind.NUMBER),
    "risk": Sorting(number_in_traits("churn_risk"), Kind.NUMBER),
}
_EXPORTED_AT_ONCE = 1_000
_MANY = 4


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
    if words and not narrows and not by.has_index and (likely := met_often(ACCOUNTS, words, limit)):
        found = holding(accounts().select_related("owner"), ACCOUNTS, words)
        with by_indexes(one_by_one=True):
            page, next_cursor = _page(found, sort, cursor, limit)
        rows = about(max(likely, len(page)))
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
    """Return a page of what passes and is called so: walk the list where many do, look up what few have."""
    everybody = planned_rows(accounts())
    looked, is_of_ids = _looked_up(chosen, words)
    if looked is not None:
        rest = dataclasses.replace(chosen, ids=None) if is_of_ids else chosen
        passing = _row_by_row(rest, words)
        return _page_of_looked(rest, passing, looked, everybody, sort, cursor, limit)
    by, descends = _sorting(sort)
    found, row_by_row, rows = narrowed(chosen), _row_by_row(chosen, words), None
    if words:  # PostgreSQL knows nothing of words and conditions together
        found, rows = matching(found, ACCOUNTS, words), shared_by_about(accounts(), row_by_row)
    if (rows.rows if rows else planned_rows(found)) > FEW:
        page: tuple[list[Account], str] | None
        if not by.has_index:
            with by_indexes(one_by_one=True):
                page = _page(row_by_row, sort, cursor, limit)
        elif words and by.kept_as:
            page = _named_page(row_by_row, words, by, descends=descends, cursor=cursor, limit=limit)
        else:
            inside = _inside(chosen, sort)
            page = walked_page(inside, row_by_row, by, descends=descends, cursor=cursor, limit=limit)
        if page is not None:
            return *page, rows or _how_many(chosen, found, row_by_row)
    return enumerated_page(found, found, by, descends=descends, cursor=cursor, limit=limit)


def _named_page(
    passing: QuerySet[Account], words: str, by: Sorting, *, descends: bool, cursor: str, limit: int
) -> tuple[list[Account], str] | None:
    """Go down the list of those called so by name and keep who passes; None if a page does not fill soon."""
    found: list[int] = []
    for portion in narrowing.PORTIONS:
        called, cursor, _ = searched_page(
            accounts().only("pk"), ACCOUNTS, words, by, descends=descends, cursor=cursor, limit=portion
        )
        ids = [account.pk for account in called]
        passed = set(among(passing, ids).values_list("pk", flat=True))
        found += [pk for pk in ids if pk in passed]
        if len(found) > limit or not cursor:
            return cut(by_ids(passing, by, found[: limit + 1]), limit)
    return None


def _row_by_row(chosen: AccountFilter, words: str) -> QuerySet[Account]:
    passing = narrowed(chosen, row_by_row=True)
    return holding(passing, ACCOUNTS, words) if words else passing


def _inside(chosen: AccountFilter, sort: str) -> QuerySet[Account]:
    """Return the part of the list that is walked: by MRR, the index that has the order has conditions on it, too."""
    return narrowed(of_mrr(chosen)) if sort.removeprefix("-") == "mrr" else accounts()


def _looked_up(chosen: AccountFilter, words: str) -> tuple[Looked | None, bool]:
    """Look up what every account has that passes, by what fewest have; None where all of it is had by many.

    Says also whether these are just the ids that were given.
    """
    ways: list[tuple[int, int, str, list[Any]]] = []
    facts = with_facts(chosen.traits)
    if facts is not None:
        likely, most, statement, params = _way(*facts.values("account_id").query.sql_with_params(), LOOKED_UP)
        if compares_numbers(chosen.traits):  # of these facts PostgreSQL knows nothing, and they take long to look up
            of_traits = narrowed(AccountFilter(traits=chosen.traits), row_by_row=True)
            likely = shared_by_about(accounts(), of_traits).rows * _MANY
        ways.append((likely, most, statement, params))
    if compares_mrr(chosen):
        ways.append(_way(*narrowed(of_mrr(chosen)).order_by().values("pk").query.sql_with_params(), LOOKED_UP // 4))
    if words:
        ways.append((thought(ACCOUNTS, words).likely, LOOKED_UP, *matches(ACCOUNTS, words)))
    for likely, most, statement, params in sorted(ways, key=lambda way: way[0]):
        if likely > most or (chosen.ids is not None and likely > len(chosen.ids)):
            continue
        looked = looked_up(statement, params, most + 1)
        if looked.rows <= most:
            return looked, False
    return (None, False) if chosen.ids is None else (Looked.of(chosen.ids), True)


def _way(statement: str, params: Any, most: int) -> tuple[int, int, str, list[Any]]:
    return planned(statement, params), most, statement, list(params)


def _page_of_looked(
    chosen: AccountFilter,
    passing: QuerySet[Account],
    looked: Looked,
    everybody: int,
    sort: str,
    cursor: str,
    limit: int,
) -> tuple[list[Account], str, HowMany]:
    """Return a page of those among what was looked up that pass: meet them in order where they are many."""
    by, descends = _sorting(sort)
    if looked.rows > 2 * FEW:
        share = shared_by(passing, looked.some())
        likely = round(share * looked.rows)
        page = None
        if by.has_index:
            if share and not (by.kept_as and chosen.search):  # called alike they stand together, maybe far down
                wanted = round(1.5 * limit / share) + 1
                page = _met_page(passing, _inside(chosen, sort), looked, everybody, sort, cursor, limit, wanted)
        elif is_dense(likely, everybody, limit, 1):
            with by_indexes(one_by_one=True):
                page = _page(beside(passing, looked.ids), sort, cursor, limit)
        if page is not None:
            if chosen == AccountFilter() and looked.rows <= COUNTED:
                return *page, HowMany(among(passing, looked.ids).count())
            return *page, about(max(likely, len(page[0])))
    return enumerated_page(passing, among(passing, looked.ids), by, descends=descends, cursor=cursor, limit=limit)


def _met_page(
    passing: QuerySet[Account],
    inside: QuerySet[Account],
    looked: Looked,
    everybody: int,
    sort: str,
    cursor: str,
    limit: int,
    wanted: int,
) -> tuple[list[Account], str] | None:
    """Walk the list past what was not looked up, and keep what passes; None if a page does not fill soon."""
    by, descends = _sorting(sort)
    place = place_of(cursor, by.kind)
    met = walked_past(inside, looked, by, everybody, descends=descends, after=place, wanted=wanted)
    passed = set(among(passing, met).values_list("pk", flat=True))
    page = [pk for pk in met if pk in passed]
    return cut(by_ids(passing, by, page[: limit + 1]), limit) if len(page) > limit else None


def _how_many(chosen: AccountFilter, found: QuerySet[Account], row_by_row: QuerySet[Account]) -> HowMany:
    if compares_mrr(chosen) and len(chosen.traits) == 1:
        with by_indexes(one_by_one=True):
            return how_many(found, guess=False)
    if any(not is_told_by_fact(test) for test in chosen.traits):
        return shared_by_about(accounts(), row_by_row)
    if chosen.traits and not chosen.stages and (likely := planned_rows(found)) > _MANY * COUNTED:
        return about(likely)  # of facts that many accounts have, PostgreSQL knows how many do
    return how_many(found, guess=not (chosen.stages or chosen.traits))


def account_rows(
    chosen: AccountFilter = AccountFilter(),  # noqa: B008  (frozen)
    *,
    sort: AccountSort | str = "name",
    ranking: Ranking | None = None,
) -> Iterator[AccountRow]:
    """Yield every account of the list as an export writes it, a thousand at a time."""
    now = clock.now()
    for page in _portions(chosen, sort, ranking):
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


def _portions(chosen: AccountFilter, sort: str, ranking: Ranking | None) -> Iterator[list[Account]]:
    """Yield all that pass, a thousand at a time."""
    found, cursor = accounts_matching(chosen), ""
    if ranking is None and chosen.search.strip() and _sorting(sort)[0].has_index:
        yield from _portions_of_called(found, *_sorting(sort))
        return
    while True:
        if ranking is None:
            page, cursor = _page(found, sort, cursor, _EXPORTED_AT_ONCE)
        else:
            narrows, descends = chosen != AccountFilter(), sort.startswith("-")
            page, cursor = ranked_page(
                found, ranking, narrows=narrows, descends=descends, cursor=cursor, limit=_EXPORTED_AT_ONCE
            )
        yield page
        if not cursor:
            return


def _portions_of_called(found: QuerySet[Account], by: Sorting, descends: bool) -> Iterator[list[Account]]:
    """Look up once who is called so, and put all in order: each portion would have them looked up again."""
    key, pk = F("sort_key"), F("pk")
    order = (key.desc(nulls_last=True), pk.desc()) if descends else (key.asc(nulls_last=True), pk.asc())
    ids = list(found.select_related(None).annotate(sort_key=by.key).order_by(*order).values_list("pk", flat=True))
    for begin in range(0, len(ids), _EXPORTED_AT_ONCE):
        portion = ids[begin : begin + _EXPORTED_AT_ONCE]
        rows = accounts().select_related("owner").in_bulk(portion)
        yield [rows[each] for each in portion if each in rows]


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
