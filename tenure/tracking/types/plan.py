"""The tracking plan: what may come in, what of it is kept, and what was seen."""

import dataclasses
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

import msgspec


class RuleKind(StrEnum):
    """What a rule of the plan does at the door."""

    BLOCK = "block"
    RENAME = "rename"
    DROP = "drop"
    HASH = "hash"


class Place(StrEnum):
    """Where in a call a property is looked for: among properties and traits, in the context, or who it is of.

    ID: `field` is one of `ID_FIELDS`, and e-mail addresses in it can be hashed.
    """

    PAYLOAD = "payload"
    CONTEXT = "context"
    ID = "id"


ID_FIELDS = ("userId", "anonymousId")
"""The ids of people that a rule may be about; `previousId` of alias calls goes with either."""


TRAITS_SEEN_AS = {"identify": "$identify", "group": "$group"}
"""What the plan calls the traits of people and of accounts, beside the names of events."""


class DriftKind(StrEnum):
    """How what arrives came to differ from what used to arrive."""

    NEW_EVENT = "new_event"
    NEW_TYPE = "new_type"
    STOPPED = "stopped"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class RuleGiven:
    """A rule as somebody writes it; without `event` it holds for all, `field` may be a path such as `address.city`."""

    kind: RuleKind
    event: str = ""
    new_name: str = ""
    field: str = ""
    place: Place = Place.PAYLOAD


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Removal:
    """A property that is dropped or hashed: in calls of `event`, or in all of them when that is empty.

    `needle` is how its name is written in JSON without escapes.
    """

    path: tuple[str, ...]
    place: Place
    event: str
    hashes: bool
    needle: bytes


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Quick:
    """The rules that most plans are made of: properties and traits that all calls lose, or have hashed.

    A batch in which a call is of one of `events`, or with one of `others` in its bytes, needs a closer look.
    """

    drops: frozenset[str]
    hashes: frozenset[str]
    events: frozenset[str]
    others: tuple[bytes, ...]


class ReadCall(Protocol):
    """What of a call is read for the quick rules, each as it was sent or `msgspec.UNSET` where it was not said."""

    @property
    def event(self) -> str | None:
        """The event it names."""

    @property
    def properties(self) -> dict[str, msgspec.Raw] | msgspec.UnsetType | None:
        """Its properties."""

    @property
    def traits(self) -> dict[str, msgspec.Raw] | msgspec.UnsetType | None:
        """Its traits."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Screen:
    """The rules of a plan, ready to be held against a batch. `needles`: without any of them no rule can match.

    `ids` are the names of ids in which e-mail addresses are hashed. `quick`: where it is there, the batches it is
    enough for need no more.
    """

    blocked: frozenset[str]
    renamed: dict[str, str]
    removals: tuple[Removal, ...]
    needles: tuple[bytes, ...]
    key: bytes = dataclasses.field(repr=False, default=b"")
    ids: frozenset[str] = frozenset()
    quick: Quick | None = None

    @property
    def takes_out(self) -> bool:
        """Whether anything is to be dropped or hashed."""
        return bool(self.removals or self.ids)


@dataclasses.dataclass(frozen=True, slots=True)
class BlockedCall:
    """A call the plan does not let in."""

    index: int
    event: str
    raw: bytes
    message_id: str


@dataclasses.dataclass(frozen=True, slots=True)
class Screened:
    """What is left of a batch, and the calls that were blocked."""

    content: bytes
    blocked: tuple[BlockedCall, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PlannedEvent:
    """An event name as the plan shows it; `calls` and `people` count the latest days, `daily` each of them.

    Of `type` identify or group it is not an event but the traits of people or of accounts.
    """

    name: str
    type: str
    first_seen_at: datetime
    last_seen_at: datetime
    calls: int
    people: int
    properties: int
    is_stopped: bool
    daily: tuple[tuple[date, int], ...] = ()

    @property
    def rule_event(self) -> str:
        """What a rule for its properties names: the event as it is sent, or nothing where there is no such name."""
        return self.name if self.type == "track" else ""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PlannedProperty:
    """A property of an event: how often each type was seen, in how many of the calls that were looked at."""

    name: str
    types: dict[str, int]
    usual_type: str
    seen: int
    looked_at: int
    first_seen_at: datetime
    last_seen_at: datetime
