"""Enums and frozen values of the Stripe connector."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

SOURCE = "stripe"
"""What billing calls this source of records."""


class Way(StrEnum):
    """How we were told of an object."""

    EVENT = "event"
    """By an event, which a webhook delivered or a list of events held."""
    LIST = "list"
    """By a row of a list that a back-fill read."""


class Kind(StrEnum):
    """What we read of Stripe, by Stripe's own names."""

    CUSTOMER = "customer"
    PRODUCT = "product"
    PRICE = "price"
    COUPON = "coupon"
    DISCOUNT = "discount"
    SUBSCRIPTION = "subscription"
    INVOICE = "invoice"
    INVOICE_PAYMENT = "invoice_payment"
    CHARGE = "charge"
    REFUND = "refund"
    CREDIT_NOTE = "credit_note"
    DISPUTE = "dispute"
    CHECKOUT = "checkout.session"


EVENTS = (
    "customer.created", "customer.updated", "customer.deleted",
    "customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted",
    "customer.subscription.paused", "customer.subscription.resumed",
    "customer.discount.created", "customer.discount.updated", "customer.discount.deleted",
    "product.created", "product.updated", "price.created", "price.updated", "coupon.created", "coupon.updated",
    "invoice.created", "invoice.updated", "invoice.finalized", "invoice.paid", "invoice.payment_failed",
    "invoice.voided", "invoice.marked_uncollectible", "invoice_payment.paid",
    "charge.succeeded", "charge.failed", "charge.refunded", "refund.created", "refund.updated", "refund.failed",
    "credit_note.created", "credit_note.updated", "credit_note.voided",
    "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed",
    "checkout.session.completed",
)  # fmt: skip
"""Which events an endpoint in Stripe should be subscribed to; others are answered and passed over."""


class Refused(StrEnum):
    """Why something at the door was not taken."""

    TOO_LARGE = "too_large"
    NO_SIGNATURE = "no_signature"
    SIGNATURE_UNREADABLE = "signature_unreadable"
    SIGNATURE_WRONG = "signature_wrong"
    TOO_OLD = "too_old"
    TOO_NEW = "too_new"
    NO_SECRET = "no_secret"  # noqa: S105  (a reason, not a secret)
    NOT_AN_EVENT = "not_an_event"


class MatchBy(StrEnum):
    """What a customer of Stripe's can be known by as an account of ours."""

    METADATA = "metadata"
    REFERENCE = "reference"
    DOMAIN = "domain"
    NAME = "name"
    HAND = "hand"
    MADE = "made"


MATCH_ORDER = (MatchBy.METADATA, MatchBy.REFERENCE, MatchBy.DOMAIN, MatchBy.NAME)
"""The ways that can be put in order; a match by hand, or an account made on purpose, always stands."""


class Phase(StrEnum):
    """The parts of a back-fill, in their order."""

    PRODUCTS = "products"
    PRICES = "prices"
    COUPONS = "coupons"
    CUSTOMERS = "customers"
    CHECKOUTS = "checkouts"
    SUBSCRIPTIONS = "subscriptions"
    INVOICES = "invoices"
    INVOICE_PAYMENTS = "invoice_payments"
    CHARGES = "charges"
    REFUNDS = "refunds"
    CREDIT_NOTES = "credit_notes"
    DISPUTES = "disputes"
    EVENTS = "events"


class Health(StrEnum):
    """How a connection does, worst first."""

    DISCONNECTED = "disconnected"
    KEY_FAILS = "key_fails"
    STUCK = "stuck"
    REFUSING = "refusing"
    WAITING = "waiting"
    WORKING = "working"


@dataclasses.dataclass(frozen=True, kw_only=True)
class KeyCheck:
    """What a key may do: whose account it is, and what it may not read though it should."""

    account_id: str
    account_name: str
    forbidden: tuple[Phase, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class BillTo:
    """A customer of Stripe's as far as finding its account needs it."""

    id: str
    name: str = ""
    email: str = ""
    metadata: Mapping[str, str] = dataclasses.field(default_factory=dict)
    reference: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a back-fill has come."""

    phase: Phase | None
    done: int
    of: int
    rows: int
    unread: int
    """Rows that were fetched and wait to be read."""
    skipped: tuple[Phase, ...]
    started_at: datetime
    finished_at: datetime | None
    held_until: datetime | None
    problem: str
