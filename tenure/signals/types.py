"""Ids, enums and frozen values of signals."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType

SignalId = NewType("SignalId", int)


class SignalStatus(StrEnum):
    """Whether a signal still asks for somebody's attention."""

    OPEN = "open"
    SNOOZED = "snoozed"
    CLOSED = "closed"


class Outcome(StrEnum):
    """Whether there was something to it."""

    TRUE_ALARM = "true_alarm"
    FALSE_ALARM = "false_alarm"


class CloseReason(StrEnum):
    """What closed a signal."""

    MEMBER = "member"
    PASSED = "passed"
    """What was noticed went away by itself."""
    CHURNED = "churned"
    """The account churned with the signal open: it was a true alarm."""
    MERGED = "merged"
    """Its account turned out to be one with another that has such a signal, too."""


class Severity(StrEnum):
    """How much it matters, in the three steps people see; rows keep the number behind it."""

    INFO = "info"
    WATCH = "watch"
    RISK = "risk"


class SignalOrder(StrEnum):
    """How a list of signals is sorted."""

    SEVERITY = "severity"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Finding:
    """Something noticed about an account. While a signal of its kind and reason is open, it brings that up to date."""

    account_id: int
    kind: str
    severity: float
    """0 to 1."""
    evidence: Mapping[str, Any]
    """What it rests on, as JSON; the words are made of it when read."""
    summary: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """The few values the timeline says of it."""
    reason_key: str = ""
    """Keeps apart two open signals of one kind for one account."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Opened:
    """What came of findings: ids of the signals that are new, and of those brought up to date."""

    opened: tuple[int, ...]
    refreshed: tuple[int, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class SignalFilter:
    """Which signals a list shows; None means any."""

    status: SignalStatus | None = SignalStatus.OPEN
    kind: str | None = None
    severity: Severity | None = None
    owner_id: int | None = None
    unowned: bool = False
    account_id: int | None = None
    account_name: str = ""
    opened_since: datetime | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class SignalCounts:
    """How many signals stand where; `open_by_kind` and `open_by_severity` add up to `open`."""

    open: int
    snoozed: int
    closed: int
    unowned: int
    open_by_kind: Mapping[str, int]
    open_by_severity: Mapping[Severity, int]


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrackRecord:
    """How a kind of signal has done: what members said of those that are closed."""

    true_alarms: int
    false_alarms: int
    unsaid: int

    @property
    def precision(self) -> float | None:
        """Share of true alarms among those somebody judged."""
        judged = self.true_alarms + self.false_alarms
        return self.true_alarms / judged if judged else None
