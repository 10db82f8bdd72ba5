"""Ids, enums and frozen values of signals."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NewType

from tenure.stats.proportions import Interval, share

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


class FalseReason(StrEnum):
    """Why there was nothing to a false alarm."""

    SEASON = "season"
    """A holiday, a quiet season, an event."""
    AGREED = "agreed"
    """Known and agreed with the customer."""
    RECORDS = "records"
    """What we record was wrong or incomplete."""
    TOO_SMALL = "too_small"
    """True, but too small to matter."""
    OTHER = "other"


class CloseReason(StrEnum):
    """What closed a signal."""

    MEMBER = "member"
    PASSED = "passed"
    """What was noticed went away by itself."""
    CHURNED = "churned"
    """The account churned after it was opened: it was a true alarm."""
    TOO_LATE = "too_late"
    """The account had churned already when it was opened: it foretold nothing, and is no alarm of either kind."""
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
    MONEY = "money"
    ACCOUNT = "account"
    """The accounts with the most severe signal first, each with all of its own."""


class EvidenceKind(StrEnum):
    """What a piece of evidence opens."""

    PERSON = "person"
    TICKET = "ticket"
    SEGMENT = "segment"
    EVENTS = "events"
    """The account's timeline of use, between two days."""
    ACCOUNT = "account"


@dataclasses.dataclass(frozen=True, kw_only=True)
class EvidenceLink:
    """Something a signal rests on that a member can open: one row by its id, or events between two days."""

    kind: EvidenceKind
    id: int | None = None
    since: date | None = None
    until: date | None = None
    words: str = ""
    """What to call it where its own name does not say why it is here: the name of an event."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Finding:
    """Something noticed about an account. While a signal of its kind and reason is open, it brings that up to date.

    Say how sure it is (`confidence`) and leave `severity` out: it comes from money and confidence, so that signals of
    all kinds stand in one order. A `severity` that is said is taken as it is.
    """

    account_id: int
    kind: str
    severity: float | None = None
    """0 to 1; None: by `rules.severity_of`, from money and confidence."""
    evidence: Mapping[str, Any]
    """What it rests on, as JSON; the words are made of it when read."""
    summary: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """The few values the timeline says of it."""
    reason_key: str = ""
    """Keeps apart two open signals of one kind for one account."""
    amount_minor: int | None = None
    """The monthly revenue at stake, in minor units; None: all the account pays now, as far as that is known."""
    currency: str = ""
    """Of the amount; empty: the workspace's."""
    confidence: float | None = None
    """How sure it is that there is something to it, 0 to 1."""
    links: tuple[EvidenceLink, ...] = ()
    """What it rests on that can be opened."""

    def __post_init__(self) -> None:
        if self.severity is None and self.confidence is None:
            raise ValueError("a finding says how severe it is, or how sure")
        if self.confidence is not None and not 0 <= self.confidence <= 1:
            raise ValueError("a confidence is a share")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Opened:
    """What came of findings: ids of the signals that are new, brought up to date, and of these those woken by it."""

    opened: tuple[int, ...]
    refreshed: tuple[int, ...]
    woken: tuple[int, ...] = ()
    """Snoozed signals that are open again because it has become worse."""
    muted: int = 0
    """Findings that opened nothing because a member muted their account or kind."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why a signal was opened, in the reader's language: one line, its particulars, and how it was found."""

    headline: str
    details: tuple[str, ...] = ()
    how: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class SignalRule:
    """What opens signals of one kind, as members read of it. Words are asked for in the reader's language."""

    kind: str
    name: Callable[[], str]
    definition: Callable[[], tuple[str, ...]]
    """When such a signal opens and closes, a sentence each."""
    explain: Callable[[Mapping[str, Any]], Explanation]
    """Put the evidence of one signal into words."""
    links: Callable[[Mapping[str, Any]], tuple[EvidenceLink, ...]] = lambda evidence: ()
    """What of the evidence can be opened, beside the links that a finding brought."""
    settings: str = ""
    """The name of the page where it is set, if it can be."""
    settings_id: int | None = None
    """What that page is about."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Changed:
    """What came of changing many signals: how many, and the audit entry by which it can be taken back."""

    ids: tuple[int, ...]
    audit_id: int | None


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
    outcome: Outcome | None = None
    is_unsaid: bool = False
    """Only closed ones of which nobody has said how they turned out."""
    closed_from: datetime | None = None
    closed_before: datetime | None = None


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
    false_reasons: Mapping[FalseReason, int] = dataclasses.field(default_factory=dict)
    """Why there was nothing to the false alarms, where a member said so."""

    @property
    def judged(self) -> int:
        """How many somebody judged."""
        return self.true_alarms + self.false_alarms

    @property
    def precision(self) -> float | None:
        """Share of true alarms among those somebody judged."""
        return self.true_alarms / self.judged if self.judged else None

    @property
    def interval(self) -> Interval:
        """The same with Wilson's 95 % interval."""
        return share(self.true_alarms, self.judged)

    @property
    def unsaid_share(self) -> float | None:
        """Share of the closed ones of which nobody has said how they turned out."""
        closed = self.judged + self.unsaid
        return self.unsaid / closed if closed else None


@dataclasses.dataclass(frozen=True, kw_only=True)
class MonthOfRecord:
    """How the signals of a kind turned out that closed in one month (UTC)."""

    month: date
    record: TrackRecord


@dataclasses.dataclass(frozen=True, kw_only=True)
class KindCounts:
    """How many signals of a kind there are: open, snoozed, and opened within the last thirty days."""

    open: int = 0
    snoozed: int = 0
    opened_lately: int = 0
