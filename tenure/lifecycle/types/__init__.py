"""Enums and frozen values of lifecycle."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from tenure.segments.types.conditions import Condition

TRAIT = "lifecycle_stage"
"""The trait of an account that says its stage."""
SOURCE = "lifecycle"


class CauseOfStay(StrEnum):
    """What made an account come to its stage, or leave it.

    It was seen for the first time, its facts or use changed, time passed, the stages were changed, a member put it
    there, that was taken back, or it became part of another account.
    """

    FIRST = "first"
    HAPPENING = "happening"
    TIME = "time"
    DEFINITION = "definition"
    MEMBER = "member"
    TAKEN_BACK = "taken_back"
    MERGED = "merged"


class Way(StrEnum):
    """How a member may put accounts into a stage: only where a transition leads there, or as an exception too."""

    TRANSITION = "transition"
    EXCEPTION = "exception"


class Wrong(StrEnum):
    """What can be wrong with stages and transitions, besides how they are written."""

    STAGE_UNKNOWN = "stage_unknown"
    NOWHERE = "nowhere"
    UNREACHABLE = "unreachable"
    NOTHING_ASKED = "nothing_asked"
    NEVER_FIRES = "never_fires"
    LOOP = "loop"
    ASKS_ITSELF = "asks_itself"
    ASKS_ITSELF_THROUGH = "asks_itself_through"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage: a key that never changes and a name that may."""

    key: str
    name: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Transition:
    """What leads from one stage to another: a condition, and days that have to be spent in the stage before."""

    source: str
    target: str
    when: Condition | None = None
    after_days: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Machine:
    """Stages, of which the first is where accounts begin, and transitions, of which the first that fires wins."""

    stages: tuple[Stage, ...]
    transitions: tuple[Transition, ...]

    @property
    def start(self) -> str:
        """The stage where accounts begin."""
        return self.stages[0].key

    @property
    def keys(self) -> tuple[str, ...]:
        """The stages in their order."""
        return tuple(stage.key for stage in self.stages)

    def leaving(self, key: str) -> list[tuple[int, Transition]]:
        """Return the transitions that lead away from a stage, each with its place among all."""
        return [(n, t) for n, t in enumerate(self.transitions) if t.source == key]


@dataclasses.dataclass(frozen=True, kw_only=True)
class MachineSummary:
    """The stages in force, since when, and how far they have been followed."""

    machine: Machine
    version: int
    changed_at: datetime
    changed_by: str
    followed_at: datetime | None
    error: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class VersionItem:
    """What the stages were from `at` on, and what of that was new."""

    number: int
    at: datetime
    by: str
    text: str
    changes: tuple[str, ...]
    """The lines that came and went against the version before, with + and − in front."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class StageCount:
    """A stage with how many accounts are in it, and how long those that left had stayed."""

    stage: Stage
    accounts: int
    left: int
    """How many stays with a known beginning have ended."""
    median_days: float | None
    low_days: float | None
    high_days: float | None
    """The median stay of those, in days, with a 95 % interval; None where so few cannot say."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Moves:
    """How many accounts went from one stage to another within a window."""

    source: str
    target: str
    accounts: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class PlacementItem:
    """A member's word that an account is in a stage, by which it stays there until a day (included) or for good."""

    id: int
    account_id: int
    account_name: str
    stage: str
    reason: str
    until: date | None
    is_exception: bool
    """No transition led there."""
    at: datetime
    by: str
    ended_at: datetime | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class PlacementPage:
    """Some of them, the latest first; `next_cursor` leads on."""

    items: Sequence[PlacementItem]
    next_cursor: str | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class WouldPut:
    """What putting accounts into a stage would do: who goes there by a transition, and who as an exception."""

    led: Sequence[int]
    exceptions: Sequence[int]
    there: Sequence[int]
    """They are there already, and would be held there."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Put:
    """Who was put into a stage or held there, who was left where they are, and the audit entry that undoes it."""

    placed: Sequence[int]
    left: Sequence[int]
    """No transition led there, and no exception was asked for."""
    audit_id: int | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class StayItem:
    """An account's stay in a stage."""

    id: int
    account_id: int
    account_name: str
    stage: str
    came_from: str
    entered_at: datetime
    left_at: datetime | None
    is_first: bool
    """It was there already when we began to watch: at least since then."""
    cause: CauseOfStay
    version: int
    why: Sequence[Mapping[str, Any]] = ()
    """The parts of the condition that led here, with what they looked at."""
    left_cause: CauseOfStay | None = None
    """What made it leave."""
    placement: PlacementItem | None = None
    """Where a member put it here: who, and why."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class StayPage:
    """Some stays, the latest first; `next_cursor` leads on."""

    items: Sequence[StayItem]
    next_cursor: str | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class WouldMove:
    """Who would go from one stage to another if a change were saved: how many, and some of them by id and name."""

    source: str
    target: str
    accounts: int
    some: Sequence[tuple[int, str]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Preview:
    """What saving a change would do now."""

    looked_at: int
    moving: Sequence[WouldMove]
    counts: Mapping[str, int]

    @property
    def moves(self) -> int:
        """How many accounts would move."""
        return sum(each.accounts for each in self.moving)
