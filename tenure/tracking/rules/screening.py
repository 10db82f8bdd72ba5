"""Holding the tracking plan against calls before they are stored. Pure.

Most batches cannot match any rule: none of the rules' names is in their bytes. Of the others only what the rules are
about is read, and nothing is written anew that stays as it was sent.
"""

import hmac
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from tenure.tracking.types.plan import (
    BlockedCall,
    Place,
    Quick,
    ReadCall,
    Removal,
    RuleGiven,
    RuleKind,
    Screen,
    Screened,
)

Fields = dict[str, Any]
"""What an object says, each part as it was sent."""

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])
_anything = msgspec.json.Decoder()
_text = msgspec.json.Decoder(str)
_HASHED = re.compile(r"hmac_[0-9a-f]{32}")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_POSTHOG_IDS = tuple(("context", "posthog", name) for name in ("$user_id", "$anon_distinct_id", "distinct_id", "alias"))
"""Where PostHog's SDKs say ids once more."""
_PARENTS: dict[Place, tuple[tuple[str, ...], ...]] = {
    Place.CONTEXT: (("context",),),
    Place.PAYLOAD: (("properties",), ("traits",), ("context", "traits")),
}


class _Batch(msgspec.Struct, gc=False):
    batch: list[dict[str, msgspec.Raw]]


class _Turn(NamedTuple):
    """What of a plan can be found in one batch: names taken out of properties and traits of all calls, and the rest."""

    drops: frozenset[str]
    hashes: frozenset[str]
    parents: tuple[str, ...]
    with_context: bool
    rest: tuple[Removal, ...]
    ids: tuple[str, ...]
    asks_event: bool


class _ReadCall(msgspec.Struct, gc=False):
    event: str | None = None
    properties: dict[str, msgspec.Raw] | msgspec.UnsetType | None = msgspec.UNSET
    traits: dict[str, msgspec.Raw] | msgspec.UnsetType | None = msgspec.UNSET


class _ReadBatch(msgspec.Struct, gc=False):
    batch: list[_ReadCall]


_batch = msgspec.json.Decoder(_Batch)
_read_batch = msgspec.json.Decoder(_ReadBatch)
_encode = msgspec.json.Encoder().encode


def screen_from(rules: Iterable[RuleGiven], key: bytes) -> Screen | None:
    """Make rules ready; None when there are none."""
    given = list(rules)
    if not given:
        return None
    removals = [r for r in given if r.kind in (RuleKind.DROP, RuleKind.HASH)]
    ids = frozenset(r.field for r in removals if r.place is Place.ID)
    removals = [r for r in removals if r.place is not Place.ID]
    needles = {_needle(r.event) for r in given if not r.field} | {_written(r.field) for r in removals}
    if ids:
        needles.add(b"@")
    return Screen(
        blocked=frozenset(r.event for r in given if r.kind is RuleKind.BLOCK),
        renamed={r.event: r.new_name for r in given if r.kind is RuleKind.RENAME},
        removals=tuple(
            Removal(
                path=tuple(r.field.split(".")), place=r.place, event=r.event, hashes=r.kind is RuleKind.HASH,
                needle=_written(r.field),
            )
            for r in removals
        ),
        ids=ids | {"previousId"} if ids else ids,
        needles=tuple(sorted(needles)),
        key=key,
        quick=_quick(given, removals, ids),
    )  # fmt: skip


def _quick(given: Iterable[RuleGiven], removals: Sequence[RuleGiven], ids: frozenset[str]) -> Quick | None:
    plain = [r for r in removals if r.place is Place.PAYLOAD and not r.event and "." not in r.field]
    if not plain:
        return None
    events = {r.event for r in given if not r.field}
    pages = {event for event in events if _is_page(event)}
    others = {_written(r.field) for r in removals if r not in plain} | {_needle(event) for event in pages}
    return Quick(
        drops=frozenset(r.field for r in plain if r.kind is RuleKind.DROP),
        hashes=frozenset(r.field for r in plain if r.kind is RuleKind.HASH),
        events=frozenset(events - pages),
        others=tuple(sorted(others | ({b"@"} if ids else set()))),
    )


def through_batch(content: bytes, screen: Screen, calls: Sequence[ReadCall] | None = None) -> Screened:
    """Hold the plan against `{"batch": […]}`; `calls` are what was read of it, where it was read already."""
    if calls is None and not _may_match(content, screen):
        return Screened(content)
    if screen.quick is not None and (left := _quickly(content, screen.quick, screen.key, calls)) is not None:
        return Screened(left)
    if calls is not None and not _may_match(content, screen):
        return Screened(content)
    turn = _turn(content, screen)
    kept: list[Fields] = []
    blocked: list[BlockedCall] = []
    for index, call in enumerate(_batch.decode(content).batch):
        if not turn.asks_event:
            _take_out(call, "", turn, screen.key)
            kept.append(call)
            continue
        sent_as = _said(call, "event")
        _take_out(call, sent_as, turn, screen.key)
        event = _blocked_event(call, sent_as, screen)
        if event is not None:
            blocked.append(BlockedCall(index, event, msgspec.json.encode(call), _said(call, "messageId")[:255]))
            continue
        if screen.renamed and sent_as in screen.renamed and _said(call, "type") == "track":
            call["event"] = msgspec.Raw(msgspec.json.encode(screen.renamed[sent_as]))
        kept.append(call)
    return Screened(msgspec.json.encode({"batch": kept}), tuple(blocked))


