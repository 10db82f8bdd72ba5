"""Cursors: where a list was, as opaque text for an address or a next call; pages stay right while rows arrive."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from tenure.kernel.errors import Invalid

Place: TypeAlias = str | int | float | None


class CursorUnreadable(Invalid):
    """This cursor does not lead into the list; start again without one."""

    code = "cursor_unreadable"


def as_cursor(values: Sequence[Place | datetime]) -> str:
    """Write the sort values of a row as text for an address."""
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def from_cursor(text: str, length: int) -> list[Place]:
    """Read a cursor of so many values back; raises `CursorUnreadable`."""
    try:
        values = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError as error:
        raise CursorUnreadable from error
    if not isinstance(values, list) or len(values) != length or any(isinstance(v, dict | list) for v in values):
        raise CursorUnreadable
    return values


def moment(value: Place) -> datetime:
    """Read a moment out of a cursor; raises `CursorUnreadable`."""
    try:
        read = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise CursorUnreadable from error
    if read.tzinfo is None:
        raise CursorUnreadable
    return read
