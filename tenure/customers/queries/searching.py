"""Finding accounts and people by any fragment of what they are called, among millions of them.

Rare words are looked up in an index of fragments of up to three characters, and everything that has them is put in
order. Common words need no index: the list is walked in its order until the page is full. Which of the two is shorter
is told by what PostgreSQL sampled of the names.
"""

import dataclasses
from typing import Any, TypeVar

from django.db import connection
from django.db.models import F, Func, Model, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Upper

from tenure.customers.queries.counting import about, how_many, planned
from tenure.customers.queries.sorting import AfterRow, Sorting, by_ids, cut, in_order, place_of, valued
from tenure.customers.types import HowMany
from tenure.kernel import tenancy

M = TypeVar("M", bound=Model)

_WALKED = 40_000
"""At most so many rows are walked before the index is asked after all."""
_LONGEST = 200
_FRAGMENT = 3


@dataclasses.dataclass(frozen=True)
class Searched:
    """Where the names of accounts or people are kept for searching, and the columns they come from."""

    table: str
    column: str
    names: tuple[str, ...]


ACCOUNTS = Searched("customers_accountsearchtext", "account_id", ("name", "domain", "external_id"))
PEOPLE = Searched("customers_personsearchtext", "person_id", ("name", "email", "external_id"))


def matching(found: QuerySet[M], where: Searched, words: str) -> QuerySet[M]:
    """Return those of the rows of which some name contains the words, whatever their case."""
    return found.filter(pk__in=RawSQL(*_matches(where, words)))  # noqa: S611  (words are parameters)


def called(found: QuerySet[Any], where: Searched, words: str) -> QuerySet[Any]:
    """Return what `matching` does, by looking at each row."""
    said = Func(*(F(name) for name in where.names), function="customers_said", output_field=TextField())
    holding: QuerySet[Any] = found.alias(said=said).filter(said__contains=Upper(Value(_plain(words))))
    return holding


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
    likely, everybody = _likely(where, words)
    if by.has_index and 2 * likely * likely > limit * everybody:
        most = min(3 * limit * everybody // likely, _WALKED)
        walked = _walked(found, where, words, by, descends, place_of(cursor, by.kind), limit + 1, most)
        if len(walked) > limit:
            page, next_cursor = cut(by_ids(found, by, walked), limit)
            return page, next_cursor, about(max(likely, len(page)))
    matches = matching(found, where, words)
    return enumerated_page(found, matches, by, descends=descends, cursor=cursor, limit=limit)


def matches_up_to(where: Searched, words: str, most: int) -> list[int]:
    """Return the ids of what some name of contains the words, or so many of them, in no order."""
    statement, params = _matches(where, words)
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} LIMIT %s", [*params, most])
        return [pk for (pk,) in cursor.fetchall()]


def enumerated_page(
    everybody: QuerySet[Any], matches: QuerySet[Any], by: Sorting, *, descends: bool, cursor: str, limit: int
) -> tuple[list[Any], str, HowMany]:
    """Find every match, put all in order, and keep a page; the fence keeps PostgreSQL from walking the list instead."""
    place = place_of(cursor, by.kind)
    keyed = matches.select_related(None).annotate(sort_key=by.key).values("pk", "sort_key")
    inner, params = keyed.query.sql_with_params()
    beyond, after = "true", list[Any]()
    if place is not None:
        sign = "<" if descends else ">"
        beyond = f"key IS NULL AND pk {sign} %s" if place.key is None else f"(key, pk) {sign} (%s, %s) OR key IS NULL"
        after = [place.pk] if place.key is None else [place.key, place.pk]
    way = "DESC" if descends else "ASC"
    with connection.cursor() as answer:
        answer.execute(
            f"""
            SELECT pk, rows FROM (
                SELECT pk, key, count(*) OVER () AS rows FROM ({inner} OFFSET 0) AS matches (pk, key)
            ) AS counted WHERE {beyond} ORDER BY key {way} NULLS LAST, pk {way} LIMIT %s
            """,  # noqa: S608  (the inner statement is the ORM's)
            [*params, *after, limit + 1],
        )
        found = answer.fetchall()
    page, next_cursor = cut(by_ids(everybody, by, [pk for pk, _ in found]), limit)
    return page, next_cursor, HowMany(found[0][1]) if found else how_many(matches, guess=False)


def _walked(
    found: QuerySet[Any],
    where: Searched,
    words: str,
    by: Sorting,
    descends: bool,
    after: AfterRow | None,
    wanted: int,
    most: int,
) -> list[int]:
    """Go down the list from a place; returns the first rows that match, or as many as were met."""
    if after is not None and after.key is None:
        return []
    rows = in_order(valued(found, by), by, descends=descends, after=after)
    inner, params = rows.select_related(None).values("pk", *where.names)[:most].query.sql_with_params()
    names = ", ".join(where.names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM ({inner}) AS walked (id, {names}) WHERE customers_said({names}) LIKE upper(%s) LIMIT %s",  # noqa: S608
            [*params, _pattern(words), wanted],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _likely(where: Searched, words: str) -> tuple[int, int]:
    """Return about how many rows of all match, and how many there are."""
    all_of = f"SELECT 1 FROM {where.table} WHERE workspace_id = %s"  # noqa: S608
    workspace_id = tenancy.current_workspace_id()
    likely = planned(f"{all_of} AND said LIKE upper(%s)", [workspace_id, _pattern(words)])
    return likely, planned(all_of, [workspace_id])


def _matches(where: Searched, words: str) -> tuple[str, list[Any]]:
    workspace_id = tenancy.current_workspace_id()
    return (
        f"""
        SELECT {where.column} FROM {where.table}
        WHERE customers_fragments(workspace_id, said) @@ upper(%s)::tsquery
          AND workspace_id = %s AND said LIKE upper(%s)
        """,  # noqa: S608
        [_fragments(words, workspace_id), workspace_id, _pattern(words)],
    )


def _fragments(words: str, workspace_id: int) -> str:
    """Write the fragments that every match has, as a query of PostgreSQL's text search."""
    words = _plain(words)
    if len(words) < _FRAGMENT:
        return f"{_quoted(f'{workspace_id}:{words}')}:*"
    parts = {words[place : place + _FRAGMENT] for place in range(len(words) - _FRAGMENT + 1)}
    return " & ".join(_quoted(f"{workspace_id}:{part}") for part in sorted(parts))


def _quoted(lexeme: str) -> str:
    doubled = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def _pattern(words: str) -> str:
    escaped = _plain(words).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _plain(words: str) -> str:
    return words[:_LONGEST].replace("\n", " ").replace("\x00", "")
