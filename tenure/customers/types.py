"""Ids, enums and frozen values of customers."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, NamedTuple, NewType

AccountId = NewType("AccountId", int)
PersonId = NewType("PersonId", int)

Micros = int
"""Microseconds since 1970-01-01 UTC: how moments travel through the intake, where there are very many of them."""

SubjectKind = Literal["account", "person"]


class Role(StrEnum):
    """What a person is to the purchase and the product."""

    BUYER = "buyer"
    EXECUTIVE_SPONSOR = "executive_sponsor"
    INFLUENCER = "influencer"
    MANAGER = "manager"
    EXECUTIVE = "executive"
    ADMINISTRATOR = "administrator"
    POWER_USER = "power_user"
    CHAMPION = "champion"
    IT = "it"
    USER = "user"


class Stage(StrEnum):
    """Where an account is in its life with us."""

    TRIAL = "trial"
    ONBOARDING = "onboarding"
    ACTIVE = "active"
    CHURNED = "churned"
    WON_BACK = "won_back"


class CallKind(StrEnum):
    """What a call says: that somebody did something, or what somebody or something is."""

    USE = "use"
    IDENTIFY = "identify"
    GROUP = "group"
    ALIAS = "alias"


SIGN_UP_EVENTS = frozenset({"signed up", "account created"})
START_EVENTS = frozenset({"subscription started", "subscription reactivated", "subscription resumed"})
END_EVENTS = frozenset({"subscription cancelled", "subscription canceled", "account deleted"})
LIFECYCLE_EVENTS = SIGN_UP_EVENTS | START_EVENTS | END_EVENTS
"""Names of events, in lower case, that say where an account is in its life."""


JUNK_IDS = frozenset({"null", "undefined", "none", "nan", "nil", "(null)", "[object object]"})
"""What programs send, in lower case, when they meant nobody; taken as an id it would make strangers one person."""


class Call(NamedTuple):
    """Who one call, or many calls of use by the same ids, belongs to; and what it says about them.

    Calls of use that name the same ids may be folded into one with `first_at` and `last_at`; those whose event is one
    of `LIFECYCLE_EVENTS` stand alone.
    """

    kind: CallKind
    user_id: str | None
    anonymous_id: str | None
    group_id: str | None
    first_at: Micros
    last_at: Micros
    source: str
    traits: Mapping[str, Any] | None = None
    event: str = ""
    previous_id: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Resolution:
    """Whose each call was, in their order; 0 is nobody (or no account).

    `person_ids` are the traces the calls were made under and never change; `people` says who each trace is known to be
    now. `account_ids` are where the calls count, `named` whether the call said so itself. Calls folded into one may
    count for several accounts: of those in `folded_over` only the stored events say when they were used last.
    """

    person_ids: list[int]
    account_ids: list[int]
    named: list[bool]
    people: dict[int, int]
    touched_people: frozenset[int]
    touched_accounts: frozenset[int]
    folded_over: frozenset[int] = frozenset()


class Seen(NamedTuple):
    """When something was first heard of an account, and when it was used last; None: never."""

    first: datetime
    last: datetime | None


class ReattributionKind(StrEnum):
    """How past use came to count elsewhere."""

    PERSON = "person"
    ACCOUNT = "account"
    HOME = "home"
    SEEN = "seen"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reattributed:
    """Use between `first_at` and `last_at` that counted for `before_id` counts for `new_id` from now on.

    PERSON: the trace `old_id` is the person `new_id`. ACCOUNT: the account of one `old_id` joined `new_id`.
    HOME: the accounts of the person `new_id` changed in a way that moves past use.
    SEEN: the account `old_id` was parted from another, so when it was used last has to be read anew.
    """

    id: int
    kind: ReattributionKind
    old_id: int
    new_id: int
    before_id: int
    first_at: datetime
    last_at: datetime


@dataclasses.dataclass(frozen=True, kw_only=True)
class ObservedTrait:
    """A trait seen on accounts or people: its type, how many have it, and the values seen most."""

    name: str
    type: Literal["text", "number", "boolean", "date", "list", "object"]
    subjects: int
    samples: tuple[str, ...]


class ValueSeen(NamedTuple):
    """A value of a trait, as text, and how many accounts or people have it, or had."""

    text: str
    subjects: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class KnownTrait:
    """A fact as it is known now, where it came from and since when."""

    name: str
    value: Any
    source: str
    since: datetime


@dataclasses.dataclass(frozen=True, kw_only=True)
class PersonAtAccount:
    """A person as an account's page lists them."""

    id: int
    name: str
    email: str
    external_id: str | None
    role: Role
    is_primary: bool
    since: datetime
    first_seen_at: datetime
    last_seen_at: datetime | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReachablePerson:
    """Somebody at an account who can be written to."""

    account_id: int
    person_id: int
    role: Role
    email: str
    timezone: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccountOfPerson:
    """An account as a person's page lists it."""

    id: int
    name: str
    is_solo: bool
    role: Role
    is_primary: bool
    since: datetime


@dataclasses.dataclass(frozen=True, kw_only=True)
class CustomerSet:
    """People and accounts that something is asked about, with the traces that turned out to be theirs."""

    person_ids: frozenset[int] = frozenset()
    account_ids: frozenset[int] = frozenset()
    words: tuple[str, ...] = ()
    """What they are called where no column names them: ids, addresses, names."""

    @property
    def named(self) -> dict[str, frozenset[int]]:
        """Give the ids by the table they are of, as `kernel.keeping` wants them."""
        return {"customers.person": self.person_ids, "customers.account": self.account_ids}


class TraitType(StrEnum):
    """What a trait's values are."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    LIST = "list"


class TraitTest(StrEnum):
    """How a list of accounts can be narrowed by a trait."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    IS_SET = "is_set"
    IS_NOT_SET = "is_not_set"


@dataclasses.dataclass(frozen=True, kw_only=True)
class TraitFilter:
    """One condition on a trait; text is compared without regard to case, `value` is ignored by the last two tests."""

    name: str
    test: TraitTest
    value: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccountFilter:
    """Which accounts a list shows; what is left out does not narrow it.

    `seen_before` includes accounts never seen. `ids` narrows to given accounts, for instance those in a segment.
    """

    search: str = ""
    owner_ids: tuple[int, ...] = ()
    without_owner: bool = False
    stages: tuple[Stage, ...] = ()
    seen_before: datetime | None = None
    seen_after: datetime | None = None
    traits: tuple[TraitFilter, ...] = ()
    is_solo: bool | None = None
    ids: tuple[int, ...] | None = None


AccountSort = Literal[
    "name",
    "-name",
    "last_seen_at",
    "-last_seen_at",
    "signed_up_at",
    "-signed_up_at",
    "owner",
    "-owner",
    "mrr",
    "-mrr",
    "health",
    "-health",
    "risk",
    "-risk",
]
"""What a list of accounts can be sorted by; a minus sign turns it round. Accounts without the value come last."""


class Sureness(StrEnum):
    """How a number of rows is meant: large lists are not counted one by one."""

    EXACT = "exact"
    ABOUT = "about"
    MORE_THAN = "more_than"


@dataclasses.dataclass(frozen=True)
class HowMany:
    """A number of rows, and how it is meant."""

    rows: int
    sureness: Sureness = Sureness.EXACT


@dataclasses.dataclass(frozen=True, kw_only=True)
class Words:
    """What one source said within a span of time; `source` is how the names of its rows begin."""

    source: str
    first_at: datetime
    last_at: datetime
