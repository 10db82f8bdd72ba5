"""From a body to the calls in it, whichever SDK wrote it: what comes in, and what is sent again. Pure."""

import dataclasses
from datetime import datetime

from tenure.collect.checking import BadCall, Examined, examine_batch, examine_batch_to_screen, examine_call
from tenure.collect.codes import Code
from tenure.collect.limits import Limits
from tenure.collect.paths import PATHS, Shape
from tenure.collect.posthog import translate
from tenure.tracking.actions.screening import screen_batch, screen_call
from tenure.tracking.types import Screen, Screened

_NOTHING = Examined(b"", 0, None, None)


def understood(
    path: str, query: str, body: bytes, received_at: datetime, limits: Limits, screen: Screen | None = None
) -> Examined:
    """Read and check a body sent to one of the door's addresses; raises `BodyRefused`.

    `screen` is what it will be held against, as far as that is known before it was read.
    """
    match PATHS[path]:
        case Shape.BATCH if screen is not None and screen.quick is not None:
            return examine_batch_to_screen(body, received_at, limits)
        case Shape.BATCH:
            return examine_batch(body, received_at, limits)
        case Shape.POSTHOG:
            said = translate(body, query)
            return dataclasses.replace(examine_batch(said.body, received_at, limits), write_key=said.write_key)
        case Shape.POSTHOG_FLAGS | Shape.PASSED_OVER:
            return _NOTHING
        case kind:
            return examine_call(body, kind, received_at, limits)


def screened(examined: Examined, screen: Screen | None) -> Examined:
    """Let the workspace's tracking plan take out, hash, rename or block what it says, before anything is stored."""
    if screen is None:
        return examined
    seen = screen_batch(examined.content, screen, examined.calls) if examined.call_count else Screened(examined.content)
    refused = [
        dataclasses.replace(bad, raw=(raw := screen_call(bad.raw, screen)), size=len(raw) or len(bad.raw))
        for bad in examined.refused
    ]
    refused += [
        BadCall(
            each.index, Code.EVENT_BLOCKED, f"The tracking plan blocks “{each.event}”.", each.raw, each.message_id
        )
        for each in seen.blocked
    ]  # fmt: skip
    return dataclasses.replace(
        examined,
        content=seen.content,
        call_count=examined.call_count - len(seen.blocked),
        refused=tuple(refused),
        calls=None,
    )


def kept_of(path: str, seen: bytes, screen: Screen) -> bytes:
    """Return what may be kept of a request that was refused whole: nothing, when it cannot be searched."""
    if not screen.takes_out:
        return seen
    if PATHS[path] is Shape.POSTHOG or seen.lstrip()[:1] != b"{":
        return b""
    try:
        return screen_batch(seen, screen).content if PATHS[path] is Shape.BATCH else screen_call(seen, screen)
    except (ValueError, RecursionError):
        return b""
