"""Finding accounts and people by any fragment of what they are called, among millions of them.

Rare words are looked up in an index of fragments of up to three characters, and everything that has them is put in
order. Common words need no index: the list is walked in its order until the page is full. Which of the two is shorter
is told by a sample of the names.

Sorted by name, those whose name begins with a common word stand together, and a walk might never get there. They are
read from the index of names; the index of fragments tells them apart from those who have the words elsewhere.
"""

import dataclasses
import sys
from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import F, Func, Model, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Upper

from tenure.customers.queries.counting import COUNTED, about, planned
from tenure.customers.queries.sorting import AfterRow, Sorting, by_ids, cut, in_order, place_of, valued
from tenure.customers.searched import IN_ONE_INDEX
from tenure.customers.types import HowMany
from tenure.kernel import tenancy

M = TypeVar("M", bound=Model)

_WALKED, _WALKED_BY_NAME = 15_000, 100_000
"""At most so many rows are walked before the index is asked after all; where names are in the order, that is quick."""
_LOOKED_UP, _LOOKED_UP_BY_NAME = 1, 15
"""So many rows are walked in the time that one is looked up."""
_SAMPLED = 10_000
_ENOUGH = 500
"""So many rows of a workspace have to be in a sample for it to tell."""
_LONGEST = 200
_FRAGMENT, _STRIDE = 3, 2


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
    thought = _thought(where, words)
    in_one_index = by.is_name and _sorts_by_code_points()
    met = thought.elsewhere if in_one_index else thought.likely
    if by.has_index and _is_dense(met, thought.everybody, limit, _LOOKED_UP_BY_NAME if in_one_index else _LOOKED_UP):
        most = min(2 * limit * thought.everybody // met, _WALKED_BY_NAME if in_one_index else _WALKED)
        walk = _walked_by_name if in_one_index else _walked
        walked = walk(found, where, words, by, descends, place_of(cursor, by.kind), limit + 1, most)
        if len(walked) > limit:
            page, next_cursor = cut(by_ids(found, by, walked), limit)
            return page, next_cursor, about(max(thought.likely, len(page)))
    if in_one_index:
        return _split_page(found, where, words, by, thought, descends=descends, cursor=cursor, limit=limit)
    matches = matching(found, where, words)
    return enumerated_page(found, matches, by, descends=descends, cursor=cursor, limit=limit)


def met_often(where: Searched, words: str, limit: int) -> bool:
    """Say whether a page fills soon by walking a list in any order that has nothing to do with the words."""
    thought = _thought(where, words)
    return _is_dense(thought.likely, thought.everybody, limit, _LOOKED_UP)


def _is_dense(met: int, everybody: int, limit: int, looked_up: int) -> bool:
    """Say whether walking to as many matches as a page has takes less than looking all of them up."""
    return looked_up * met * met > limit * everybody


def matches_up_to(where: Searched, words: str, most: int) -> list[int]:
    """Return the ids of what some name of contains the words, or so many of them, in no order."""
    statement, params = _matches(where, words)
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} LIMIT %s", [*params, most])
        return [pk for (pk,) in cursor.fetchall()]


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