def _quickly(content: bytes, quick: Quick, key: bytes, calls: Sequence[ReadCall] | None) -> bytes | None:
    """Hold the quick rules against a batch by putting objects in the place of others; None where that takes more.

    What is replaced is found by how its name is written. That the name stands nowhere else follows from its standing
    there as often as there are calls that say it.
    """
    if b"\\" in content or any(needle in content for needle in quick.others):
        return None
    if calls is None:
        try:
            calls = _read_batch.decode(content).batch
        except (ValueError, RecursionError):
            return None
    if quick.events and not quick.events.isdisjoint([call.event for call in calls]):
        return None
    properties = [p for call in calls if not isinstance(p := call.properties, msgspec.UnsetType)]
    traits = [t for call in calls if not isinstance(t := call.traits, msgspec.UnsetType)]
    left = _spliced(content, b'"properties"', properties, quick, key)
    return None if left is None else _spliced(left, b'"traits"', traits, quick, key)


def _spliced(content: bytes, name: bytes, objects: "Sequence[Fields | None]", quick: Quick, key: bytes) -> bytes | None:
    """Put the objects of this name, less what is taken out, in their places; None unless it is sure to be right."""
    drops, hashes = quick.drops, quick.hashes
    parts = content.split(name)
    if len(parts) != len(objects) + 1:
        return None
    is_changed = False
    for number, fields in enumerate(objects, 1):
        if not fields:
            continue
        taken = drops.intersection(fields)
        hidden = hashes.intersection(fields)
        if not taken and not hidden:
            continue
        part = parts[number]
        start = part.find(b"{")
        end = part.find(b"}", start) + 1
        # The first brace that closes is the object's own if none opens before it and it is in no string.
        if part.find(b"{", start + 1, end) >= 0 or part.count(b'"', start, end) & 1:
            return None
        for each in taken:
            del fields[each]
        for each in hidden:
            fields[each] = _hashed_raw(bytes(fields[each]), key)
        parts[number] = b"".join((part[:start], _encode(fields), part[end:]))
        is_changed = True
    return name.join(parts) if is_changed else content


def through_call(raw: bytes, screen: Screen) -> bytes:
    """Take out and hash what the plan says, in one call; of bytes that are no call nothing is left."""
    if not screen.takes_out:
        return raw
    if not _may_match(raw, screen):
        # What cannot be read cannot be searched either.
        return raw if raw.lstrip()[:1] in (b"{", b"") else b""
    try:
        call = _fields.decode(raw)
        _take_out(call, _said(call, "event"), _turn(raw, screen), screen.key)
        return msgspec.json.encode(call)
    except (ValueError, RecursionError):
        return b""


def hashed(value: Any, key: bytes) -> Any:
    """Return the keyed hash of a value, the same for the same value; what is a hash already stays, null stays null."""
    if value is None or (isinstance(value, str) and _HASHED.fullmatch(value)):
        return value
    text = value.encode() if isinstance(value, str) else msgspec.json.encode(value, order="sorted")
    return f"hmac_{hmac.digest(key, text, 'sha256').hex()[:32]}"


def shown_name(type_: str, category: Any, name: Any) -> str:
    """Name a page or screen as Segment does for tools that know only events."""
    words = " ".join(part for part in (category, name) if isinstance(part, str) and part)
    if type_ == "screen":
        return f"Viewed {words} Screen" if words else "Loaded a Screen"
    return f"Viewed {words} Page" if words else "Loaded a Page"


def _is_page(name: str) -> bool:
    return name.startswith("Viewed ") or name in ("Loaded a Page", "Loaded a Screen")


def _needle(name: str) -> bytes:
    """Return bytes that are in every body in which a rule can match (one with a backslash is always read)."""
    if _is_page(name):
        return b'"screen"' if name.endswith("Screen") else b'"page"'
    return msgspec.json.encode(name)


def _written(field: str) -> bytes:
    return msgspec.json.encode(field.split(".")[-1])


def _may_match(content: bytes, screen: Screen) -> bool:
    return b"\\" in content or any(needle in content for needle in screen.needles)


