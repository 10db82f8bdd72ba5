"""Finding accounts and people by any fragment of what they are called, among millions of them.

Rare words are looked up in an index of fragments, and everything that has them is put in order. Common words need no
index: the list is walked in its order until the page is full. Where they are neither, they are looked up, and the
list is walked until enough of them were met. A sample of the names says which takes least.

Sorted by name or address, those first called so stand together, and a walk might never get there. They are read from
the index that has this order; the index of fragments tells them apart from those who have the words elsewhere.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

from tenure.customers.queries.counting import COUNTED, about
from tenure.customers.queries.fragments import (
    Searched,
    matches,
    matches_elsewhere,
    sorts_by_code_points,
)
from tenure.customers.queries.likely import Thought, thought
from tenure.customers.queries.sorting import AfterRow, Kind, Sorting, among, by_ids, cut, place_of
from tenure.customers.queries.walking import by_indexes, called, count_kept, one_of, walk, walk_kept
from tenure.customers.types import HowMany

M = TypeVar("M", bound=Model)

_WALKED, _WALKED_KEPT, _WALKED_PAST = 30_000, 100_000, 150_000
"""At most so many rows are walked: asking each for its name, in an index that has it, and past those not looked up."""
_PAST_ROWS = 30_000
"""And so many where the index has not all that is asked."""
_ASKED, _KEPT, _PAST = 1, 15, 10
"""So many rows are walked, in each of these ways, in the time that one is looked up and put in order."""
_DRAWN = 1_000


@dataclasses.dataclass(frozen=True)
class Looked:
    """What was looked up: how many, and their ids as PostgreSQL writes an array."""

    rows: int
    ids: str

    @classmethod
    def of(cls, ids: Sequence[int]) -> "Looked":
        """Take ids that are known."""
        return cls(len(ids), f"{{{','.join(map(str, ids))}}}")

    def some(self) -> list[int]:
        """Return a thousand of them from everywhere among them."""
        ids = self.ids.strip("{}").split(",")
        return [int(each) for each in ids[:: len(ids) // _DRAWN + 1] if each]


def searched_page(
    found: QuerySet[M],
    where: Searched,
    words: str,
    by: Sorting,
    *,
    descends: bool,
    cursor: str,
    limit: int,
) -> tuple[list[M], str, HowMany]:
    """Return a page of what matches in the order of a list, the cursor of the next, and how many match in all."""
    order = by.kept_as if by.kept_as in where.orders and sorts_by_code_points() else ""
    known = thought(where, words, order)
    place = place_of(cursor, by.kind)
    if order:
        return _page_of_kept(found, where, words, by, order, known, place, descends=descends, limit=limit)
    if by.has_index and is_dense(known.likely, known.everybody, limit, _ASKED):
        most = min(2 * limit * known.everybody // known.likely, _WALKED)
        passing = called(where, words)
        met = walk(found, by, passing, descends=descends, after=place, wanted=limit + 1, most=most)
        if len(met) > limit:
            return *cut(by_ids(found, by, met), limit), about(max(known.likely, limit))
    looked = looked_up(*matches(where, words))
    page = looked_up_page(found, looked, by, known.everybody, descends=descends, cursor=cursor, limit=limit)
    return *page, HowMany(looked.rows)


def met_often(where: Searched, words: str, limit: int) -> int:
    """Say about how many are called so if a page of them fills soon in any order; otherwise 0."""
    known = thought(where, words)
    return known.likely if is_dense(known.likely, known.everybody, limit, _ASKED) else 0


def is_dense(met: int, everybody: int, limit: int, looked_up: int) -> bool:
    """Say whether walking to as many matches as a page has takes less than looking all of them up."""
    return looked_up * met * met > limit * everybody


def looked_up(statement: str, params: list[Any], most: int | None = None) -> Looked:
    """Look the ids of a statement up; so many at most."""
    with by_indexes(at_once=True), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), coalesce(array_agg(id)::text, '{{}}') FROM ({statement} LIMIT %s) AS found (id)",  # noqa: S608
            [*params, most],
        )
        ((rows, ids),) = cursor.fetchall()
    return Looked(rows, ids)


def looked_up_page(
    found: QuerySet[Any], looked: Looked, by: Sorting, everybody: int, *, descends: bool, cursor: str, limit: int
) -> tuple[list[Any], str]:
    """Return a page of those of the rows that were looked up, and the cursor of the next.

    Many are met soon by walking the list; few are put in order.
    """
    place = place_of(cursor, by.kind)
    if by.kept_as == "id":
        ids = "SELECT id, id FROM unnest(%s::bigint[]) AS looked (id)"
        first, _ = _first_of(ids, [looked.ids], place, descends=descends, most=limit + 1)
        return cut(by_ids(found, by, [pk for pk, _ in first]), limit)
    if by.has_index:
        met = walked_past(found, looked, by, everybody, descends=descends, after=place, wanted=limit + 1)
        if len(met) > limit:
            return cut(by_ids(found, by, met), limit)
    page, next_cursor, _ = enumerated_page(
        found, among(found, looked.ids), by, descends=descends, cursor=cursor, limit=limit
    )
    return page, next_cursor


def walked_past(
    found: QuerySet[Any],
    looked: Looked,
    by: Sorting,
    everybody: int,
    *,
    descends: bool,
    after: AfterRow | None,
    wanted: int,
) -> list[int]:
    """Walk the list past what was not looked up; returns fewer ids than wanted where that would take too long."""
    if not is_dense(looked.rows, everybody, wanted, _PAST):
        return []
    most = _WALKED_PAST if by.kind is Kind.MOMENT else _PAST_ROWS
    return walk(found, by, one_of(looked.ids), descends=descends, after=after, wanted=wanted, most=most)


def enumerated_page(
    everybody: QuerySet[Any], matches: QuerySet[Any], by: Sorting, *, descends: bool, cursor: str, limit: int
) -> tuple[list[Any], str, HowMany]:
    """Find every match, put all in order, and keep a page."""
    keyed = matches.select_related(None).annotate(sort_key=by.key).values("pk", "sort_key")
    inner, params = keyed.query.sql_with_params()
    place = place_of(cursor, by.kind)
    found, rows = _first_of(f"{inner} OFFSET 0", params, place, descends=descends, most=limit + 1)
    page, next_cursor = cut(by_ids(everybody, by, [pk for pk, _ in found]), limit)
    return page, next_cursor, HowMany(rows)


def _page_of_kept(
    found: QuerySet[Any],
    where: Searched,
    words: str,
    by: Sorting,
    order: str,
    known: Thought,
    place: AfterRow | None,
    *,
    descends: bool,
    limit: int,
) -> tuple[list[Any], str, HowMany]:
    """Walk the index that has this order with all that is searched, or find those called so first and those others."""
    wanted = limit + 1
    if is_dense(known.elsewhere, known.everybody, limit, _KEPT):
        most = min(2 * limit * known.everybody // known.elsewhere, _WALKED_KEPT)
        met = walk_kept(where, words, order, descends=descends, after=place, wanted=wanted, most=most)
        if len(met) > limit:
            return *cut(by_ids(found, by, [pk for _, pk in met]), limit), about(max(known.likely, limit))
    inner, params = matches_elsewhere(where, words, order, known.first)
    with by_indexes():
        some, rows = _first_of(inner, params, place, descends=descends, most=wanted)
    first = walk_kept(where, words, order, descends=descends, after=place, wanted=wanted, between=known.first)
    valued_rows = sorted([*first, *((key, pk) for pk, key in some if key is not None)], reverse=descends)
    without = sorted((pk for pk, key in some if key is None), reverse=descends)
    page, next_cursor = cut(by_ids(found, by, [*(pk for _, pk in valued_rows), *without][:wanted]), limit)
    if known.likely > 2 * COUNTED:
        return page, next_cursor, about(max(known.likely, len(page)))
    rows += count_kept(where, words, order, known.first, COUNTED + 1)
    return page, next_cursor, HowMany(rows) if rows <= COUNTED else about(max(known.likely, COUNTED))


def _first_of(
    inner: str, params: Any, place: AfterRow | None, *, descends: bool, most: int
) -> tuple[list[tuple[int, Any]], int]:
    """Return the first ids and sort values of a statement from a place on, and how many it has in all.

    It is worked out whole before, which keeps PostgreSQL from walking the list instead.
    """
    beyond, after = "true", list[Any]()
    if place is not None:
        sign = "<" if descends else ">"
        beyond = f"key IS NULL AND pk {sign} %s" if place.key is None else f"(key, pk) {sign} (%s, %s) OR key IS NULL"
        after = [place.pk] if place.key is None else [place.key, place.pk]
    way = "DESC" if descends else "ASC"
    with connection.cursor() as answer:
        answer.execute(
            f"""
            WITH matches (pk, key) AS MATERIALIZED ({inner})
            SELECT pk, key, (SELECT count(*) FROM matches) FROM (
                (SELECT pk, key, 0 AS last FROM matches WHERE {beyond} ORDER BY key {way} NULLS LAST, pk {way} LIMIT %s)
                UNION ALL SELECT NULL, NULL, 1
            ) AS found ORDER BY last, key {way} NULLS LAST, pk {way}
            """,  # noqa: S608  (the inner statement is ours or the ORM's)
            [*params, *after, most],
        )
        *found, (_, _, rows) = answer.fetchall()
    return [(pk, key) for pk, key, _ in found], rows