def _split_page(
    found: QuerySet[Any],
    where: Searched,
    words: str,
    by: Sorting,
    thought: "_Thought",
    *,
    descends: bool,
    cursor: str,
    limit: int,
) -> tuple[list[Any], str, HowMany]:
    """Find everybody who has the words elsewhere than at the beginning of the name, and put them among those others."""
    place = place_of(cursor, by.kind)
    begins, ends = thought.begins, thought.begins + _LAST
    inner, params = _matches(where, words, elsewhere=True)
    inner = f"{inner} AND NOT coalesce(name_key >= %s AND name_key < %s, false)"
    some, rows = _first_of(inner, [*params, begins, ends], place, descends=descends, most=limit + 1)
    begun = called(valued(found, by).filter(sort_key__gte=begins, sort_key__lt=ends), where, words)
    if place is None or place.key is not None:
        rows_begun = in_order(begun, by, descends=descends, after=place).select_related(None)
        some += rows_begun.values_list("pk", "sort_key")[: limit + 1]
    valued_rows = sorted(((key, pk) for pk, key in some if key is not None), reverse=descends)
    without = sorted((pk for pk, key in some if key is None), reverse=descends)
    ids = [*(pk for _, pk in valued_rows), *without][: limit + 1]
    page, next_cursor = cut(by_ids(found, by, ids), limit)
    if thought.likely > 2 * COUNTED:
        return page, next_cursor, about(max(thought.likely, len(page)))
    together = HowMany(rows + begun.select_related(None).order_by().values("pk")[: COUNTED + 1].count())
    if together.rows > COUNTED:
        together = about(max(thought.likely, COUNTED))
    return page, next_cursor, together


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
            f"""
            SELECT id FROM ({inner}) AS walked (id, {names})
            WHERE upper(concat_ws(E'\n', {names})) LIKE upper(%s) LIMIT %s
            """,  # noqa: S608
            [*params, _pattern(words), wanted],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _walked_by_name(
    found: QuerySet[M],
    where: Searched,
    words: str,
    by: Sorting,
    descends: bool,
    after: AfterRow | None,
    wanted: int,
    most: int,
) -> list[int]:
    """Do what `_walked` does in one index that has the names in order with all that is searched.

    Rows with too much to be in it are few; they are looked at one by one.
    """
    if after is not None and after.key is None:
        return []
    sign, way = ("<", "DESC") if descends else (">", "ASC")
    beyond = "" if after is None else f"AND (name_key, {where.column}) {sign} (%s, %s)"
    order = f"name_key {way}, {where.column} {way}"
    of_all = f"""
        SELECT {where.column} AS pk, name_key, said FROM {where.table}
        WHERE workspace_id = %s AND name_key IS NOT NULL {beyond} AND octet_length(said)"""  # noqa: S608
    params = [tenancy.current_workspace_id(), *([] if after is None else [after.key, after.pk])]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT pk, name_key FROM ({of_all} <= {IN_ONE_INDEX} ORDER BY {order} LIMIT %s) AS walked
            WHERE said LIKE upper(%s) LIMIT %s
            """,  # noqa: S608
            [*params, most, _pattern(words), wanted],
        )
        walked = cursor.fetchall()
        if len(walked) < wanted:
            return [pk for pk, _ in walked]
        cursor.execute(
            f"{of_all} > {IN_ONE_INDEX} AND said LIKE upper(%s) ORDER BY {order} LIMIT %s",
            [*params, _pattern(words), wanted],
        )
        walked += [(pk, key) for pk, key, _ in cursor.fetchall()]
    walked.sort(key=lambda row: (row[1], row[0]), reverse=descends)
    return [pk for pk, _ in walked[:wanted]]


@dataclasses.dataclass(frozen=True)
class _Thought:
    """About how many rows there are, match, and match elsewhere than at the beginning of what they are sorted by.

    `begins`: the words as names are sorted by.
    """

    everybody: int
    likely: int
    elsewhere: int
    begins: str


def _thought(where: Searched, words: str) -> _Thought:
    """Take a sample of the names; of a workspace that has few rows in it, believe what PostgreSQL sampled."""
    workspace_id, pattern = tenancy.current_workspace_id(), _pattern(words)
    all_of = f"SELECT 1 FROM {where.table} WHERE workspace_id = %s"  # noqa: S608
    everybody = planned(all_of, [workspace_id])
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [where.table])
        ((rows,),) = cursor.fetchall()
        percent = min(100 * _SAMPLED / max(rows, 1), 100)
        cursor.execute(
            f"""
            SELECT begins, count(said), count(said) FILTER (WHERE said LIKE upper(%s)),
                   count(said) FILTER (WHERE said LIKE upper(%s) AND starts_with(name_key, begins) IS NOT TRUE)
            FROM (SELECT lower(upper(%s))) AS words (begins)
            LEFT JOIN {where.table} TABLESAMPLE SYSTEM (%s) REPEATABLE (1) ON workspace_id = %s GROUP BY 1
            """,  # noqa: S608
            [pattern, pattern, _plain(words), percent, workspace_id],
        )
        ((begins, seen, matching, elsewhere),) = cursor.fetchall()
    if seen < _ENOUGH and percent < 100:
        likely = planned(f"{all_of} AND said LIKE upper(%s)", [workspace_id, pattern])
        begun = planned(f"{all_of} AND name_key >= %s AND name_key < %s", [workspace_id, begins, begins + _LAST])
        return _Thought(everybody, likely, max(likely - begun, 0), begins)
    everybody = max(everybody, seen)
    of_each = everybody / max(seen, 1)
    return _Thought(everybody, round(matching * of_each), round(elsewhere * of_each), begins)


def _matches(where: Searched, words: str, *, elsewhere: bool = False) -> tuple[str, list[Any]]:
    """Write what finds the ids that match; `elsewhere`: with the names, and few of those who are called so first."""
    workspace_id = tenancy.current_workspace_id()
    fragments = _fragments_elsewhere(words, workspace_id) if elsewhere else _fragments(words, workspace_id)
    return (
        f"""
        SELECT {where.column}{", name_key" if elsewhere else ""} FROM {where.table}
        WHERE customers_fragments(workspace_id, said, name_key) @@ upper(%s)::tsquery
          AND workspace_id = %s AND said LIKE upper(%s)
        """,  # noqa: S608
        [fragments, workspace_id, _pattern(words)],
    )


# A fragment is marked `^` if what somebody is sorted by begins with it and so does the line it is in, `|` if it follows
# in both, and `:` otherwise. Words that begin a line and that name are made of `^` and `|` only.
_FIRST, _INSIDE, _OTHERWISE = "^", "|", ":"
_LAST = chr(sys.maxunicode)


def _fragments(words: str, workspace_id: int) -> str:
    """Write the fragments that every match has, as a query of PostgreSQL's text search."""
    first, *others = _parts(_plain(words))
    return " & ".join([_marked(workspace_id, first, _OTHERWISE, _INSIDE, _FIRST), *_inside(workspace_id, others)])


