"""Cursor pagination: pages that stay right while rows arrive."""

import base64
import binascii
import json
from typing import Any, Generic, TypeVar

from ninja import Schema
from pydantic import Field

from tenure.kernel.errors import Invalid

T = TypeVar("T")


class CursorUnreadable(Invalid):
    """This cursor did not come from here; start again without one."""

    code = "cursor_unreadable"


class Page(Schema, Generic[T]):
    """One page of a list; pass `next_cursor` as `cursor` to go on, until it is null."""

    items: list[T]
    next_cursor: str | None = Field(None, description="Where the next page begins; null on the last page.")


def to_cursor(*position: Any) -> str:
    """Pack the position of the last row, opaque to the caller."""
    return base64.urlsafe_b64encode(json.dumps(position, default=str).encode()).decode().rstrip("=")


def from_cursor(cursor: str | None, parts: int) -> list[Any] | None:
    """Unpack a position of so many parts; raises `CursorUnreadable`."""
    if not cursor:
        return None
    try:
        position = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as error:
        raise CursorUnreadable from error
    if not isinstance(position, list) or len(position) != parts:
        raise CursorUnreadable
    return position
