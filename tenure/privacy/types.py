"""Values of privacy."""

import dataclasses
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias


class SubjectKind(StrEnum):
    """Whom a request is about."""

    PERSON = "person"
    ACCOUNT = "account"


class ErasureStatus(StrEnum):
    """How far an erasure is."""

    WAITING = "waiting"
    DONE = "done"


class Kept(StrEnum):
    """The kinds of data that can be kept for a limited time."""

    EVENTS = "events"
    ROLLUPS = "rollups"
    TIMELINE = "timeline"
    MESSAGES = "messages"
    CALLS = "calls"
    TICKETS = "tickets"
    IMPORTS = "imports"
    AUDIT = "audit"


LEAST_DAYS = {Kept.EVENTS: 100, Kept.ROLLUPS: 100}
"""The shortest time that signals can do with."""
MOST_DAYS = 36_500

Section: TypeAlias = tuple[str, Iterator[dict[str, Any]]]
"""A table of an export: its name and its rows."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Retention:
    """How long a kind of data is kept; `days` None: for ever."""

    kind: Kept
    days: int | None
    changed_at: datetime | None = None
    applied_at: datetime | None = None
    forgotten: int = 0
    """How many rows went when it was applied last."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reach:
    """What an erasure would reach: how many people and accounts, and rows by domain."""

    people: int
    accounts: int
    events: int
    goes: dict[str, int]
    """Rows that are deleted, by domain."""
    emptied: dict[str, int]
    """Rows that stay for the count without what they say of the customer, by domain."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ConsentSaid:
    """One word of a person on one purpose ("product news by e-mail"), and where they said it."""

    person_id: int
    purpose: str
    is_given: bool
    at: datetime
    source: str
    evidence: str = ""
