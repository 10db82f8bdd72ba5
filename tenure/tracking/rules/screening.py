"""Holding the tracking plan against calls before they are stored. Pure.

Most batches cannot match any rule: none of the rules' names is in their bytes. Only the others are read.
"""

import hashlib
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
_PAYLOADS = ("properties", "traits")


class _Batch(msgspec.Struct, gc=False):
    batch: list[msgspec.Raw]


_batch = msgspec.json.Decoder(_Batch)


def screen_from(rules: Iterable[RuleGiven], key: bytes) -> Screen | None:
    """Make rules ready; None when there are none."""
    given = list(rules)
    if not given:
        return None
    needles = {_needle(r.event) for r in given if not r.field} | {
        _needle(r.field.split(".")[-1]) for r in given if r.field
    }
    return Screen(
        blocked=frozenset(r.event for r in given if r.kind is RuleKind.BLOCK),
        renamed={r.event: r.new_name for r in given if r.kind is RuleKind.RENAME},
        removals=tuple(
            Removal(
                path=tuple(r.field.split(".")), place=r.place, event=r.event, hashes=r.kind is RuleKind.HASH,
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
    kept: list[bytes] = []
    blocked: list[BlockedCall] = []
    for index, raw in enumerate(_batch.decode(content).batch):
        call = through_call(bytes(raw), screen)
        event = _blocked_event(call, screen)
        if event is None:
            kept.append(_renamed(call, screen))
        else:
            blocked.append(BlockedCall(index, event, call, _said(_fields.decode(call), "messageId")[:255]))
    return Screened(b'{"batch":[%s]}' % b",".join(kept), tuple(blocked))


def through_call(raw: bytes, screen: Screen) -> bytes:
    """Take out and hash what the plan says, in one call; of bytes that are no call nothing is left."""
    if not screen.removals:
        return raw
    if not _may_match(raw, screen):
        # What cannot be read cannot be searched either.
        return raw if raw.lstrip()[:1] in (b"{", b"") else b""
    try:
        call = _fields.decode(raw)
        event = _said(call, "event")
        for removal in screen.removals:
            if not removal.event or removal.event == event:
                for parent in _parents(removal):
                    _remove(call, (*parent, *removal.path), removal.hashes, screen.key)
        return msgspec.json.encode(call)
    except (ValueError, RecursionError):
        return b""


def hashed(value: Any, key: bytes) -> Any:
    """Return the keyed hash of a value, the same for the same value; what is a hash already stays, null stays null."""
    if value is None or (isinstance(value, str) and _HASHED.fullmatch(value)):
        return value
    text = value.encode() if isinstance(value, str) else msgspec.json.encode(value, order="sorted")
    return f"hmac_{hmac.new(key, text, hashlib.sha256).hexdigest()[:32]}"


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


def _may_match(content: bytes, screen: Screen) -> bool:
    return b"\\" in content or any(needle in content for needle in screen.needles)


def _parents(removal: Removal) -> tuple[tuple[str, ...], ...]:
    if removal.place is Place.CONTEXT:
        return (("context",),)
    return (("properties",), ("traits",), ("context", "traits"))


def _remove(fields: Fields, path: tuple[str, ...], hashes: bool, key: bytes) -> None:
    first, rest = path[0], path[1:]
    found = fields.get(first)
    if found is None:
        return
    if not rest:
        if hashes:
            fields[first] = msgspec.Raw(msgspec.json.encode(hashed(_anything.decode(found), key)))
        else:
            del fields[first]
        return
    opening = bytes(found).lstrip()[:1]
    if opening == b"{":
        inner = _fields.decode(found)
        _remove(inner, rest, hashes, key)
        fields[first] = msgspec.Raw(msgspec.json.encode(inner))
    elif opening == b"[":
        # A list of objects: look into each.
        items = msgspec.json.decode(found, type=list[msgspec.Raw])
        fields[first] = msgspec.Raw(msgspec.json.encode([_removed(item, rest, hashes, key) for item in items]))


def _removed(item: msgspec.Raw, path: tuple[str, ...], hashes: bool, key: bytes) -> msgspec.Raw:
    if bytes(item).lstrip()[:1] != b"{":
        return item
    inner = _fields.decode(item)
    _remove(inner, path, hashes, key)
    return msgspec.Raw(msgspec.json.encode(inner))


def _blocked_event(raw: bytes, screen: Screen) -> str | None:
    if not screen.blocked or not raw:
        return None
    call = _fields.decode(raw)
    type_ = _said(call, "type")
    if type_ == "track":
        name = _said(call, "event")
    elif type_ in ("page", "screen"):
        name = shown_name(type_, _said(call, "category"), _said(call, "name"))
    else:
        return None
    return name if name in screen.blocked else None


def _renamed(raw: bytes, screen: Screen) -> bytes:
    if not screen.renamed:
        return raw
    call = _fields.decode(raw)
    name = screen.renamed.get(_said(call, "event"))
    if name is None or _said(call, "type") != "track":
        return raw
    call["event"] = msgspec.Raw(msgspec.json.encode(name))
    return msgspec.json.encode(call)


def _said(call: Fields, name: str) -> str:
    try:
        return _text.decode(call.get(name, b'""'))
    except ValueError:
        return ""
