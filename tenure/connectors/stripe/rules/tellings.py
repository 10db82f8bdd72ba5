"""What a telling is about: which kind of object, whose, and which payment it belongs to."""

from typing import NamedTuple

from tenure.connectors.stripe import wire
from tenure.connectors.stripe.rules.records import payment_key
from tenure.connectors.stripe.types import EVENTS, Kind

_OBJECTS = {kind.value: kind for kind in Kind}
STRUCTURES: dict[Kind, type[wire._Wire]] = {
    Kind.CUSTOMER: wire.Customer,
    Kind.PRODUCT: wire.Named,
    Kind.PRICE: wire.Price,
    Kind.COUPON: wire.Coupon,
    Kind.DISCOUNT: wire.Discount,
    Kind.SUBSCRIPTION: wire.Subscription,
    Kind.INVOICE: wire.Invoice,
    Kind.INVOICE_PAYMENT: wire.InvoicePayment,
    Kind.CHARGE: wire.Charge,
    Kind.REFUND: wire.Refund,
    Kind.CREDIT_NOTE: wire.CreditNote,
    Kind.DISPUTE: wire.Dispute,
    Kind.CHECKOUT: wire.Checkout,
}


class About(NamedTuple):
    """Where a telling belongs; no kind: nothing we read."""

    kind: Kind | None
    object_id: str = ""
    customer_id: str = ""
    payment_key: str = ""


NOTHING = About(None)


class _Bare(wire._Wire, frozen=True):
    pass


def about(content: bytes, type_: str = "") -> About:
    """Say where an object belongs; raises `TellingUnreadable`. `type_` is the event's, if one told of it."""
    bare = wire.read(content, _Bare)
    kind = _OBJECTS.get(bare.object)
    if kind is None or (type_ and type_ not in EVENTS):
        return NOTHING
    return _placed(kind, wire.read(content, STRUCTURES[kind]))


def _placed(kind: Kind, read: wire._Wire) -> About:
    match read:
        case wire.Customer():
            return About(kind, read.id, read.id)
        case wire.Subscription() | wire.Discount() | wire.Invoice() | wire.CreditNote() | wire.Checkout():
            return About(kind, read.id, wire.id_of(read.customer))
        case wire.Charge():
            return About(kind, read.id, wire.id_of(read.customer), payment_key(read))
        case wire.InvoicePayment() | wire.Refund() | wire.Dispute():
            return About(kind, read.id, "", payment_key(read))
    return About(kind, read.id)
