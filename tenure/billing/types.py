"""Ids, enums and frozen values of billing. Money is whole minor units; prices may be finer and are exact decimals."""

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tenure.kernel.money import Money

TRAITS_BILLED = ("plan", "mrr", "currency", "seats", "renews_at", "subscription_ends_at", "subscription_status")
"""What billing says of an account as traits, for segments and everybody else."""


class Unit(StrEnum):
    """What billing intervals are counted in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_A_YEAR = {Unit.DAY: 365, Unit.WEEK: 52, Unit.MONTH: 12, Unit.QUARTER: 4, Unit.YEAR: 1}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """How often a price is paid: every `count` units. A year has 12 months, 52 weeks or 365 days."""

    unit: Unit = Unit.MONTH
    count: int = 1

    @property
    def a_month(self) -> Fraction:
        """How many times a month the price is paid, exactly: 1/12 for a yearly price."""
        return Fraction(_A_YEAR[self.unit], 12 * self.count)


MONTHLY = Interval()


class Status(StrEnum):
    """Where a subscription stands with its provider.

    PAST_DUE still counts as paying; UNPAID (the provider has given up collecting) and PAUSED do not, though they have
    not ended; INCOMPLETE never began.
    """

    INCOMPLETE = "incomplete"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class TierMode(StrEnum):
    """Whether each unit is priced by the tier it falls in, or all by the tier the quantity reaches."""

    GRADUATED = "graduated"
    VOLUME = "volume"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Tier:
    """Up to `up_to` units (None: any number) cost `unit_amount` each and `flat_amount` once, in minor units."""

    up_to: int | None
    unit_amount: Decimal = Decimal(0)
    flat_amount: Decimal = Decimal(0)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One line of a subscription. Amounts are minor units of the subscription's currency for one `interval`.

    `tiers` replace `unit_amount` where there are any. A metered item has no MRR: its cost is only known afterwards.
    """

    plan: str
    """External id of the price or plan."""
    plan_name: str = ""
    product: str = ""
    quantity: Decimal = Decimal(1)
    unit_amount: Decimal = Decimal(0)
    tiers: tuple[Tier, ...] = ()
    tier_mode: TierMode = TierMode.GRADUATED
    interval: Interval = MONTHLY
    is_metered: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Discount:
    """`percent` (0–100) or `amount` (minor units a bill) off, from `starts_at` until `ends_at`; None: no such limit.

    Applied in their order. A discount on one single invoice is no change of MRR: leave it out.
    """

    percent: Decimal | None = None
    amount: Decimal | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    name: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SubscriptionState:
    """A subscription as its provider described it at `as_of`.

    All states are kept; of two, the later `as_of` is newer, in whatever order they arrive. Whose it is: `account` (the
    account's id in the workspace's own product) or else `customer` (a customer told by `record_customers`, now or
    later). `ended_at` is when it was over in billing; `cancelled_at` when somebody asked for that; `cancel_at` when
    a scheduled end will be.
    """

    source: str
    external_id: str
    as_of: datetime
    status: Status
    started_at: datetime
    currency: str
    items: tuple[Item, ...]
    account: str = ""
    customer: str = ""
    discounts: tuple[Discount, ...] = ()
    trial_end: datetime | None = None
    current_period_end: datetime | None = None
    cancel_at: datetime | None = None
    cancelled_at: datetime | None = None
    ended_at: datetime | None = None
    paused_at: datetime | None = None
    resumes_at: datetime | None = None
    provenance: str = ""
    """Where this is known from: `stripe evt_…`, `csv plans.csv row 17`."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class StateKey:
    """One telling of one subscription, by what makes it the same when it is told again."""

    source: str
    external_id: str
    as_of: datetime
    provenance: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class ToldMark:
    """Something that was announced of an account: which kind of announcement, and as of when."""

    account_id: int
    announced: str
    at: datetime

    @classmethod
    def of(cls, account_id: int, mark: str) -> "ToldMark":
        """Read a mark that was kept when it was announced."""
        kind, *_, micros = mark.split(":")
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(micros))
        return cls(account_id=account_id, announced=_ANNOUNCED.get(kind, "MovementRecorded"), at=at)


_ANNOUNCED = {
    "trial": "TrialStarted", "trial_over": "TrialEnded", "paying": "BecamePaying", "plan": "PlanChanged",
    "ended": "SubscriptionChurned",
}  # fmt: skip


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class CustomerRecord:
    """Somebody who is billed, and which account that is.

    `account` is the account's id in the workspace's own product; without it, whoever has the e-mail address, then whose
    domain it is, is taken, and else an account is made.
    """

    source: str
    external_id: str
    as_of: datetime
    account: str = ""
    email: str = ""
    name: str = ""
    provenance: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PlanRecord:
    """A plan or price as its provider describes it; its name is shown where states of subscriptions say only its id."""

    source: str
    external_id: str
    as_of: datetime
    name: str
    product: str = ""
    currency: str = ""
    unit_amount: Decimal | None = None
    interval: Interval = MONTHLY


class InvoiceStatus(StrEnum):
    """Where an invoice stands."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class InvoiceRecord:
    """An invoice as its provider described it at `as_of`; amounts in minor units."""

    source: str
    external_id: str
    as_of: datetime
    status: InvoiceStatus
    total: Money
    issued_at: datetime
    account: str = ""
    customer: str = ""
    subscription: str = ""
    number: str = ""
    tax: int = 0
    paid: int = 0
    due_at: datetime | None = None
    paid_at: datetime | None = None
    provenance: str = ""


