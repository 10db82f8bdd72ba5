"""Where the names of accounts and people are kept for searching, and how words are looked up there.

Fragments of up to three characters are in an index. Each is marked by where it is: the first of its line or a later
one, and which of the orders of a list (the name's, the address's) begin with the line up to there. So the index can
tell those first called so, who stand together in that order, from those who have the words elsewhere.
"""

import dataclasses
import sys
from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Upper

from tenure.customers.searched import AccountSearchText, PersonSearchText
from tenure.kernel import tenancy

M = TypeVar("M", bound=Model)

_LONGEST = 200
_LENGTH, _STRIDE = 3, 2
_FIRST, _LATER = ":^@*", ":|~+"
"""The marks of fragments by which of the orders begin so: none, the first, the second, both."""
_LAST = chr(sys.maxunicode)


@dataclasses.dataclass(frozen=True)
class Searched:
    """Where names are kept for searching; `orders` are the columns beside them that lists are sorted by."""

    kept: type[AccountSearchText | PersonSearchText]
    column: str
    orders: tuple[str, ...]

    @property
    def table(self) -> str:
        """Name the table."""
        return self.kept._meta.db_table


ACCOUNTS = Searched(AccountSearchText, "account_id", ("name_key",))
PEOPLE = Searched(PersonSearchText, "person_id", ("name_key", "email_key"))


def matching(found: QuerySet[M], where: Searched, words: str) -> QuerySet[M]:
    """Return those of the rows of which some name contains the words, whatever their case."""
    return found.filter(pk__in=RawSQL(*matches(where, words)))  # noqa: S611  (words are parameters)


def holding(found: QuerySet[Any], where: Searched, words: str) -> QuerySet[Any]:
    """Return what `matching` does, by looking at what each row is called."""
    said = where.kept.objects.filter(pk=OuterRef("pk")).values("said")
    holds: QuerySet[Any] = found.alias(said=Subquery(said)).filter(said__contains=Upper(Value(plain(words))))
    return holds


def matches(where: Searched, words: str) -> tuple[str, list[Any]]:
    """Write what finds the ids of what is called so."""
    return _found(where, words, where.column, _fragments(where, plain(words)))


def matches_elsewhere(where: Searched, words: str, order: str, first: tuple[str, str]) -> tuple[str, list[Any]]:
    """Write what finds the ids and sort values of what is called so, but for those who stand among the `first`."""
    statement, params = _found(where, words, f"{where.column}, {order}", _elsewhere(where, plain(words), order))
    return f"{statement} AND NOT coalesce({order} >= %s AND {order} < %s, false)", [*params, *first]


def _found(where: Searched, words: str, columns: str, fragments: str) -> tuple[str, list[Any]]:
    workspace_id = tenancy.current_workspace_id()
    return (
        f"""
        SELECT {columns} FROM {where.table}
        WHERE customers_fragments(workspace_id, said, {", ".join(where.orders)}) @@ upper(%s)::tsquery
          AND workspace_id = %s AND said LIKE upper(%s)
        """,  # noqa: S608
        [fragments, workspace_id, pattern(words)],
    )


def _fragments(where: Searched, words: str) -> str:
    """Write the fragments that every match has, as a query of PostgreSQL's text search."""
    firsts, laters = _marks(where)
    first, *others = _parts(words)
    return " & ".join([_marked(first, firsts + laters), *(_marked(part, laters) for part in dict.fromkeys(others))])


def _elsewhere(where: Searched, words: str, order: str) -> str:
    """Write the fragments that everybody has who has the words elsewhere than at the beginning of an order.

    Words that begin a line and that order are made only of fragments marked so.
    """
    firsts, laters = _marks(where)
    bit = 1 << where.orders.index(order)
    first, *others = _parts(words)
    begins = _marked(first, laters + _without(firsts, bit))
    if others:
        further = f"{_marked(first, _with(firsts, bit))} & {_marked(others[-1], _without(laters, bit))}"
        begins = f"({begins} | {further})"
    return " & ".join([begins, *(_marked(part, laters) for part in dict.fromkeys(others))])


def _marks(where: Searched) -> tuple[str, str]:
    ways = 1 << len(where.orders)
    return _FIRST[:ways], _LATER[:ways]


def _with(marks: str, bit: int) -> str:
    return "".join(mark for way, mark in enumerate(marks) if way & bit)


def _without(marks: str, bit: int) -> str:
    return "".join(mark for way, mark in enumerate(marks) if not way & bit)


def _parts(words: str) -> list[str]:
    """Cut words into fragments that together hold every character, the first and the last among them."""
    places = len(words) - _LENGTH
    if places < 0:
        return [words]
    return [words[place : place + _LENGTH] for place in sorted({*range(0, places, _STRIDE), places})]


def _marked(fragment: str, marks: Iterable[str]) -> str:
    longer = "" if len(fragment) == _LENGTH else ":*"
    workspace_id = tenancy.current_workspace_id()
    return f"({' | '.join(_quoted(f'{workspace_id}{mark}{fragment}') + longer for mark in dict.fromkeys(marks))})"


def _quoted(lexeme: str) -> str:
    doubled = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def first_called(words: str) -> tuple[str, str]:
    """Return from where to where those stand in an order of names who are first called so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower(upper(%s))", [plain(words)])
        ((begins,),) = cursor.fetchall()
    return begins, begins + _LAST


def pattern(words: str) -> str:
    """Write words as a pattern of LIKE that finds them anywhere."""
    escaped = plain(words).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def plain(words: str) -> str:
    """Return words as they can be in one line."""
    return words[:_LONGEST].replace("\n", " ").replace("\x00", "")


@cache
def sorts_by_code_points() -> bool:
    """Say whether texts that begin alike stand together, which only such an order promises."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'B' < 'a' AND 'z' < 'é' AND 'a-b' < 'aab' AND 'a b' < 'aab'")
        ((does,),) = cursor.fetchall()
    return bool(does)