def _turn(content: bytes, screen: Screen) -> _Turn:
    """Find the rules that can be about anything in these bytes."""
    odd = b"\\" in content  # a name may be written in escapes
    found = [r for r in screen.removals if odd or r.needle in content]
    plain = [r for r in found if r.place is Place.PAYLOAD and len(r.path) == 1 and not r.event]
    said_traits = odd or b'"traits"' in content
    return _Turn(
        drops=frozenset(r.path[0] for r in plain if not r.hashes),
        hashes=frozenset(r.path[0] for r in plain if r.hashes),
        parents=(("properties", "traits") if said_traits else ("properties",)) if plain else (),
        with_context=bool(plain) and said_traits,
        rest=tuple(r for r in found if r not in plain),
        ids=tuple(sorted(screen.ids)) if odd or b"@" in content else (),
        asks_event=any(r.event for r in found)
        or any(odd or _needle(event) in content for event in (*screen.blocked, *screen.renamed)),
    )


def _take_out(call: Fields, event: str, turn: _Turn, key: bytes) -> None:
    for removal in turn.rest:
        if not removal.event or removal.event == event:
            for path in _PARENTS[removal.place]:
                _remove(call, (*path, *removal.path), removal.hashes, key)
    if turn.with_context and (context := call.get("context")) is not None:
        said = bytes(context)
        if b'"traits"' in said or b"\\" in said:
            _take_each_out(call, ("context", "traits"), turn, key)
    for parent in turn.parents:
        found = call.get(parent)
        if found is None:
            continue
        try:
            inner: Fields = _fields.decode(found)
        except msgspec.ValidationError:
            _take_each_out(call, (parent,), turn, key)
            continue
        before = len(inner)
        for name in turn.drops:
            inner.pop(name, None)
        hashed_some = False
        for name in turn.hashes:
            if name in inner:
                inner[name] = msgspec.Raw(_hashed_json(bytes(inner[name]), key))
                hashed_some = True
        if hashed_some or len(inner) < before:
            call[parent] = inner
    for name in turn.ids:
        if name in call:
            call[name] = _hidden_address(call[name], key)
    if turn.ids and b'"posthog"' in bytes(call.get("context", b"")):
        for path in _POSTHOG_IDS:
            _remove(call, path, True, key, addresses_only=True)


def _take_each_out(call: Fields, parent: tuple[str, ...], turn: _Turn, key: bytes) -> None:
    for name in (*turn.drops, *turn.hashes):
        _remove(call, (*parent, name), name in turn.hashes, key)


def _hidden_address(raw: Any, key: bytes) -> Any:
    """Hash an id that is an e-mail address, to the same as the address anywhere else; any other id stays."""
    said = bytes(raw)
    if b"@" not in said and b"\\" not in said:
        return raw
    value = _anything.decode(said)
    return msgspec.Raw(_hashed_json(said, key)) if isinstance(value, str) and _ADDRESS.fullmatch(value) else raw


@lru_cache(maxsize=20_000)
def _hashed_json(written: bytes, key: bytes) -> bytes:
    return msgspec.json.encode(hashed(_anything.decode(written), key))


@lru_cache(maxsize=20_000)
def _hashed_raw(written: bytes, key: bytes) -> msgspec.Raw:
    return msgspec.Raw(_hashed_json(written, key))


def _remove(fields: Fields, path: tuple[str, ...], hashes: bool, key: bytes, *, addresses_only: bool = False) -> None:
    first, rest = path[0], path[1:]
    found = fields.get(first)
    if found is None:
        return
    if not rest:
        if addresses_only:
            fields[first] = _hidden_address(found, key)
        elif hashes:
            fields[first] = msgspec.Raw(_hashed_json(bytes(found), key))
        else:
            del fields[first]
        return
    inside = bytes(found)
    if msgspec.json.encode(rest[-1]) not in inside and b"\\" not in inside:
        return
    opening = inside.lstrip()[:1]
    if opening == b"{":
        inner: Fields = _fields.decode(inside)
        _remove(inner, rest, hashes, key, addresses_only=addresses_only)
        fields[first] = msgspec.Raw(msgspec.json.encode(inner))
    elif opening == b"[":
        # A list of objects: look into each.
        items = msgspec.json.decode(inside, type=list[msgspec.Raw])
        fields[first] = msgspec.Raw(msgspec.json.encode([_removed(item, rest, hashes, key) for item in items]))


def _removed(item: msgspec.Raw, path: tuple[str, ...], hashes: bool, key: bytes) -> msgspec.Raw:
    if bytes(item).lstrip()[:1] != b"{":
        return item
    inner: Fields = _fields.decode(item)
    _remove(inner, path, hashes, key)
    return msgspec.Raw(msgspec.json.encode(inner))


def _blocked_event(call: Fields, event: str, screen: Screen) -> str | None:
    if not screen.blocked:
        return None
    type_ = _said(call, "type")
    if type_ == "track":
        name = event
    elif type_ in ("page", "screen"):
        name = shown_name(type_, _said(call, "category"), _said(call, "name"))
    else:
        return None
    return name if name in screen.blocked else None


def _said(call: Fields, name: str) -> str:
    try:
        return _text.decode(call.get(name, b'""'))
    except ValueError:
        return ""
