"""Ids, enums and frozen values of playbooks."""

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, NewType

PlaybookId = NewType("PlaybookId", int)
RunId = NewType("RunId", int)
TaskId = NewType("TaskId", int)


class TriggerKind(StrEnum):
    """What opens a run."""

    SIGNAL = "signal"
    SEGMENT = "segment"
    MANUAL = "manual"


class TaskKind(StrEnum):
    """What kind of work a task is."""

    CALL = "call"
    EMAIL = "email"
    CHECK_IN = "check_in"
    TODO = "todo"


class OwnerRule(StrEnum):
    """Whose a task becomes."""

    ACCOUNT_OWNER = "account_owner"
    """The account's owner; without one, the next of the playbook's pool."""
    POOL = "pool"
    """Always the next of the playbook's pool, in turn."""


class RunStatus(StrEnum):
    """Whether a run is still being worked on."""

    OPEN = "open"
    FINISHED = "finished"


class RunOutcome(StrEnum):
    """How a run ended."""

    SAVED = "saved"
    LOST = "lost"
    NO_CHANGE = "no_change"
    FALSE_ALARM = "false_alarm"
    DONE = "done"
    """Every task was seen to; nobody said more."""
    PASSED = "passed"
    """What opened it went away by itself before the work was done."""
    TAKEN_BACK = "taken_back"
    """Whoever began it took that back before anything was done."""


class TaskStatus(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


class CancelReason(StrEnum):
    """Why tasks were taken off somebody's list."""

    SIGNAL_CLOSED = "signal_closed"
    RUN_FINISHED = "run_finished"
    CHANGE_OVER = "change_over"


class CallOutcome(StrEnum):
    """What came of a call."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    VOICEMAIL = "voicemail"
    WRONG_NUMBER = "wrong_number"
    RESCHEDULED = "rescheduled"


class DayOrder(StrEnum):
    """How a member's day is sorted."""

    VALUE = "value"
    TIME = "time"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Question:
    """One question of a script; an answer becomes the account's trait of this name."""

    text: str
    trait: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class TaskTemplate:
    """One task of a playbook, due so many working days after the run opens."""

    kind: TaskKind
    title: str
    due_in_days: int = 0
    minutes: int = 15
    script: str = ""
    questions: tuple[Question, ...] = ()
    owner: OwnerRule = OwnerRule.ACCOUNT_OWNER


@dataclasses.dataclass(frozen=True, kw_only=True)
class Trigger:
    """What opens a run: a kind of signal, entering a segment, or a member by hand."""

    kind: TriggerKind
    signal_kind: str = ""
    segment_id: int | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Cause:
    """Why a run is opened for an account: what the tasks will say of it."""

    account_id: int
    severity: float = 0.5
    """0 to 1; with the account's MRR it orders a member's day."""
    signal_id: int | None = None
    reason: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """What was noticed, as the signal's evidence or the segment's words."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class NextStep:
    """What a call leads to: a task of its own, on a day or at a moment."""

    title: str
    kind: TaskKind = TaskKind.CALL
    due_on: date | None = None
    starts_at: datetime | None = None
    minutes: int = 15


@dataclasses.dataclass(frozen=True, kw_only=True)
class WantedTask:
    """A task that something below asks for, on a day."""

    account_id: int
    kind: TaskKind
    title: str
    due_on: date
    script: str = ""
    step_id: int | None = None
    """The step of a change of touch models it is."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class WorkingWeek:
    """When the team works, in the workspace's time zone."""

    timezone: str = "UTC"
    ends: time = time(17)


@dataclasses.dataclass(frozen=True, kw_only=True)
class DayTask:
    """One line of a member's day."""

    id: int
    kind: TaskKind
    title: str
    script: str
    questions: tuple[Question, ...]
    account_id: int
    account_name: str
    person_id: int | None
    person_name: str
    run_id: int | None
    playbook_name: str
    minutes: int
    due_at: datetime
    starts_at: datetime | None
    """The moment it was arranged for; None means any time of the day."""
    days_late: int
    status: TaskStatus
    completed_at: datetime | None
    calls_tried: int
    severity: float
    mrr: float | None
    value: float
    why: str
    """The reason for its place, in words."""
    reason: Mapping[str, Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class MyDay:
    """A member's day: what is due, what is done, and how long it takes."""

    day: date
    order: DayOrder
    due: tuple[DayTask, ...]
    ahead: tuple[DayTask, ...]
    """Due in the seven days after."""
    finished: tuple[DayTask, ...]
    minutes_due: int
    minutes_done: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class PlaybookRow:
    """One playbook in a list, with what became of its runs."""

    id: int
    name: str
    about: str
    trigger: Trigger
    trigger_name: str
    is_live: bool
    tasks: int
    runs_open: int
    runs_finished: int
    outcomes: Mapping[str, int]
    tasks_late: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class StartedByHand:
    """The runs a member opened at once, and the entry of the trail by which that is taken back."""

    opened: tuple[int, ...]
    audit_id: int | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class TakenBack:
    """How many runs were taken back, and how many go on because something was done in them."""

    ended: int
    going_on: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Started:
    """What came of opening runs: the new ones and the ones that were open already."""

    opened: tuple[int, ...]
    refreshed: tuple[int, ...]