def _fragments_elsewhere(words: str, workspace_id: int) -> str:
    """Write the fragments that everybody has who has the words elsewhere than at the beginning of the name."""
    first, *others = _parts(_plain(words))
    begins = _marked(workspace_id, first, _OTHERWISE, _INSIDE)
    if others:
        further = f"{_marked(workspace_id, first, _FIRST)} & {_marked(workspace_id, others[-1], _OTHERWISE)}"
        begins = f"({begins} | {further})"
    return " & ".join([begins, *_inside(workspace_id, others)])


def _parts(words: str) -> list[str]:
    """Cut words into fragments that together hold every character, the first and the last among them."""
    places = len(words) - _FRAGMENT
    if places < 0:
        return [words]
    return [words[place : place + _FRAGMENT] for place in sorted({*range(0, places, _STRIDE), places})]


def _inside(workspace_id: int, parts: Iterable[str]) -> list[str]:
    return [_marked(workspace_id, part, _OTHERWISE, _INSIDE) for part in dict.fromkeys(parts)]


def _marked(workspace_id: int, fragment: str, *marks: str) -> str:
    longer = "" if len(fragment) == _FRAGMENT else ":*"
    return f"({' | '.join(_quoted(f'{workspace_id}{mark}{fragment}') + longer for mark in marks)})"


@cache
def _sorts_by_code_points() -> bool:
    """Say whether texts that begin alike stand together, which only such an order promises."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'B' < 'a' AND 'z' < 'é' AND 'a-b' < 'aab' AND 'a b' < 'aab'")
        ((does,),) = cursor.fetchall()
    return bool(does)


def _quoted(lexeme: str) -> str:
    doubled = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def _pattern(words: str) -> str:
    escaped = _plain(words).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _plain(words: str) -> str:
    return words[:_LONGEST].replace("\n", " ").replace("\x00", "")
