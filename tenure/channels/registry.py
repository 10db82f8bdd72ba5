"""Where channels are plugged in: one folder, one registration line in `apps.py`, one shared contract test."""

from collections.abc import Sequence
from typing import Protocol

from tenure.channels.errors import ChannelUnknown
from tenure.channels.types import Letter, Receipt


class Channel(Protocol):
    """A way to reach a person."""

    kind: str

    def is_connected(self) -> bool:
        """Tell whether a carrier is set up; while none is, messages go to the outbox inside Tenure."""

    def deliver(self, letter: Letter) -> Receipt:
        """Hand a letter over, once for each call; a repeat of its idempotency key carries the same `message_id`.

        Raises `CarrierUnavailable` to be tried again, `AddressRefused` and `LetterUnusable` never to be, and
        `HandoverUnsure` when the carrier may or may not have it. Anything else that is raised counts as unsure.
        """

    def rest(self) -> None:
        """Let go of what is kept open between letters: there is nothing more to send for now."""


_channels: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    """Make a channel known by its kind."""
    _channels[channel.kind] = channel


def channel(kind: str) -> Channel:
    """Return a channel by its kind; raises `ChannelUnknown`."""
    try:
        return _channels[kind]
    except KeyError:
        raise ChannelUnknown(f"no channel is called {kind!r}", channel=kind) from None


def channels() -> Sequence[Channel]:
    """Return every channel, by kind."""
    return [_channels[kind] for kind in sorted(_channels)]
