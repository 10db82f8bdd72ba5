"""The shape of a page of a list."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from ninja import Schema
from ninja.params.functions import Query
from pydantic import Field

from tenure.kernel.cursors import CursorUnreadable, as_cursor, from_cursor
from tenure.kernel.errors import NotFound

T = TypeVar("T")


class Page(Schema, Generic[T]):
    """One page of a list; pass `next_cursor` as `cursor` to go on, until it is null."""

    items: list[T]
    next_cursor: str | None = Field(None, description="Where the next page begins; null on the last page.")


LIMIT = Query(50, ge=1, le=500, description="How many rows a page has.")
CURSOR = Query("", description="`next_cursor` of the page before.")


def page_by_id(found: QuerySet[Any], cursor: str, limit: int, show: Callable[[Any], Any] = lambda row: row) -> Any:
    """Page a QuerySet by id, newest first."""
    newest_first = found.order_by("-pk")
    if cursor:
        newest_first = newest_first.filter(pk__lt=whole(from_cursor(cursor, 1)[0]))
    rows = list(newest_first[: limit + 1])
    next_cursor = as_cursor([rows[limit - 1].pk]) if len(rows) > limit else None
    return {"items": [show(row) for row in rows[:limit]], "next_cursor": next_cursor}


def whole(value: object) -> int:
    """Read a row's id out of a cursor; raises `CursorUnreadable`."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63:
        return value
    raise CursorUnreadable


def reachable(pk: int) -> int:
    """Let through an id that a row can have, so that a larger one is not found instead of a failure."""
    if pk < 2**63:
        return pk
    raise NotFound
