"""Going down a list in its order until a page is full, through indexes alone but for what is met."""

import dataclasses
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet

from tenure.customers.queries.fragments import Searched, pattern
from tenure.customers.queries.sorting import AfterRow, Sorting, among, in_order, valued
from tenure.customers.searched import IN_ONE_INDEX
from tenure.kernel import tenancy

_FURTHER = 8
"""So many times as many are read where a page begins among many that were last seen at about the same time."""


@dataclasses.dataclass(frozen=True)
class Passing:
    """What a row of a list has to be to be met, as a condition on `walked.id`; asked of one row after another."""

    condition: str
    params: tuple[Any, ...]


def one_of(ids: str) -> Passing:
    """Meet rows that have one of very many ids, written as PostgreSQL writes an array."""
    return Passing("walked.id = ANY(%s::bigint[])", (ids,))


def called(where: Searched, words: str) -> Passing:
    """Meet rows of which some name contains the words."""
    said = f"SELECT t.said LIKE upper(%s) FROM {where.table} t WHERE t.{where.column} = walked.id"  # noqa: S608
    return Passing(f"({said})", (pattern(words),))


def walk(
    found: QuerySet[Any],
    by: Sorting,
    passing: Passing,
    *,
    descends: bool,
    after: AfterRow | None,
    wanted: int,
    most: int,
) -> list[int]:
    """Go down a list from a place, past so many rows at most; returns the first ids that pass, or as many as were met.

    What has no sort value is not come to.
    """
    if after is not None and after.key is None:
        return []
    with by_indexes(one_by_one=True):
        if by.roughly:
            return _walk_roughly(found, by, passing, descends, after, wanted, most)
        rows = in_order(valued(found, by), by, descends=descends, after=after).select_related(None)
        inner, params = rows.values("pk")[:most].query.sql_with_params()
        met = f"SELECT id FROM ({inner}) AS walked (id) WHERE {passing.condition} LIMIT %s"  # noqa: S608
        return [pk for (pk,) in _answer(met, [*params, *passing.params, wanted])]


def _walk_roughly(
    found: QuerySet[Any],
    by: Sorting,
    passing: Passing,
    descends: bool,
    after: AfterRow | None,
    wanted: int,
    most: int,
) -> list[int]:
    """Walk by the coarse values that an index has, as far as those are complete, and put in order what is met."""
    column, way, beyond = by.roughly, "DESC" if descends else "ASC", "gt" if descends else "lt"
    rows = found.select_related(None).filter(**{f"{column}__isnull": False})
    if after is not None and by.rough is not None:
        rows = rows.filter(**{f"{column}__{'lte' if descends else 'gte'}": by.rough(after.key)})
    rows = rows.order_by(F(column).desc() if descends else F(column).asc())
    if stop := list(rows.values_list(column, flat=True)[most : most + 1]):
        rows = rows.filter(**{f"{column}__{beyond}": stop[0]})
    inner, params = rows.values("pk", column)[:most].query.sql_with_params()
    for enough in (wanted, wanted * _FURTHER, most):
        met = [
            pk
            for (pk,) in _answer(
                f"""
                SELECT id FROM ({inner}) AS walked (id, about) WHERE {passing.condition}
                ORDER BY about {way} FETCH FIRST {enough:d} ROWS WITH TIES
                """,  # noqa: S608
                [*params, *passing.params],
            )
        ]
        exactly = _from(among(valued(found, by), met).values_list("sort_key", "pk"), after, descends)
        page = [pk for _, pk in exactly[:wanted]]
        if len(page) == wanted or len(met) < enough:
            return page
    return page


def _from(rows: Iterable[tuple[Any, int]], after: AfterRow | None, descends: bool) -> list[tuple[Any, int]]:
    """Put rows in order and keep those from a place on."""
    ordered = sorted(rows, reverse=descends)
    if after is None:
        return ordered
    place = (after.key, after.pk)
    return [each for each in ordered if (each < place if descends else each > place)]


def walk_kept(
    where: Searched,
    words: str,
    order: str,
    *,
    descends: bool,
    after: AfterRow | None,
    wanted: int,
    most: int | None = None,
    between: tuple[str, str] | None = None,
) -> list[tuple[Any, int]]:
    """Walk in one index that has an order with all that is searched; returns sort values and ids of what is called so.

    `between`: only there. Rows with too much to be in that index are few; they are looked at one by one.
    """
    if after is not None and after.key is None:
        return []
    sign, way = ("<", "DESC") if descends else (">", "ASC")
    sorted_by = f"{order} {way}, {where.column} {way}"
    inside, params = _inside(order, between)
    if after is not None:
        inside, params = f"{inside} AND ({order}, {where.column}) {sign} (%s, %s)", [*params, after.key, after.pk]
    rows = f"SELECT {order} AS key, {where.column} AS pk, said FROM {where.table} WHERE {inside} AND {{length}}"  # noqa: S608
    fits, is_long = _lengths()
    short = f"{rows.format(length=fits)} ORDER BY {sorted_by} LIMIT %s"
    with by_indexes(one_by_one=True):
        met = _answer(
            f"SELECT key, pk FROM ({short}) AS walked WHERE said LIKE upper(%s) LIMIT %s",  # noqa: S608
            [*params, most, pattern(words), wanted],
        )
        if most is not None and len(met) < wanted:
            return met
        met += [
            (key, pk)
            for key, pk, _ in _answer(
                f"{rows.format(length=is_long)} AND said LIKE upper(%s) ORDER BY {sorted_by} LIMIT %s",
                [*params, pattern(words), wanted],
            )
        ]
    return sorted(met, reverse=descends)[:wanted]


def _lengths() -> tuple[str, str]:
    return f"octet_length(said) <= {IN_ONE_INDEX}", f"octet_length(said) > {IN_ONE_INDEX}"


def count_kept(where: Searched, words: str, order: str, between: tuple[str, str], most: int) -> int:
    """Count what is called so and stands between two places of an order, up to so many."""
    inside, params = _inside(order, between)
    rows = f"SELECT 1 FROM {where.table} WHERE {inside} AND said LIKE upper(%s)"  # noqa: S608
    parts = " UNION ALL ".join(f"{rows} AND {length}" for length in _lengths())
    with by_indexes(one_by_one=True):
        ((rows,),) = _answer(
            f"SELECT count(*) FROM ({parts} LIMIT %s) AS found",  # noqa: S608
            [*params, pattern(words), *params, pattern(words), most],
        )
    return int(rows)


def _inside(order: str, between: tuple[str, str] | None) -> tuple[str, list[Any]]:
    workspace_id = tenancy.current_workspace_id()
    if between is None:
        return f"workspace_id = %s AND {order} IS NOT NULL", [workspace_id]
    return f"workspace_id = %s AND {order} >= %s AND {order} < %s", [workspace_id, *between]


def _answer(statement: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


@contextmanager
def by_indexes(*, one_by_one: bool = False, at_once: bool = False) -> Iterator[None]:
    """Have PostgreSQL prefer indexes to looking at every row.

    When told so, it stops as soon as it has enough; or it first finds all rows in the indexes that have the conditions.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        if one_by_one:
            cursor.execute("SET LOCAL enable_bitmapscan = off")
        if at_once:
            cursor.execute("SET LOCAL enable_indexscan = off")
        yield
        cursor.execute("SET LOCAL enable_indexscan TO DEFAULT")
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")
        cursor.execute("SET LOCAL enable_bitmapscan TO DEFAULT")
