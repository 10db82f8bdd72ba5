"""Stripe's objects as they come over the wire, as far as we read them: the border where untrusted JSON becomes values.

One set of structures reads every API version since 2019: what moved (the period to the items, the coupon into `source`,
an invoice's subscription into `parent`) is looked for in both places. Unknown fields are passed over.
"""

from decimal import Decimal
from typing import Any

import msgspec

from tenure.connectors.stripe.wire_objects import Named as Named
from tenure.connectors.stripe.wire_objects import Reference as Reference
from tenure.connectors.stripe.wire_objects import _Wire as _Wire
from tenure.connectors.stripe.wire_objects import at as at
from tenure.connectors.stripe.wire_objects import id_of as id_of
from tenure.connectors.stripe.wire_objects import moment as moment
from tenure.connectors.stripe.wire_objects import read as read


class Recurring(msgspec.Struct, frozen=True):
    """How often a price is paid."""

    interval: str = "month"
    interval_count: int = 1
    usage_type: str = "licensed"


class TierTerms(msgspec.Struct, frozen=True):
    """One tier of a price."""

    up_to: int | str | None = None
    unit_amount: Decimal | None = None
    unit_amount_decimal: Decimal | None = None
    flat_amount: Decimal | None = None
    flat_amount_decimal: Decimal | None = None


class Packages(msgspec.Struct, frozen=True):
    """Units that are sold in packages."""

    divide_by: int = 1
    round: str = "up"


class Price(_Wire, frozen=True):
    """A price."""

    active: bool = True
    currency: str = ""
    product: Reference = None
    nickname: str | None = None
    recurring: Recurring | None = None
    billing_scheme: str = "per_unit"
    unit_amount: Decimal | None = None
    unit_amount_decimal: Decimal | None = None
    tiers: list[TierTerms] | None = None
    tiers_mode: str | None = None
    transform_quantity: Packages | None = None


class AppliesTo(msgspec.Struct, frozen=True):
    """The products a coupon is for."""

    products: list[str] = []


class OffInCurrency(msgspec.Struct, frozen=True):
    """What a coupon takes off in one currency."""

    amount_off: Decimal | None = None


class Coupon(_Wire, frozen=True):
    """The terms of discounts."""

    name: str | None = None
    percent_off: Decimal | None = None
    amount_off: Decimal | None = None
    currency: str | None = None
    currency_options: dict[str, OffInCurrency] | None = None
    duration: str = "forever"
    applies_to: AppliesTo | None = None


class CouponSource(msgspec.Struct, frozen=True):
    """Where newer versions keep a discount's coupon."""

    coupon: str | Coupon | None = None


class Discount(_Wire, frozen=True):
    """A coupon as somebody has it."""

    coupon: str | Coupon | None = None
    source: CouponSource | None = None
    customer: Reference = None
    subscription: str | None = None
    start: int | None = None
    end: int | None = None

    @property
    def terms(self) -> str | Coupon | None:
        """The coupon, or its id."""
        return self.coupon if self.coupon is not None else self.source.coupon if self.source else None


class Item(_Wire, frozen=True):
    """One line of a subscription."""

    price: Price | None = None
    quantity: Decimal | None = None
    discounts: list[str | Discount] | None = None
    current_period_end: int | None = None


class Items(msgspec.Struct, frozen=True):
    """The lines of a subscription."""

    data: list[Item] = []
    has_more: bool = False


class Pause(msgspec.Struct, frozen=True):
    """What happens to bills while collection is paused."""

    behavior: str = "void"
    resumes_at: int | None = None


class Subscription(_Wire, frozen=True):
    """A subscription."""

    customer: Reference = None
    status: str = ""
    currency: str | None = None
    items: Items = Items()
    discount: Discount | None = None
    discounts: list[str | Discount] | None = None
    start_date: int | None = None
    trial_end: int | None = None
    current_period_end: int | None = None
    cancel_at: int | None = None
    cancel_at_period_end: bool = False
    canceled_at: int | None = None
    ended_at: int | None = None
    pause_collection: Pause | None = None

    @property
    def is_cut_short(self) -> bool:
        """Only the first ten items are there."""
        return self.items.has_more

    @property
    def period_end(self) -> int | None:
        """When what is being paid for ends: the last of the items' periods."""
        ends = [i.current_period_end for i in self.items.data if i.current_period_end]
        return max(ends) if ends else self.current_period_end

    @property
    def given(self) -> list[str | Discount]:
        """The subscription's own discounts, or their ids."""
        if self.discounts is not None:
            return self.discounts
        return [self.discount] if self.discount else []


class Customer(_Wire, frozen=True):
    """Somebody who is billed."""

    name: str | None = None
    email: str | None = None
    metadata: dict[str, str] | None = None
    discount: Discount | None = None


