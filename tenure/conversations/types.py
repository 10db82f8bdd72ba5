"""Ids, enums and frozen values of conversations."""

import dataclasses
from datetime import datetime
from enum import StrEnum
from typing import Literal, NewType

TicketId = NewType("TicketId", int)
News = Literal["new", "changed", "same"]
"""What a telling does to a ticket."""

LONGEST_ID = 255
LONGEST_SUBJECT = 500
LONGEST_CHANNEL = 40


class TicketStatus(StrEnum):
    """Where a ticket stands: it waits for us, for the customer, is solved, or is closed for good."""

    OPEN = "open"
    WAITING = "waiting"
    SOLVED = "solved"
    CLOSED = "closed"

    @property
    def is_over(self) -> bool:
        """Whether nobody waits for anything any more."""
        return self in (TicketStatus.SOLVED, TicketStatus.CLOSED)


class Priority(StrEnum):
    """How soon a ticket has to be answered."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Satisfaction(StrEnum):
    """What the customer said of the answer."""

    GOOD = "good"
    NEUTRAL = "neutral"
    BAD = "bad"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class TicketTold:
    """What one source says of one ticket; None says nothing, and takes nothing away.

    `external_id` is the desk's id of it, unique in a workspace. `source` and `row` say where it is known from, and
    `as_of` since when: of two tellings the later one holds.
    """

    external_id: str
    source: str
    as_of: datetime
    row: int = 0
    account_id: int | None = None
    person_id: int | None = None
    subject: str | None = None
    status: TicketStatus | None = None
    priority: Priority | None = None
    channel: str | None = None
    opened_at: datetime | None = None
    first_answered_at: datetime | None = None
    solved_at: datetime | None = None
    satisfaction: Satisfaction | None = None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class TicketState:
    """A ticket as everything that was told of it leaves it."""

    account_id: int | None
    person_id: int | None
    subject: str
    status: TicketStatus
    priority: Priority
    channel: str
    opened_at: datetime
    first_answered_at: datetime | None
    solved_at: datetime | None
    satisfaction: Satisfaction | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class TicketsRecorded:
    """What became of tellings: how many made a ticket, changed one, or said what was known."""

    new: int = 0
    changed: int = 0
    same: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class TicketCounts:
    """The tickets of one account or person: how many wait, and how many were opened over some days."""

    waiting: int
    opened_lately: int
    days: int
