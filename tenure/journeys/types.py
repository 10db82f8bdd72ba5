"""Ids, enums and frozen values of journeys."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime, time
from enum import StrEnum
from typing import Any, NewType

JourneyId = NewType("JourneyId", int)
EnrolmentId = NewType("EnrolmentId", int)


class Subject(StrEnum):
    """Whom a journey enrols."""

    ACCOUNT = "account"
    PERSON = "person"


class JourneyStatus(StrEnum):
    """Whether a journey runs."""

    DRAFT = "draft"
    LIVE = "live"
    PAUSED = "paused"
    ARCHIVED = "archived"


class TriggerKind(StrEnum):
    """What enrols somebody."""

    SEGMENT = "segment"
    EVENT = "event"
    APPEARED = "appeared"


class Reentry(StrEnum):
    """Whether somebody who has been in a journey may come in again."""

    NEVER = "never"
    AFTER_LEAVING = "after_leaving"


class Existing(StrEnum):
    """What a launch does with those who are in the trigger's segment already."""

    ENROL = "enrol"
    LEAVE_OUT = "leave_out"


class Overdue(StrEnum):
    """What resuming does with touches that came due while the journey was paused."""

    MAKE = "make"
    SKIP = "skip"


class EnrolmentStatus(StrEnum):
    """Whether somebody is still in a journey, and how they left it."""

    LIVE = "live"
    FINISHED = "finished"
    GOAL = "goal"
    LEFT = "left"


class LeaveReason(StrEnum):
    """Why an enrolment ended before its last step."""

    EXIT_STEP = "exit_step"
    LEFT_SEGMENT = "left_segment"
    ARCHIVED = "archived"
    MEMBER = "member"
    MERGED = "merged"


class Outcome(StrEnum):
    """What was decided of a touch."""

    MADE = "made"
    SKIPPED = "skipped"
    POSTPONED = "postponed"


class Why(StrEnum):
    """The reason of a decision."""

    DUE = "due"
    HOLDOUT = "holdout"
    CHURNED = "churned"
    CHANNEL_FORBIDDEN = "channel_forbidden"
    NO_PERSON = "no_person"
    NO_ADDRESS = "no_address"
    UNSUBSCRIBED = "unsubscribed"
    JOURNEY_PAUSED = "journey_paused"
    FREQUENCY_CAP = "frequency_cap"
    QUIET_HOURS = "quiet_hours"
    TEMPLATE_GONE = "template_gone"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Window:
    """Hours of the day, by the clock on somebody's wall, on some weekdays (0 is Monday; none given: all).

    It may run past midnight; opening and closing at the same time means always.
    """

    opens: time = time(0)
    closes: time = time(0)
    weekdays: frozenset[int] = frozenset()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Problem:
    """What keeps a journey from running, and where: said in the reader's language by the page."""

    code: str
    place: str
    detail: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Trigger:
    """What enrols: entering a segment, an event by name, or appearing for the first time."""

    kind: TriggerKind
    segment_id: int | None = None
    event: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Goal:
    """What ends an enrolment as reached: an event by name, or entering a segment."""

    event: str = ""
    segment_id: int | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class StepDefinition:
    """One node: its id (stable across versions), its kind in the registry, and what that kind is set to."""

    id: str
    kind: str
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class FieldKind(StrEnum):
    """How a setting of a step is asked for."""

    WHOLE_NUMBER = "whole_number"
    CHOICE = "choice"
    TIME = "time"
    WEEKDAYS = "weekdays"
    TEXT = "text"


