"""Ids, enums and frozen values of experiments."""

import dataclasses
from datetime import datetime
from enum import StrEnum

from tenure.stats.shares import SampleRatio
from tenure.stats.survival import Curve, Difference, LogRank


class Group(StrEnum):
    """Which side of the comparison an account is on, for good."""

    TREATED = "treated"
    HELD_OUT = "held_out"


class Conclusion(StrEnum):
    """What may be said of an effect."""

    CANNOT_TELL = "cannot_tell"
    """Too few accounts, or too little has happened."""
    NO_DIFFERENCE_SEEN = "no_difference_seen"
    """The interval holds no difference, and also some difference."""
    KEPT_MORE = "kept_more"
    KEPT_FEWER = "kept_fewer"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Watched:
    """One account in the comparison: for how many days it was watched, and whether that ended in churn."""

    account_id: int
    group: Group
    assigned_at: datetime
    churned_at: datetime | None
    days: float
    churned: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class GroupResult:
    """How one group has fared: its curve of accounts still customers, and how many there are."""

    group: Group
    curve: Curve
    accounts: int
    churned: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Effect:
    """What being eligible for touches did to retention, by intention to treat.

    `difference` is treated less held out at the horizon (days since assignment). Accounts were assigned between `since`
    and `until`, and watched until `watched_until`, after which nothing is known. `already_churned` had churned before
    they were assigned, and are left out. `visible` is the difference these numbers would usually show.
    """

    since: datetime | None
    until: datetime
    watched_until: datetime
    horizon_days: int
    treated: GroupResult
    held_out: GroupResult
    difference: Difference
    log_rank: LogRank | None
    sample_ratio: SampleRatio
    already_churned: int
    visible: float
    conclusion: Conclusion


@dataclasses.dataclass(frozen=True, kw_only=True)
class EffectWords:
    """An effect in sentences, in the reader's language."""

    headline: str
    details: tuple[str, ...]
    warnings: tuple[str, ...]
    how: tuple[str, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class BalanceRow:
    """How common one value of a trait is in each group; shares are of the accounts of the group."""

    value: str
    treated: int
    held_out: int
    treated_share: float
    held_out_share: float


@dataclasses.dataclass(frozen=True, kw_only=True)
class Balance:
    """Whether a trait is spread alike over the groups, as chance should have made it."""

    trait: str
    rows: tuple[BalanceRow, ...]
    p_value: float

    @property
    def is_uneven(self) -> bool:
        """Whether chance alone hardly ever spreads so unevenly."""
        return self.p_value < 0.001


@dataclasses.dataclass(frozen=True, kw_only=True)
class GroupCounts:
    """How many accounts are in each group."""

    treated: int
    held_out: int
