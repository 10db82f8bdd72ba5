"""The shape of a page of a list."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from django.db.models import Q, QuerySet
from ninja import Schema
from ninja.params.functions import Query
from pydantic import Field

from tenure.kernel.cursors import CursorUnreadable, as_cursor, from_cursor, moment
from tenure.kernel.errors import NotFound

T = TypeVar("T")

MOST_ROWS = 500


class Page(Schema, Generic[T]):
    """One page of a list; pass `next_cursor` as `cursor` to go on, until it is null."""

    items: list[T] = Field(description="The rows of this page.")
    next_cursor: str | None = Field(
        None, description="Where the next page begins; null on the last page.", examples=["WzQxN10"]
    )


class CountedPage(Page[T], Generic[T]):
    """One page of a list, and how many rows there are in all."""

    count: int = Field(description="How many rows match, on all pages together.", examples=[412])
    count_is: Literal["exact", "about", "more_than"] = Field(
        "exact",
        description="How `count` is meant: of many thousands, `about` so many or `more_than` so many are said.",
        examples=["exact"],
    )


LIMIT = Query(50, ge=1, le=MOST_ROWS, description="How many rows a page has. CSV has all rows, whatever this is.")
CURSOR = Query("", description="`next_cursor` of the page before.")


def as_page(items: Sequence[Any], next_cursor: str | None, **more: Any) -> dict[str, Any]:
    """Return a page in the form of `Page`."""
    return {"items": items, "next_cursor": next_cursor or None, **more}


def page_by_id(found: QuerySet[Any], cursor: str, limit: int, show: Callable[[Any], Any] = lambda row: row) -> Any:
    """Page a QuerySet by id, newest first."""
    newest_first = found.order_by("-pk")
    if cursor:
        newest_first = newest_first.filter(pk__lt=whole(from_cursor(cursor, 1)[0]))
    rows = list(newest_first[: limit + 1])
    next_cursor = as_cursor([rows[limit - 1].pk]) if len(rows) > limit else None
    return as_page([show(row) for row in rows[:limit]], next_cursor)


def page_by_time(found: QuerySet[Any], cursor: str, limit: int, show: Callable[[Any], Any] = lambda row: row) -> Any:
    """Page a QuerySet by its field `at`, newest first."""
    if cursor:
        before, pk = from_cursor(cursor, 2)
        at, last = instant(before), whole(pk)
        found = found.filter(Q(at__lt=at) | Q(at=at, pk__lt=last))
    rows = list(found.order_by("-at", "-pk")[: limit + 1])
    next_cursor = as_cursor([rows[limit - 1].at, rows[limit - 1].pk]) if len(rows) > limit else None
    return as_page([show(row) for row in rows[:limit]], next_cursor)


def page_of_few(rows: Sequence[Any], cursor: str, limit: int, show: Callable[[Any], Any] = lambda row: row) -> Any:
    """Page a list that is short by nature (segments, members, the traits of one account) by position."""
    begin = whole(from_cursor(cursor, 1)[0]) if cursor else 0
    end = begin + limit
    return as_page([show(row) for row in rows[begin:end]], as_cursor([end]) if len(rows) > end else None)


def whole(value: object) -> int:
    """Read a row's id out of a cursor; raises `CursorUnreadable`."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63:
        return value
    raise CursorUnreadable


def instant(value: Any) -> datetime:
    """Read a moment out of a cursor that the database can compare; raises `CursorUnreadable`."""
    read = moment(value)
    if not 1 < read.year < 9999:
        raise CursorUnreadable
    return read


def reachable(pk: int) -> int:
    """Let through an id that a row can have, so that a larger one is not found instead of a failure."""
    if pk < 2**63:
        return pk
    raise NotFound