@dataclasses.dataclass(frozen=True, kw_only=True)
class StepField:
    """One setting of a step, for a form to ask for: an answer left empty is left out of the settings."""

    name: str
    """Where it stands in the settings: `days`, or `window.opens` for one inside another."""
    kind: FieldKind
    label: str
    explanation: str = ""
    choices: tuple[tuple[int | str, str], ...] = ()
    """For a choice: each value with its name."""
    least: int | None = None
    most: int | None = None
    is_required: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Recipient:
    """Whom at an account a touch goes to: the first of these roles that somebody has, else the primary person."""

    roles: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Definition:
    """All a journey does; kept in versions that never change."""

    trigger: Trigger
    steps: tuple[StepDefinition, ...]
    goal: Goal | None = None
    recipient: Recipient = Recipient()
    reentry: Reentry = Reentry.NEVER
    reentry_days: int = 0
    """How many days after leaving somebody may come in again."""
    leaves_with_segment: bool = False
    """End the enrolment when the subject leaves the trigger's segment."""
    reaches_churned: bool = False
    """Also touch accounts that have churned (winning back)."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Due:
    """An enrolment standing at a step whose moment has come."""

    enrolment_id: int
    journey_id: int
    journey_name: str
    version_id: int
    version: int
    definition: Definition
    step: StepDefinition
    subject: Subject
    account_id: int | None
    person_id: int | None
    account_churned: bool
    entered_at: datetime
    arrived_at: datetime
    due_at: datetime
    touches_from: datetime | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Entrant:
    """Somebody a trigger wants to enrol, since when, and what it rests on."""

    account_id: int | None
    person_id: int | None
    at: datetime
    why: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Advance:
    """The step is over: go on to the next."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stay:
    """Come back to this step at a later moment."""

    until: datetime


@dataclasses.dataclass(frozen=True, kw_only=True)
class Leave:
    """The enrolment ends here."""

    reason: LeaveReason


Move = Advance | Stay | Leave


@dataclasses.dataclass(frozen=True, kw_only=True)
class JourneyCounts:
    """What became of a journey's enrolments and touches."""

    enrolled: int = 0
    live: int = 0
    finished: int = 0
    left: int = 0
    goals: int = 0
    made: int = 0
    skipped: int = 0
    held_out: int = 0
    postponed: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class JourneyRow:
    """One journey in a list."""

    id: int
    name: str
    about: str
    subject: Subject
    status: JourneyStatus
    version: int
    priority: int
    definition: Definition
    trigger_name: str
    changed_at: datetime
    launched_at: datetime | None
    error: str
    """Why its steps cannot be carried out now; "" when they can."""
    counts: JourneyCounts


@dataclasses.dataclass(frozen=True, kw_only=True)
class StepCounts:
    """How many stand at a step now and what was decided there."""

    step: StepDefinition
    standing: int
    made: int
    postponed: int
    skipped: Mapping[str, int]
    """Skipped touches by reason."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class EnrolmentRow:
    """One enrolment of an account or person."""

    id: int
    journey_id: int
    journey_name: str
    version: int
    account_id: int | None
    account_name: str
    person_id: int | None
    person_name: str
    status: EnrolmentStatus
    step: StepDefinition | None
    due_at: datetime | None
    entered_at: datetime
    ended_at: datetime | None
    end_reason: str
    why: Mapping[str, Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class EnrolmentPage:
    """One page of enrolments, the latest first; `next_cursor` is "" on the last."""

    items: tuple[EnrolmentRow, ...]
    next_cursor: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class DecisionRow:
    """Why one touch was or was not made."""

    id: int
    at: datetime
    outcome: Outcome
    reason: Why
    journey_id: int
    journey_name: str
    version: int
    step_id: str
    account_id: int | None
    account_name: str
    person_id: int | None
    person_name: str
    message_id: int | None
    message_status: str
    subject: str
    until: datetime | None
    inputs: Mapping[str, Any]
    postponements: tuple[Mapping[str, Any], ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class DecisionPage:
    """One page of decisions, newest first; `next_cursor` is "" on the last."""

    items: tuple[DecisionRow, ...]
    next_cursor: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class DryRun:
    """Who a launch would enrol now, and what would keep the others out."""

    would_enrol: int
    been_before: int
    in_now: int
    total: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class WouldEnter:
    """How many a definition would let in, and some of them by id.

    Of a segment: who is in it now and may come in. Of events and appearances, which are yet to come: to whom it
    happened in the last `days`.
    """

    count: int
    sample: tuple[int, ...]
    days: int = 0
    been_before: int = 0
    in_now: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Been:
    """Somebody's past in a journey: whether they are in it now, and when they were last out."""

    live: bool
    ended_at: datetime | None
