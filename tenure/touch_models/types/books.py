"""Frozen values of members' books: how much each can look after, pooled books with a target, and giving out."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum


class Of(StrEnum):
    """What a retention target counts."""

    ACCOUNTS = "accounts"
    REVENUE = "revenue"


class WrongBook(StrEnum):
    """What can be wrong with books, besides how they are written."""

    MEMBER_UNKNOWN = "member_unknown"
    TIMEZONE_UNKNOWN = "timezone_unknown"
    BOOK_MODEL_UNKNOWN = "book_model_unknown"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Capacity:
    """How much a member can look after; None: no bound."""

    email: str
    accounts: int | None = None
    mrr: int | None = None
    """In whole units of the workspace's currency."""
    minutes_a_week: int | None = None
    languages: tuple[str, ...] = ()
    timezone: str = ""
    skills: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Pool:
    """A book of many accounts that some members look after together, with the share of them to keep."""

    name: str
    models: tuple[str, ...]
    members: tuple[str, ...]
    keep_percent: int
    of: Of = Of.ACCOUNTS
    days: int = 365


@dataclasses.dataclass(frozen=True, kw_only=True)
class Books:
    """Who can look after how much, and the pooled books."""

    members: tuple[Capacity, ...] = ()
    pooled: tuple[Pool, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class BooksSummary:
    """The books in force."""

    books: Books
    version: int
    changed_at: datetime | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Attainment:
    """How much of a pooled book was kept over its window, against its target."""

    kept: int
    of: int
    """Accounts, or minor units of revenue, that there were when the window began, and how many of them are left."""
    share: float | None
    low: float | None
    high: float | None
    target: float
    short: int
    """How many accounts (or how much revenue) are missing to the target; 0 when it is reached."""
    may_lose: int
    """How many more may leave before the target is missed."""

    @property
    def is_reached(self) -> bool | None:
        """Tell whether the target is reached; None where there is nothing to count."""
        return None if self.share is None else self.share >= self.target


@dataclasses.dataclass(frozen=True, kw_only=True)
class OwnKept:
    """Of the accounts a member looked after when a window began, how many are still customers, whoever has them now."""

    kept: int
    of: int
    days: int
    share: float | None
    low: float | None
    high: float | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class PoolItem:
    """A pooled book with its accounts and what was kept."""

    pool: Pool
    accounts: int
    mrr: int
    minutes: int
    members: Sequence[tuple[int, str]]
    attainment: Attainment


@dataclasses.dataclass(frozen=True, kw_only=True)
class MemberBook:
    """What a member looks after, against what they can."""

    member_id: int
    name: str
    email: str
    accounts: int
    mrr: int
    """In minor units of the workspace's currency."""
    minutes: int
    """A week, those included that pooled books take of their time."""
    pooled_minutes: int
    capacity: Capacity | None
    over: tuple[str, ...]
    """Which bounds are passed: accounts, mrr, minutes_a_week."""
    pooled: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Given:
    """An account given to a member, with the reasons."""

    account_id: int
    account_name: str
    from_id: int | None
    to_id: int | None
    """None: nobody has room."""
    to_name: str
    speaks: str = ""
    """The language they share, where the account's is known."""
    hours_apart: float | None = None
    knows: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    load: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ProposalItem:
    """A proposal that was asked for: being worked out, or worked out and kept."""

    asked_at: datetime
    asked_by: str
    done_at: datetime | None
    error: str
    giving_out: "GivingOut | None"
    is_old: bool
    """The books were changed since."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class GivingOut:
    """Accounts to be given out: to whom, and how near to the best possible that is."""

    given: Sequence[Given]
    unplaced: int
    is_best: bool
    """It is proved that there is nothing better; else it costs at most `gap` more than the best."""
    gap: float
    before: Mapping[int, int]
    after: Mapping[int, int]
    """How many accounts each member has, before and after."""
