"""Ids, enums and frozen values of tracking."""

import dataclasses
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from tenure.tracking.types.plan import (
    ID_FIELDS,
    TRAITS_SEEN_AS,
    BlockedCall,
    DriftKind,
    Place,
    PlannedEvent,
    PlannedProperty,
    Quick,
    ReadCall,
    RuleGiven,
    RuleKind,
    Screen,
    Screened,
)

__all__ = [
    "ID_FIELDS",
    "LONGEST_SESSION_GAP",
    "RAW_KEPT",
    "TRAITS_SEEN_AS",
    "USE_TYPES",
    "ArrivedCall",
    "Became",
    "BlockedCall",
    "DayOfUse",
    "DriftKind",
    "EventName",
    "Place",
    "PlannedEvent",
    "PlannedProperty",
    "Quick",
    "ReadCall",
    "RecentIntake",
    "RefusalCount",
    "RefusedCall",
    "RuleGiven",
    "RuleKind",
    "Screen",
    "Screened",
    "SealedBatch",
    "Section",
    "StoredEvent",
    "TimelineItem",
    "TimelinePage",
]

USE_TYPES = ("track", "page", "screen")
"""The types of calls that are events: something a person did."""

LONGEST_SESSION_GAP = 24 * 60
"""Minutes; after a day without use no session goes on."""

RAW_KEPT = 64 * 1024
"""How many bytes of something refused are kept for people to look at."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SealedBatch:
    """One request's calls on their way into the intake log; `content` comes from `intake_log.seal`."""

    workspace_id: int
    write_key_id: int | None
    received_at: datetime
    sent_at: datetime | None
    content: bytes
    event_count: int
    source: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class RefusedCall:
    """Something that was not taken, with a stable `code` and what to tell a person; `raw` may already be cut.

    `batch_id` is the batch of the intake log it was in, when it was refused only there; `most_kept` bytes of `raw` are
    kept.
    """

    workspace_id: int | None
    received_at: datetime
    code: str
    reason: str
    path: str = ""
    write_key: str = ""
    message_id: str = ""
    source: str = ""
    raw: bytes = b""
    size: int = 0
    count: int = 1
    sent_at: datetime | None = None
    batch_id: int | None = None
    most_kept: int = RAW_KEPT


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class ArrivedCall:
    """One call as it lies in the intake log, with what a person recognises it by; `content` is JSON."""

    batch_id: int
    number: int
    received_at: datetime
    write_key_id: int | None
    source: str
    type: str
    event: str
    user_id: str
    anonymous_id: str
    group_id: str
    content: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Became:
    """What became of a call in the intake log; `seconds` from acknowledged to stored, or until now while it waits.

    `person_id` and `account_id` are 0 for nobody and none.
    """

    state: Literal["waiting", "stored", "repeated", "refused"]
    seconds: float
    person_id: int = 0
    account_id: int = 0
    event: str = ""
    at: datetime | None = None
    refusal_id: int = 0
    code: str = ""
    reason: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class RecentIntake:
    """How the intake of a workspace went lately: calls, and seconds from acknowledged to queryable."""

    calls: int
    stored: int
    refused: int
    median_seconds: float
    worst_seconds: float
    per_minute: tuple[int, ...]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class RefusalCount:
    """How many calls were refused for one reason: `count` until now, and `came_in` later, when they were sent again."""

    code: str
    count: int
    came_in: int


class Section(StrEnum):
    """A part of the timeline."""

    USE = "use"
    TOUCHES = "touches"
    SIGNALS = "signals"
    TASKS = "tasks"
    CONVERSATIONS = "conversations"
    FACTS = "facts"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class DayOfUse:
    """How much accounts were used on one UTC day."""

    day: date
    events: int
    active_people: int


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class EventName:
    """An event that has been seen: how often, by how many people, and from when to when."""

    name: str
    events: int
    people: int
    first_at: datetime
    last_at: datetime


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class StoredEvent:
    """One event as it lies in the lake, attributed as of now; `properties` is JSON."""

    message_id: str
    at: datetime
    received_at: datetime
    type: str
    event: str
    person_id: int
    account_id: int
    source: str
    properties: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class TimelineItem:
    """One line of a timeline, to be put into words by its `kind` and `particulars`.

    `kind` is the name of an announcement, or `Used` (particulars: event, type, properties) for something a person did,
    or `TraitsChanged` (particulars: changes, each name and value). Uses in a row by one person are one item: `count` of
    them, from `first_at` to `at`. `source` says where it is known from.
    """

    at: datetime
    first_at: datetime
    section: Section
    kind: str
    particulars: dict[str, Any]
    source: str
    account_id: int | None
    person_id: int | None
    person_name: str
    count: int = 1


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class TimelinePage:
    """One page of a timeline, newest first."""

    items: list[TimelineItem]
    next_cursor: str
