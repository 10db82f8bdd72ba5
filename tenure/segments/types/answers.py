"""What queries of segments answer with."""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from tenure.segments.types import Cause, Subject
from tenure.segments.types.conditions import Condition, Leaf, Listed


@dataclasses.dataclass(frozen=True, kw_only=True)
class SegmentSummary:
    """A segment as lists show it. `size_week_ago` is None while it is younger than a week."""

    id: int
    name: str
    description: str
    subject: Subject
    condition: Condition | None
    """None when what is stored cannot be read any more; `error` says why."""
    version: int
    size: int
    size_week_ago: int | None
    created_at: datetime
    changed_at: datetime
    evaluated_at: datetime | None
    paused_at: datetime | None
    archived_at: datetime | None
    error: str

    @property
    def is_static(self) -> bool:
        """Whether members say who is in it, instead of a condition."""
        return isinstance(self.condition, Listed)

    @property
    def change(self) -> int | None:
        """How many more are in than a week ago."""
        return None if self.size_week_ago is None else self.size - self.size_week_ago


@dataclasses.dataclass(frozen=True, kw_only=True)
class Named:
    """An account or a person as a list of segments' members shows it."""

    id: int
    name: str
    detail: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class MemberItem:
    """Somebody in a segment, since when."""

    membership_id: int
    who: Named
    since: datetime


@dataclasses.dataclass(frozen=True, kw_only=True)
class MemberPage:
    """Some of those in a segment, the latest first; `next_cursor` leads on."""

    items: Sequence[MemberItem]
    next_cursor: str | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class LeafReason:
    """One leaf of a condition: what it looked at and whether it held."""

    path: str
    leaf: Leaf
    value: Any
    held: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class HistoryItem:
    """Somebody having entered or left.

    `turned` are the leaves whose truth had turned when they left; empty where the condition was changed in between.
    """

    at: datetime
    entered: bool
    cause: Cause | None
    who: Named
    turned: Sequence[LeafReason] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class HistoryPage:
    """Who entered and left, the latest first; `next_cursor` leads on."""

    items: Sequence[HistoryItem]
    next_cursor: str | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class SizeOnDay:
    """How many were in a segment at the end of a day (UTC)."""

    day: date
    size: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Preview:
    """What a condition selects now; against a saved segment also who would enter and who would leave."""

    looked_at: int
    count: int
    sample: Sequence[Named]
    entering: int = 0
    entering_sample: Sequence[Named] = ()
    leaving: int = 0
    leaving_sample: Sequence[Named] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reasons:
    """Why somebody is or is not in a segment: now, and as it was judged when they entered."""

    is_member: bool
    since: datetime | None
    holds_now: bool
    now: Sequence[LeafReason]
    at_entry: Sequence[LeafReason]


@dataclasses.dataclass(frozen=True, kw_only=True)
class MembershipItem:
    """A segment that an account or person is in."""

    segment_id: int
    segment_name: str
    since: datetime


@dataclasses.dataclass(frozen=True, kw_only=True)
class VersionItem:
    """What a segment's condition was from `at` on."""

    number: int
    condition: Condition | None
    at: datetime
    by: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Overlap:
    """How many two segments have in common. `jaccard` is the share of those in either that are in both."""

    first_id: int
    second_id: int
    both: int
    either: int

    @property
    def jaccard(self) -> float | None:
        """From 0 (nobody) to 1 (the same); None where both are empty."""
        return self.both / self.either if self.either else None


@dataclasses.dataclass(frozen=True, kw_only=True)
class ListRead:
    """Who was meant by a list of ids or addresses: `found` by what was written, and what nobody is known by."""

    found: Sequence[tuple[str, int]]
    unknown: Sequence[str]
