"""Calls as they are sent: read at once where they are in order, one by one and leniently where something is odd."""

import re
import sys
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any

import msgspec

from tenure.customers.types import JUNK_IDS, CallKind
from tenure.tracking.rules.refusing import Fault

KINDS = {
    "track": CallKind.USE,
    "page": CallKind.USE,
    "screen": CallKind.USE,
    "identify": CallKind.IDENTIFY,
    "group": CallKind.GROUP,
    "alias": CallKind.ALIAS,
}

_Id = str | int | None
_Moment = Annotated[datetime, msgspec.Meta(tz=True)] | None
_EMPTY = msgspec.Raw(b"{}")


class Context(msgspec.Struct, rename="camel", gc=False):
    """What a context says beside what is kept of it whole."""

    group_id: Any = None
    timezone: Any = None
    locale: Any = None


class Call(msgspec.Struct, rename="camel", gc=False, kw_only=True):
    """One call as it was sent; payloads stay as they are."""

    type: str
    user_id: _Id = None
    anonymous_id: _Id = None
    group_id: _Id = None
    previous_id: _Id = None
    event: str | None = None
    name: str | None = None
    category: str | None = None
    message_id: str | None = None
    timestamp: _Moment = None
    properties: msgspec.Raw = _EMPTY
    traits: msgspec.Raw = _EMPTY
    context: msgspec.Raw = _EMPTY


class _Batch(msgspec.Struct, gc=False):
    batch: list[Call]


class _LooseBatch(msgspec.Struct, gc=False):
    batch: list[msgspec.Raw]


_batch = msgspec.json.Decoder(_Batch)
_loose_batch = msgspec.json.Decoder(_LooseBatch)
_call = msgspec.json.Decoder(Call)
_anything = msgspec.json.Decoder()
_context = msgspec.json.Decoder(Context)


def is_odd(content: bytes) -> bool:
    """Tell whether there is a NUL or perhaps half of a surrogate pair in a batch, written as JSON escapes."""
    # Looking for one character costs a thirtieth of looking for six.
    if b"\\" not in content or b"\\u" not in content:
        return False
    return b"\\u0000" in content or b"\\ud" in content or b"\\uD" in content


def read_all(content: bytes) -> list[Call]:
    """Read the calls of a batch; raises `ValueError` or `RecursionError` when one of them is odd."""
    return _batch.decode(content).batch


def split(content: bytes) -> list[msgspec.Raw]:
    """Tell the calls of a batch apart; what the door could read is never nested too deep here, in a deeper stack."""
    content = _HALF_PAIR.sub(rb"\1\\ufffd", content) if is_odd(content) else content
    usual = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(max(usual, _DEEPEST))
        return _loose_batch.decode(content).batch
    except RecursionError as error:
        raise ValueError("The batch is nested too deep to be read.") from error
    finally:
        sys.setrecursionlimit(usual)


def read(raw: bytes) -> Call | Fault:
    """Read one odd call leniently: NULs in payloads are replaced, moments may be numbers."""
    raw = _PAYLOAD_NUL.sub(rb"\1\\ufffd", raw) if b"\\u0000" in raw and not _nul_in_ids(raw) else raw
    try:
        return _call.decode(raw)
    except msgspec.ValidationError as error:
        message = str(error)
    except RecursionError:
        return Fault("nested_too_deep", "The call is nested too deep to be read.")
    except ValueError as error:
        return Fault("json_broken", str(error))
    loose = object_in(raw)
    if not isinstance(loose, dict):
        return Fault("call_not_an_object", message)
    at = moment_of(loose.get("timestamp"))
    if at is None and loose.get("timestamp") is not None:
        return Fault("timestamp_unreadable", f"timestamp {str(loose['timestamp'])[:40]!r} is not an ISO 8601 moment.")
    loose["timestamp"] = at
    for name in ("userId", "anonymousId", "groupId", "previousId"):
        if isinstance(loose.get(name), float) and loose[name].is_integer():
            loose[name] = int(loose[name])
    for name in ("properties", "traits", "context"):
        if not isinstance(loose.get(name), dict):
            loose.pop(name, None)
    try:
        return _call.decode(msgspec.json.encode(loose))
    except (ValueError, RecursionError) as error:
        return Fault("field_wrong", str(error))


_HALF_PAIR = re.compile(
    rb"((?<!\\)(?:\\\\)*)(?:\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)
_PAYLOAD_NUL = re.compile(rb"((?<!\\)(?:\\\\)*)\\u0000")


def _nul_in_ids(raw: bytes) -> bool:
    try:
        call = _call.decode(raw)
    except (ValueError, RecursionError):
        return False
    ids = (call.user_id, call.anonymous_id, call.group_id, call.previous_id, call.event, call.name, call.message_id)
    return any(isinstance(i, str) and "\x00" in i for i in ids)


def object_in(raw: bytes | msgspec.Raw) -> Any:
    """Read what JSON says, None when it cannot be read."""
    try:
        return _anything.decode(raw)
    except (ValueError, RecursionError):
        return None


def context_in(raw: bytes) -> Context:
    """Read a context; what cannot be read says nothing."""
    try:
        return _context.decode(raw)
    except (ValueError, RecursionError):
        return Context()


def id_of(value: Any) -> str | None:
    """Return an id as text; None for nothing and for what programs send when they meant nothing."""
    if value is None:
        return None
    if isinstance(value, str):
        return value if len(value) > _LONGEST_JUNK else _short_id(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


@lru_cache(maxsize=100_000)
def _short_id(value: str) -> str | None:
    word = value.strip().lower()
    return None if not word or word in JUNK_IDS else value


_LONGEST_JUNK = 24
_DEEPEST = 6_000


def told_by_context(traits: dict[str, Any], context: bytes) -> dict[str, str]:
    """Learn the time zone and language a browser or device says beside an identify."""
    if b'"timezone"' not in context and b'"locale"' not in context:
        return {}
    told = context_in(context)
    return {
        name: value
        for name, value in (("timezone", told.timezone), ("locale", told.locale))
        if isinstance(value, str) and value and name not in traits
    }


def moment_of(value: Any) -> datetime | None:
    """Read a moment as programs write it: ISO 8601, or seconds or milliseconds since 1970."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC)
        if isinstance(value, str):
            read = datetime.fromisoformat(value.strip())
            return read if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def message_id_in(raw: bytes) -> str:
    """Return the messageId of a call that could not be read, if it says one."""
    loose = object_in(raw)
    said = loose.get("messageId") if isinstance(loose, dict) else None
    return said[:255] if isinstance(said, str) else ""
