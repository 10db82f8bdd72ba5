"""Why a call is not taken, in the words the collect door uses too."""

from typing import NamedTuple

import msgspec

from tenure.customers.types import CallKind
from tenure.kernel.clock import EARLIEST

MOST_PROPERTIES = 1_000


class Fault(NamedTuple):
    """A stable code and what to tell a person."""

    code: str
    reason: str


def fault_of(
    kind: CallKind | None,
    type_: str,
    user: str | None,
    anonymous: str | None,
    group: str | None,
    previous: str | None,
    event: str,
    message_id: str | None,
    longest: int,
) -> Fault | None:
    """Say what is wrong with a call's own words, or None."""
    if kind is None:
        return Fault("type_unknown", f"type {type_[:40]!r} is not identify, group, track, page, screen or alias.")
    if not (user or anonymous or (kind is CallKind.GROUP and group)):
        return Fault("id_missing", "A call needs a userId or an anonymousId (a group call at least a groupId).")
    if not event and type_ == "track":
        return Fault("event_name_missing", "A track call needs the name of its event.")
    if kind is CallKind.GROUP and not group:
        return Fault("group_id_missing", "A group call needs a groupId.")
    if kind is CallKind.ALIAS and not (user and previous):
        return Fault("id_missing", "An alias call needs a userId and a previousId.")
    for text in (user, anonymous, group, previous, event, message_id):
        if text:
            if len(text) > longest:
                return Fault(
                    "field_too_long", f"{text[:40]!r}… is {len(text)} characters; at most {longest} are taken."
                )
            if "\x00" in text:
                return Fault("nul_character", "An id or a name has a NUL character in it.")
    return None


def too_large(properties: bytes, traits: bytes, most: int) -> Fault:
    """Say why a call is larger than is taken: usually names that should be values."""
    names = 0
    for payload in (properties, traits):
        try:
            names = max(names, len(msgspec.json.decode(payload, type=dict[str, msgspec.Raw])))
        except (ValueError, RecursionError):
            continue
    if names > MOST_PROPERTIES:
        return Fault("too_many_properties", f"The call has {names} properties; at most {MOST_PROPERTIES} are taken.")
    return Fault("call_too_large", f"The call is larger than {most} bytes.")


def untimely(at: str, *, early: bool) -> Fault:
    """Say that a call happened before there were such calls, or has yet to happen."""
    if early:
        return Fault("timestamp_too_early", f"timestamp {at} is before {EARLIEST.year}.")
    return Fault("timestamp_in_future", f"timestamp {at} is more than a day ahead.")
