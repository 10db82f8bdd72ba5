"""What the calls of many batches say, as columns; a call that cannot be taken is refused alone.

A whole batch is read at once, and most are taken column by column. Only a batch in which something is odd is looked at
call by call.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tenure.customers.types import CallKind, Micros
from tenure.tracking.rules.calls import (
    KINDS,
    Call,
    context_in,
    id_of,
    is_odd,
    message_id_in,
    object_in,
    read,
    read_all,
    split,
    told_by_context,
)
from tenure.tracking.rules.refusing import Fault, fault_of, too_large
from tenure.tracking.rules.screening import shown_name

LONGEST_ID = 500
LARGEST_CALL = 32 * 1024
_USUAL_ID = 100
_CONTEXTS_KNOWN = 10_000


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


class Documents:
    """A column of JSON objects as they were sent, held as one run of bytes; what is no object counts as empty."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._lengths: list[int] = []

    def extend(self, documents: Sequence[bytes | msgspec.Raw]) -> None:
        """Add some; they are copied."""
        self._parts.append(b"".join(documents))
        self._lengths += map(len, documents)
        self.__dict__.pop("_settled", None)

    def column(self) -> pa.Array:
        """Return them as Arrow strings; what is not UTF-8 is mended."""
        content, offsets = self._settled
        buffers = [None, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(content)]
        try:
            return pa.Array.from_buffers(pa.binary(), len(self), buffers).cast(pa.string())
        except pa.ArrowInvalid:
            return pa.array([document.decode("utf-8", "replace") for document in self], pa.string())

    def holds(self, needle: bytes) -> bool:
        """Tell whether these bytes are anywhere in them."""
        return needle in self._settled[0]

    def __len__(self) -> int:
        return len(self._lengths)

    def __getitem__(self, place: int) -> bytes:
        content, offsets = self._settled
        place = place % len(self)
        return content[int(offsets[place]) : int(offsets[place + 1])]

    def __iter__(self) -> Iterator[bytes]:
        return (self[place] for place in range(len(self)))

    @cached_property
    def _settled(self) -> tuple[bytes, npt.NDArray[np.int64]]:
        content, offsets = _run(self._parts, self._lengths)
        if len(self):
            begins = np.frombuffer(content, np.uint8)[offsets[:-1]]
            if (begins != ord("{")).any():
                cuts = zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
                mended = [content[a:b] if content[a : a + 1] == b"{" else b"{}" for a, b in cuts]
                self._parts, self._lengths = [b"".join(mended)], [len(document) for document in mended]
                return _run(self._parts, self._lengths)
        self._parts = [content]
        return content, offsets


def _run(parts: Sequence[bytes], lengths: Sequence[int]) -> tuple[bytes, npt.NDArray[np.int64]]:
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return b"".join(parts), offsets


class _Ids(dict[Any, str | None]):
    """Ids as they are sent and what they are as text, looked at once each."""

    longest = 0

    def __missing__(self, value: Any) -> str | None:
        found = self[value] = id_of(value)
        self.longest = max(self.longest, len(found or ""))
        return found


class _Groups(dict[bytes, str | None]):
    """The account that a context names; senders say the same again and again."""

    def __missing__(self, context: bytes) -> str | None:
        if len(self) >= _CONTEXTS_KNOWN:
            self.clear()
        found = self[context] = id_of(context_in(context).group_id) if b'"groupId"' in context else None
        return found


