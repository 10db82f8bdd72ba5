"""What the calls of a batch say, as columns; a call that cannot be taken is refused alone.

A whole batch is decoded at once into structs. Only a batch in which something is odd is looked at call by call.
"""

import dataclasses
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any

import msgspec

from tenure.customers.types import JUNK_IDS, CallKind, Micros
from tenure.tracking.rules.refusing import Fault, fault_of, too_large
from tenure.tracking.rules.screening import shown_name

LONGEST_ID = 500
LARGEST_CALL = 32 * 1024
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


class _Context(msgspec.Struct, rename="camel", gc=False):
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
_context = msgspec.json.Decoder(_Context)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where a batch came from and when; `skew` is how far the sender's clock was behind ours, in microseconds."""

    batch_id: int
    received_at: datetime
    skew: Micros
    source: str


@dataclasses.dataclass(frozen=True, slots=True)
class Refused:
    """A call that cannot be taken, why, and what it looked like."""

    origin: Origin
    fault: Fault
    raw: bytes
    message_id: str


class Gathered:
    """The calls of many batches as columns, in the order they came; `refused` are not among them."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.origins: list[Origin] = []
        self.type: list[str] = []
        self.message_id: list[str] = []
        self.user_id: list[str | None] = []
        self.anonymous_id: list[str | None] = []
        self.group_id: list[str | None] = []
        self.previous_id: list[str | None] = []
        self.event: list[str] = []
        self.timestamp: list[datetime | None] = []
        self.properties: list[bytes] = []
        self.context: list[bytes] = []
        self.traits: dict[int, dict[str, Any]] = {}
        self.refused: list[Refused] = []

    def __len__(self) -> int:
        return len(self.type)

    def add(self, content: bytes, origin: Origin) -> None:
        """Take in a batch `{"batch": […]}`; raises `ValueError` when there is no batch to be found in it."""
        odd = b"\\u0000" in content or b"\\ud" in content or b"\\uD" in content
        calls: Iterable[tuple[int, Call]] = ()
        if not odd:
            try:
                decoded = _batch.decode(content).batch
            except (ValueError, RecursionError):
                odd = True
            else:
                if self._take_plain(decoded, origin):
                    return
                calls = enumerate(decoded)
        for number, call in self._each(content, origin) if odd else calls:
            self._take(call, number, origin, is_odd=odd)

    def raw(self, place: int) -> bytes:
        """Write a call as it was sent."""
        return msgspec.json.encode(self.calls[place])

    def _take_plain(self, calls: list[Call], origin: Origin) -> bool:
        """Take in a batch in which everybody did something and named themselves; False, and nothing, for any other.

        Most batches are so; column by column this takes half the time of call by call.
        """
        users, anonymous, groups, properties, contexts, ids = [], [], [], [], [], []
        for number, call in enumerate(calls):
            event = call.event
            user, visitor, group = _id(call.user_id), _id(call.anonymous_id), None
            if call.type != "track" or not event or not (user or visitor):
                return False
            context, said = bytes(call.context), bytes(call.properties)
            if b'"groupId"' in context:
                group = _id(_object(_context, context).group_id)
            message_id = call.message_id or f"{origin.batch_id}-{number}"
            length = len(event) + len(message_id) + len(user or "") + len(visitor or "") + len(group or "")
            if length > LONGEST_ID or len(said) + len(context) + len(call.traits) > LARGEST_CALL:
                return False
            users.append(user)
            anonymous.append(visitor)
            groups.append(group)
            properties.append(said if said[:1] == b"{" else b"{}")
            contexts.append(context if context[:1] == b"{" else b"{}")
            ids.append(message_id)
        self.calls += calls
        self.origins += [origin] * len(calls)
        self.type += ["track"] * len(calls)
        self.message_id += ids
        self.user_id += users
        self.anonymous_id += anonymous
        self.group_id += groups
        self.previous_id += [None] * len(calls)
        self.event += [call.event or "" for call in calls]
        self.timestamp += [call.timestamp for call in calls]
        self.properties += properties
        self.context += contexts
        return True

    def _take(self, call: Call, number: int, origin: Origin, *, is_odd: bool) -> None:
        type_, message_id = call.type, call.message_id or f"{origin.batch_id}-{number}"
        kind = KINDS.get(type_)
        user = _id(call.user_id)
        anonymous = _id(call.anonymous_id)
        group = None
        context, properties = bytes(call.context), bytes(call.properties)
        if kind is CallKind.GROUP:
            group = _id(call.group_id)
        if group is None and b'"groupId"' in context:
            group = _id(_object(_context, context).group_id)
        event = (
            call.event or ""
            if type_ == "track"
            else shown_name(type_, call.category, call.name)
            if kind is CallKind.USE
            else ""
        )
        previous = _id(call.previous_id) if kind is CallKind.ALIAS else None
        is_plain = kind is CallKind.USE and event and (user or anonymous) and not is_odd
        length = len(event) + len(message_id) + len(user or "") + len(anonymous or "") + len(group or "")
        if not is_plain or length > LONGEST_ID:
            fault = fault_of(kind, type_, user, anonymous, group, previous, event, call.message_id, LONGEST_ID)
        else:
            fault = None
        if fault is None and len(properties) + len(context) + len(call.traits) > LARGEST_CALL:
            fault = too_large(properties, bytes(call.traits), LARGEST_CALL)
        if fault is not None:
            self.refused.append(Refused(origin, fault, msgspec.json.encode(call), call.message_id or ""))
            return
        if kind is CallKind.IDENTIFY or kind is CallKind.GROUP:
            self._hear_traits(call, context)
            properties = bytes(call.traits)
        self.calls.append(call)
        self.origins.append(origin)
        self.type.append(type_)
        self.message_id.append(message_id)
        self.user_id.append(user)
        self.anonymous_id.append(anonymous)
        self.group_id.append(group)
        self.previous_id.append(previous)
        self.event.append(event)
        self.timestamp.append(call.timestamp)
        self.properties.append(properties if properties[:1] == b"{" else b"{}")
        self.context.append(context if context[:1] == b"{" else b"{}")

    def _hear_traits(self, call: Call, context: bytes) -> None:
        said = _object(_anything, call.traits)
        traits: dict[str, Any] = said if isinstance(said, dict) else {}
        if call.type == "identify":
            traits |= _told_by_context(traits, context)
        if traits:
            self.traits[len(self.type)] = traits

    def _each(self, content: bytes, origin: Origin) -> Iterator[tuple[int, Call]]:
        for number, raw in enumerate(_split(_HALF_PAIR.sub(rb"\1\\ufffd", content))):
            read = _read(bytes(raw))
            if isinstance(read, Call):
                yield number, read
            else:
                self.refused.append(Refused(origin, read, bytes(raw), _message_id(bytes(raw))))


def _split(content: bytes) -> list[msgspec.Raw]:
    """Tell the calls of a batch apart; what the door could read is never nested too deep here, in a deeper stack."""
    usual = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(max(usual, _DEEPEST))
        return _loose_batch.decode(content).batch
    except RecursionError as error:
        raise ValueError("The batch is nested too deep to be read.") from error
    finally:
        sys.setrecursionlimit(usual)


def _read(raw: bytes) -> Call | Fault:
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
    loose = _object(_anything, raw)
    if not isinstance(loose, dict):
        return Fault("call_not_an_object", message)
    at = _moment(loose.get("timestamp"))
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


def _object(decoder: Any, raw: bytes | msgspec.Raw) -> Any:
    try:
        return decoder.decode(raw)
    except (ValueError, RecursionError):
        return _Context() if decoder is _context else None


def _id(value: Any) -> str | None:
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


def _told_by_context(traits: dict[str, Any], context: bytes) -> dict[str, str]:
    """Learn the time zone and language a browser or device says beside an identify."""
    if b'"timezone"' not in context and b'"locale"' not in context:
        return {}
    told = _object(_context, context)
    return {
        name: value
        for name, value in (("timezone", told.timezone), ("locale", told.locale))
        if isinstance(value, str) and value and name not in traits
    }


def _moment(value: Any) -> datetime | None:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC)
        if isinstance(value, str):
            read = datetime.fromisoformat(value.strip())
            return read if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _message_id(raw: bytes) -> str:
    loose = _object(_anything, raw)
    said = loose.get("messageId") if isinstance(loose, dict) else None
    return said[:255] if isinstance(said, str) else ""
