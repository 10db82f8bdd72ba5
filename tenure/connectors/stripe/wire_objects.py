"""What all of Stripe's objects have, and how they, their ids and their moments are read."""

from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from tenure.connectors.stripe.errors import TellingUnreadable

S = TypeVar("S")


class _Wire(msgspec.Struct, frozen=True):
    """What every object has."""

    id: str
    object: str = ""
    livemode: bool | None = None
    created: int = 0
    deleted: bool = False


class Named(_Wire, frozen=True):
    """An object of which only the id and perhaps the name matter."""

    name: str | None = None


Reference = str | Named | None


def read(content: bytes | msgspec.Raw, as_: type[S]) -> S:
    """Decode JSON into a structure; raises `TellingUnreadable` with what does not fit."""
    try:
        return msgspec.json.decode(content, type=as_)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TellingUnreadable(str(error)) from error


def id_of(named: "str | _Wire | None") -> str:
    """Return the id of something that may be expanded."""
    return named or "" if isinstance(named, str) or named is None else named.id


def moment(seconds: int | None) -> datetime | None:
    """Read a time as Stripe writes it; raises `TellingUnreadable` for one no calendar has."""
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise TellingUnreadable(f"{seconds} is no time") from error


def at(seconds: int) -> datetime:
    """Read a time that must be there."""
    found = moment(seconds)
    if found is None:
        raise TellingUnreadable("a time is missing")
    return found