class PaymentKind(StrEnum):
    """Whether money came in or went back, failed to come, was taken off a bill, or is asked back from a bank."""

    PAYMENT = "payment"
    REFUND = "refund"
    FAILURE = "failure"
    CREDIT = "credit"
    DISPUTE = "dispute"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PaymentRecord:
    """Money that came in, went back, or failed to come; never a movement of MRR. `amount` is positive."""

    source: str
    external_id: str
    as_of: datetime
    kind: PaymentKind
    amount: Money
    at: datetime
    account: str = ""
    customer: str = ""
    invoice: str = ""
    provenance: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SpendRecord:
    """What was spent on winning customers, from `first` to `last` day (both included); the same key replaces."""

    source: str
    external_id: str
    first: date
    last: date
    amount: Money
    channel: str = ""
    provenance: str = ""


class Recognition(StrEnum):
    """When churn is counted.

    CANCELLED: when the subscription is over in billing. PERIOD_END: when what was paid for is used up. SCHEDULED: when
    the cancellation was asked for, though it takes effect later.
    """

    CANCELLED = "cancelled"
    PERIOD_END = "period_end"
    SCHEDULED = "scheduled"


class MovementKind(StrEnum):
    """Why MRR changed."""

    NEW = "new"
    EXPANSION = "expansion"
    CONTRACTION = "contraction"
    CHURN = "churn"
    REACTIVATION = "reactivation"


class Direction(StrEnum):
    """Which way a change of plan went, by list price."""

    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    SIDEWAYS = "sideways"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Movement:
    """One change of an account's MRR, in minor units of the workspace's currency at the workspace's fixed rates.

    `by_currency` says the same in the currencies that are paid: {currency: (change, MRR after)}.
    """

    account_id: int
    at: datetime
    kind: MovementKind
    amount: int
    mrr_after: int
    by_currency: Mapping[str, tuple[int, int]]
    plan_from: str
    plan_to: str
    direction: Direction | None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class MovementRow(Movement):
    """A movement as lists show it."""

    id: int
    account_name: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class MovementPage:
    """Part of a list of movements, newest first; an empty cursor is the end."""

    movements: list[MovementRow]
    next_cursor: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class MonthOfMrr:
    """What happened to MRR in a calendar month (UTC). `mrr` is at its end, or now in the month that is under way.

    `accounts_new` paid for the first time ever in it; `accounts_lost` paid at its beginning and no longer at its end.
    `accounts_moved` counts the accounts with movements of each kind, kinds without any left out.
    `group` is "" for everybody; `moved` is what went over to a group from others (or, negative, from it to others).
    """

    month: date
    mrr_before: int
    new: int
    expansion: int
    contraction: int
    churn: int
    reactivation: int
    mrr: int
    accounts_before: int
    accounts: int
    accounts_new: int
    accounts_lost: int
    accounts_moved: Mapping[MovementKind, int]
    group: str = ""
    moved: int = 0


class Label(StrEnum):
    """What the ledger itself says to group MRR by: the plan, or the currencies that an account pays in."""

    PLAN = "plan"
    CURRENCY = "currency"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class AccountOfMonth:
    """An account with movements in a month: their kinds, the group they count in, MRR before and at its end."""

    account_id: int
    group: str
    mrr_before: int
    mrr: int
    kinds: frozenset[MovementKind]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class AccountMrr:
    """An account that pays, and how much a month."""

    account_id: int
    name: str
    mrr: int
    plan: str
    since: datetime


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """What a batch did: records that were new, and those that were known already."""

    new: int
    known: int
    accounts: frozenset[int]