class Gathered:
    """The calls of many batches as columns, in the order they came; `refused` are not among them.

    `origins` are the batches, and `taken` how many calls of each there are. Batches are kept as they are `sealed`, so
    that the memory of one serves the next; `unseal` is asked only for what has to be shown again.
    """

    def __init__(self, unseal: Callable[[bytes], bytes] = bytes) -> None:
        self._unseal = unseal
        self.origins: list[Origin] = []
        self.taken: list[int] = []
        self.type: list[str] = []
        self.message_id: list[str] = []
        self.user_id: list[str | None] = []
        self.anonymous_id: list[str | None] = []
        self.group_id: list[str | None] = []
        self.previous_id: dict[int, str] = {}
        self.event: list[str] = []
        self.timestamp: list[datetime | None] = []
        self.properties = Documents()
        """Of identify and group calls: the traits."""
        self.context = Documents()
        self.traits: dict[int, dict[str, Any]] = {}
        self.refused: list[Refused] = []
        self._sealed: list[bytes] = []
        self._number: list[int] = []
        self._ids = _Ids()
        self._groups = _Groups()

    def __len__(self) -> int:
        return len(self.type)

    def add(self, content: bytes, origin: Origin, sealed: bytes | None = None) -> None:
        """Take in a batch `{"batch": […]}`; raises `ValueError` when there is no batch to be found in it."""
        before = len(self)
        calls: list[Call] | None = None
        if not is_odd(content):
            try:
                calls = read_all(content)
            except (ValueError, RecursionError):
                calls = None
        if calls is None:
            self._take_each(self._each(content, origin), origin, odd=True)
        elif not self._take_plain(calls, origin):
            self._take_each(enumerate(calls), origin, odd=False)
        self.origins.append(origin)
        self.taken.append(len(self) - before)
        self._sealed.append(content if sealed is None else sealed)

    @property
    def batch_of(self) -> npt.NDArray[np.int64]:
        """Return of which of the `origins` each call is."""
        return np.repeat(np.arange(len(self.origins)), self.taken)

    def origin(self, place: int) -> Origin:
        """Return where a call came from."""
        return self.origins[int(np.searchsorted(np.cumsum(self.taken), place, side="right"))]

    def raw(self, place: int) -> bytes:
        """Return a call as it was sent."""
        batch = int(np.searchsorted(np.cumsum(self.taken), place, side="right"))
        return bytes(split(self._unseal(self._sealed[batch]))[self._number[place]])

    def _take_plain(self, calls: list[Call], origin: Origin) -> bool:
        """Take in a batch in which everybody did something and named themselves; False, and nothing, for any other.

        Most batches are so; column by column this takes a third of the time of call by call.
        """
        events = [call.event or "" for call in calls]
        if not all(events) or {call.type for call in calls} != {"track"}:
            return False
        ids, groups_in = self._ids, self._groups
        users, visitors = [ids[call.user_id] for call in calls], [ids[call.anonymous_id] for call in calls]
        if None in users and not all(user or visitor for user, visitor in zip(users, visitors, strict=True)):
            return False
        properties, contexts = [call.properties for call in calls], [bytes(call.context) for call in calls]
        groups = [groups_in[context] for context in contexts]
        message_ids = [call.message_id or "" for call in calls]
        if not all(message_ids):
            message_ids = [said or f"{origin.batch_id}-{number}" for number, said in enumerate(message_ids)]
        widest = ids.longest if ids.longest < _USUAL_ID else _longest(users) + _longest(visitors)
        longest = max(map(len, events)) + max(map(len, message_ids)) + widest + _longest(groups)
        largest = max(map(len, properties)) + max(map(len, contexts)) + max(len(call.traits) for call in calls)
        if longest > LONGEST_ID or largest > LARGEST_CALL:
            return False
        self.type += ["track"] * len(calls)
        self.message_id += message_ids
        self.user_id += users
        self.anonymous_id += visitors
        self.group_id += groups
        self.event += events
        self.timestamp += [call.timestamp for call in calls]
        self.properties.extend(properties)
        self.context.extend(contexts)
        self._number += range(len(calls))
        return True

    def _take_each(self, calls: Iterable[tuple[int, Call]], origin: Origin, *, odd: bool) -> None:
        properties: list[bytes] = []
        contexts: list[bytes] = []
        for number, call in calls:
            taken = self._take(call, number, origin, odd=odd)
            if taken is not None:
                properties.append(taken)
                contexts.append(bytes(call.context))
        self.properties.extend(properties)
        self.context.extend(contexts)

    def _take(self, call: Call, number: int, origin: Origin, *, odd: bool) -> bytes | None:
        """Take in one call; returns its payload, or None when it is refused."""
        type_, message_id = call.type, call.message_id or f"{origin.batch_id}-{number}"
        kind = KINDS.get(type_)
        user = id_of(call.user_id)
        anonymous = id_of(call.anonymous_id)
        group = None
        context, properties = bytes(call.context), bytes(call.properties)
        if kind is CallKind.GROUP:
            group = id_of(call.group_id)
        if group is None and b'"groupId"' in context:
            group = id_of(context_in(context).group_id)
        event = (
            call.event or ""
            if type_ == "track"
            else shown_name(type_, call.category, call.name)
            if kind is CallKind.USE
            else ""
        )
        previous = id_of(call.previous_id) if kind is CallKind.ALIAS else None
        is_plain = kind is CallKind.USE and event and (user or anonymous) and not odd
        length = len(event) + len(message_id) + len(user or "") + len(anonymous or "") + len(group or "")
        if not is_plain or length > LONGEST_ID:
            fault = fault_of(kind, type_, user, anonymous, group, previous, event, call.message_id, LONGEST_ID)
        else:
            fault = None
        if fault is None and len(properties) + len(context) + len(call.traits) > LARGEST_CALL:
            fault = too_large(properties, bytes(call.traits), LARGEST_CALL)
        if fault is not None:
            self.refused.append(Refused(origin, fault, msgspec.json.encode(call), call.message_id or ""))
            return None
        if kind is CallKind.IDENTIFY or kind is CallKind.GROUP:
            self._hear_traits(call, context)
            properties = bytes(call.traits)
        if previous is not None:
            self.previous_id[len(self)] = previous
        self.type.append(type_)
        self.message_id.append(message_id)
        self.user_id.append(user)
        self.anonymous_id.append(anonymous)
        self.group_id.append(group)
        self.event.append(event)
        self.timestamp.append(call.timestamp)
        self._number.append(number)
        return properties

    def _hear_traits(self, call: Call, context: bytes) -> None:
        said = object_in(call.traits)
        traits: dict[str, Any] = said if isinstance(said, dict) else {}
        if call.type == "identify":
            traits |= told_by_context(traits, context)
        if traits:
            self.traits[len(self)] = traits

    def _each(self, content: bytes, origin: Origin) -> Iterator[tuple[int, Call]]:
        for number, raw in enumerate(split(content)):
            said = read(bytes(raw))
            if isinstance(said, Call):
                yield number, said
            else:
                self.refused.append(Refused(origin, said, bytes(raw), message_id_in(bytes(raw))))


def _longest(texts: Sequence[str | None]) -> int:
    return max(len(text or "") for text in texts)