class Transitions(msgspec.Struct, frozen=True):
    """When an invoice came into each status."""

    finalized_at: int | None = None
    paid_at: int | None = None


class OfSubscription(msgspec.Struct, frozen=True):
    """The subscription that an invoice or a line is of, and of a line the item."""

    subscription: Reference = None
    subscription_item: Reference = None
    proration: bool = False


class InvoiceParent(msgspec.Struct, frozen=True):
    """What an invoice or one of its lines came from."""

    subscription_details: OfSubscription | None = None
    subscription_item_details: OfSubscription | None = None


class TaxAmount(msgspec.Struct, frozen=True):
    """One tax of an invoice."""

    amount: int = 0


class Period(msgspec.Struct, frozen=True):
    """From when to when something was paid for."""

    start: int = 0
    end: int = 0


class LineDiscount(msgspec.Struct, frozen=True):
    """What one discount took off a line."""

    amount: int = 0
    discount: Reference = None


class PriceDetails(msgspec.Struct, frozen=True):
    """Which price a line is by."""

    price: Reference = None


class Pricing(msgspec.Struct, frozen=True):
    """Where newer versions keep a line's price."""

    price_details: PriceDetails | None = None


class Line(msgspec.Struct, frozen=True):
    """One line of an invoice."""

    id: str = ""
    amount: int = 0
    period: Period | None = None
    parent: InvoiceParent | None = None
    pricing: Pricing | None = None
    price: Price | None = None
    subscription: Reference = None
    subscription_item: Reference = None
    proration: bool = False
    discount_amounts: list[LineDiscount] | None = None

    @property
    def price_id(self) -> str:
        """Which price it is by."""
        if self.price is not None:
            return self.price.id
        details = self.pricing.price_details if self.pricing else None
        return id_of(details.price) if details else ""


class Lines(msgspec.Struct, frozen=True):
    """The lines of an invoice."""

    data: list[Line] = []
    has_more: bool = False


BILLED = frozenset({"open", "paid", "uncollectible"})
"""What an invoice is that somebody was asked to pay."""


class Invoice(_Wire, frozen=True):
    """An invoice."""

    customer: Reference = None
    status: str | None = None
    currency: str = ""
    number: str | None = None
    total: int = 0
    amount_paid: int = 0
    tax: int | None = None
    total_taxes: list[TaxAmount] | None = None
    due_date: int | None = None
    subscription: Reference = None
    parent: InvoiceParent | None = None
    status_transitions: Transitions = Transitions()
    charge: Reference = None
    payment_intent: Reference = None
    lines: Lines = Lines()

    @property
    def is_cut_short(self) -> bool:
        """Whether it was written and has more lines than it was told with."""
        return self.lines.has_more and self.status in BILLED

    @property
    def of_subscription(self) -> str:
        """The subscription it is of."""
        details = self.parent.subscription_details if self.parent else None
        return id_of(self.subscription) or (id_of(details.subscription) if details else "")


class Paying(msgspec.Struct, frozen=True):
    """What paid an invoice."""

    payment_intent: Reference = None
    charge: Reference = None


class InvoicePayment(_Wire, frozen=True):
    """That an invoice was paid by a charge."""

    invoice: Reference = None
    payment: Paying = Paying()
    status: str = ""


class Charge(_Wire, frozen=True):
    """Money that came in, or failed to."""

    customer: Reference = None
    amount: int = 0
    amount_captured: int | None = None
    currency: str = ""
    status: str = ""
    invoice: Reference = None
    payment_intent: Reference = None


class CreditNote(_Wire, frozen=True):
    """What was taken off an invoice after it had been written."""

    customer: Reference = None
    invoice: Reference = None
    amount: int = 0
    currency: str = ""
    status: str = ""


class Dispute(_Wire, frozen=True):
    """A payment that somebody asked their bank to take back."""

    amount: int = 0
    currency: str = ""
    charge: Reference = None
    payment_intent: Reference = None
    status: str = ""


class Refund(_Wire, frozen=True):
    """Money that went back."""

    amount: int = 0
    currency: str = ""
    charge: Reference = None
    payment_intent: Reference = None
    status: str | None = None


class Checkout(_Wire, frozen=True):
    """A checkout that was completed."""

    customer: Reference = None
    client_reference_id: str | None = None


class EventBody(msgspec.Struct, frozen=True):
    """The object of an event, and what it was before."""

    object: msgspec.Raw
    previous_attributes: dict[str, Any] | None = None


class Event(msgspec.Struct, frozen=True):
    """What a webhook carries, and what `/v1/events` lists."""

    id: str
    type: str
    created: int
    data: EventBody
    object: str = ""
    api_version: str | None = None
    livemode: bool = False
    account: str | None = None


class Page(msgspec.Struct, frozen=True):
    """A page of one of Stripe's lists, each row as it came."""

    data: list[msgspec.Raw]
    has_more: bool = False
