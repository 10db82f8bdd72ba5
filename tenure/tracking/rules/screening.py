"""Holding the tracking plan against calls before they are stored. Pure.

Most batches cannot match any rule: none of the rules' names is in their bytes. Only the others are read.
"""

import hmac
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from tenure.tracking.types.plan import BlockedCall, Place, Removal, RuleGiven, RuleKind, Screen, Screened

Fields = dict[str, msgspec.Raw]

_fields = msgspec.json.Decoder(Fields)
_anything = msgspec.json.Decoder()
_text = msgspec.json.Decoder(str)
_HASHED = re.compile(r"hmac_[0-9a-f]{32}")
_PARENTS: dict[Place, tuple[tuple[str, ...], ...]] = {
    Place.CONTEXT: (("context",),),
    Place.PAYLOAD: (("properties",), ("traits",), ("context", "traits")),
}


class _Batch(msgspec.Struct, gc=False):
    batch: list[Fields]


_batch = msgspec.json.Decoder(_Batch)


def screen_from(rules: Iterable[RuleGiven], key: bytes) -> Screen | None:
    """Make rules ready; None when there are none."""
    given = list(rules)
    if not given:
        return None
    needles = {_needle(r.event) for r in given if not r.field} | {_written(r.field) for r in given if r.field}
    return Screen(
        blocked=frozenset(r.event for r in given if r.kind is RuleKind.BLOCK),
        renamed={r.event: r.new_name for r in given if r.kind is RuleKind.RENAME},
        removals=tuple(
            Removal(
                path=tuple(r.field.split(".")), place=r.place, event=r.event, hashes=r.kind is RuleKind.HASH,
                needle=_written(r.field),
            )
            for r in given if r.kind in (RuleKind.DROP, RuleKind.HASH)
        ),
        needles=tuple(sorted(needles)),
        key=key,
    )  # fmt: skip


def through_batch(content: bytes, screen: Screen) -> Screened:
    """Hold the plan against `{"batch": […]}`."""
    if not _may_match(content, screen):
        return Screened(content)
    kept: list[Fields] = []
    blocked: list[BlockedCall] = []
    for index, call in enumerate(_batch.decode(content).batch):
        sent_as = _said(call, "event")
        _take_out(call, sent_as, screen)
        event = _blocked_event(call, sent_as, screen)
        if event is not None:
            blocked.append(BlockedCall(index, event, msgspec.json.encode(call), _said(call, "messageId")[:255]))
            continue
        if screen.renamed and sent_as in screen.renamed and _said(call, "type") == "track":
            call["event"] = msgspec.Raw(msgspec.json.encode(screen.renamed[sent_as]))
        kept.append(call)
    return Screened(msgspec.json.encode({"batch": kept}), tuple(blocked))


def through_call(raw: bytes, screen: Screen) -> bytes:
    """Take out and hash what the plan says, in one call; of bytes that are no call nothing is left."""
    if not screen.removals:
        return raw
    if not _may_match(raw, screen):
        # What cannot be read cannot be searched either.
        return raw if raw.lstrip()[:1] in (b"{", b"") else b""
    try:
        call = _fields.decode(raw)
        _take_out(call, _said(call, "event"), screen)
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


def _needle(name: str) -> bytes:
    """Return bytes that are in every body in which a rule can match (one with a backslash is always read)."""
    if name.startswith("Viewed ") or name in ("Loaded a Page", "Loaded a Screen"):
        return b'"screen"' if name.endswith("Screen") else b'"page"'
    return msgspec.json.encode(name)


def _written(field: str) -> bytes:
    return msgspec.json.encode(field.split(".")[-1])


def _may_match(content: bytes, screen: Screen) -> bool:
    return b"\\" in content or any(needle in content for needle in screen.needles)


def _take_out(call: Fields, event: str, screen: Screen) -> None:
    for removal in screen.removals:
        if not removal.event or removal.event == event:
            for parent in _PARENTS[removal.place]:
                _remove(call, (*parent, *removal.path), removal, screen.key)


def _remove(fields: Fields, path: tuple[str, ...], removal: Removal, key: bytes) -> None:
    first, rest = path[0], path[1:]
    found = fields.get(first)
    if found is None:
        return
    if not rest:
        if removal.hashes:
            fields[first] = msgspec.Raw(msgspec.json.encode(hashed(_anything.decode(found), key)))
        else:
            del fields[first]
        return
    inside = bytes(found)
    if removal.needle not in inside and b"\\" not in inside:
        return
    opening = inside.lstrip()[:1]
    if opening == b"{":
        inner = _fields.decode(inside)
        _remove(inner, rest, removal, key)
        fields[first] = msgspec.Raw(msgspec.json.encode(inner))
    elif opening == b"[":
        # A list of objects: look into each.
        items = msgspec.json.decode(inside, type=list[msgspec.Raw])
        fields[first] = msgspec.Raw(msgspec.json.encode([_removed(item, rest, removal, key) for item in items]))


def _removed(item: msgspec.Raw, path: tuple[str, ...], removal: Removal, key: bytes) -> msgspec.Raw:
    if bytes(item).lstrip()[:1] != b"{":
        return item
    inner = _fields.decode(item)
    _remove(inner, path, removal, key)
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
