"""The door's way to the tracking plan's rules."""

from collections.abc import Sequence

from tenure.tracking.rules import screening
from tenure.tracking.types import ReadCall, Screen, Screened


def screen_batch(content: bytes, screen: Screen, calls: Sequence[ReadCall] | None = None) -> Screened:
    """Block, rename, take out and hash as the plan says, in `{"batch": […]}`; `calls` are what was read of it."""
    return screening.through_batch(content, screen, calls)


def screen_call(raw: bytes, screen: Screen) -> bytes:
    """Take out and hash as the plan says, in one call that is kept only to be looked at."""
    return screening.through_call(raw, screen)
