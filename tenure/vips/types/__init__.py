"""Enums and frozen values of VIPs."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from tenure.segments.types.conditions import Condition

TRAIT = "vip"
"""The trait of an account that says its level; missing where it is no VIP."""
SOURCE = "vips"
PERSON = "person_id"
"""In evidence: whose the fact is, where it is a person's."""


class Wrong(StrEnum):
    """What can be wrong with levels, reasons and terms, besides how they are written."""

    LEVEL_UNKNOWN = "level_unknown"
    TERMS_TWICE = "terms_twice"
    ASKS_ITSELF = "asks_itself"
    ASKS_ITSELF_THROUGH = "asks_itself_through"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Level:
    """One level of VIP: a key that never changes and a name that may."""

    key: str
    name: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reason:
    """One way to become a VIP."""

    key: str
    name: str
    level: str
    when: Condition
    evidence: tuple[str, ...] = ()
    """The traits that are shown as proof."""
    company_domain: bool = False
    """Only accounts of companies with a domain of their own: never of people behind a free mail address."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Terms:
    """What a level is promised, and for how long."""

    level: str
    includes: tuple[str, ...]
    who: str = ""
    """Who gets it, in the words the customer reads."""
    lasts_days: int = 0
    """From the day it was accepted; 0: as long as the account is a VIP of this level."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Definition:
    """Levels, the highest first; the reasons; what is promised."""

    levels: tuple[Level, ...]
    reasons: tuple[Reason, ...]
    terms: tuple[Terms, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The levels in their order."""
        return tuple(level.key for level in self.levels)

    def highest(self, levels: Sequence[str]) -> str:
        """Return the highest of some levels; one that is no longer known counts last."""
        places = {key: n for n, key in enumerate(self.keys)}
        return min(levels, key=lambda key: places.get(key, len(places)))

    def terms_of(self, level: str) -> Terms | None:
        """Return what a level is promised."""
        return next((t for t in self.terms if t.level == level), None)


@dataclasses.dataclass(frozen=True, kw_only=True)
class DefinitionSummary:
    """The rules in force, since when, and when every account was looked at."""

    definition: Definition
    version: int
    changed_at: datetime
    changed_by: str
    swept_at: datetime | None
    error: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class VersionItem:
    """What the rules were from `at` on, and what of that was new."""

    number: int
    at: datetime
    by: str
    text: str
    changes: tuple[str, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Proof:
    """A reason on record: since when, and the facts it rests on."""

    reason: str
    level: str
    since: datetime
    left_at: datetime | None
    evidence: Mapping[str, Any]
    why: Sequence[Mapping[str, Any]] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Accepted:
    """The customer's acceptance of the terms of a level, as a member recorded it or the customer made it."""

    id: int
    account_id: int
    account_name: str
    level: str
    version: int
    includes: tuple[str, ...]
    accepted_by: str
    accepted_on: date
    until: date | None
    recorded_by: str
    recorded_at: datetime
    note: str
    by_link: bool = False
    """The customer accepted by itself, behind a link, at `recorded_at` from `address`."""
    address: str = ""
    browser: str = ""
    language: str = ""
    is_current: bool
    """These are still the terms that the level is promised."""
    is_over: bool
    """Its last day, `until`, has passed."""


class LinkStatus(StrEnum):
    """What can be done with a link: accept by it, or no more, and why."""

    OPEN = "open"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclasses.dataclass(frozen=True, kw_only=True)
class LinkItem:
    """A link by which a customer accepts, as its members see it."""

    id: int
    account_id: int
    level: str
    url: str
    status: LinkStatus
    made_at: datetime
    made_by: str
    expires_at: datetime
    opened_at: datetime | None
    person_name: str
    """Whom it is meant for; empty: nobody in particular."""
    can_be_mailed: bool
    """Their address is known."""
    is_mailed: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Offer:
    """What the customer reads behind a link."""

    workspace_name: str
    account_name: str
    person_name: str
    """Whom it was made for; empty where for nobody in particular."""
    level_name: str
    includes: tuple[str, ...]
    who: str
    lasts_days: int
    expires_at: datetime
    status: LinkStatus
    accepted_by: str
    accepted_at: datetime | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class VipItem:
    """An account that is a VIP: its level, every reason with its proof, and what was accepted."""

    account_id: int
    account_name: str
    level: str
    since: datetime
    proofs: Sequence[Proof]
    accepted: Accepted | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class VipPage:
    """Some VIPs, the latest first; `next_cursor` leads on."""

    items: Sequence[VipItem]
    next_cursor: str | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReasonCount:
    """How many accounts are VIPs for a reason."""

    reason: Reason
    accounts: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class WouldChange:
    """Who would go from one level to another if a change were saved."""

    source: str
    target: str
    accounts: int
    some: Sequence[tuple[int, str]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Preview:
    """What saving a change would do now: who would become a VIP, be one no more, or be of another level."""

    looked_at: int
    counts: Mapping[str, int]
    """Accounts by reason."""
    coming: Sequence[tuple[int, str]]
    going: Sequence[tuple[int, str]]
    coming_count: int
    going_count: int
    changing: Sequence[WouldChange] = ()
