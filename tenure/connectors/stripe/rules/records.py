"""What invoices, payments, refunds and plans of Stripe's are in billing's words; the newest telling of each speaks."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from tenure.billing.types import InvoiceRecord, InvoiceStatus, PaymentKind, PaymentRecord, PlanRecord
from tenure.connectors.stripe import wire
from tenure.connectors.stripe.rules.money import whole_minor
from tenure.connectors.stripe.rules.subscriptions import interval_of, unit_amount_of
from tenure.connectors.stripe.types import SOURCE
from tenure.kernel.money import Money

W = TypeVar("W", bound=wire._Wire)

_INVOICE_RANKS = {"draft": 0, "open": 1, "uncollectible": 2, "paid": 3, "void": 4}
_INVOICE_STATUSES = {
    "draft": InvoiceStatus.DRAFT,
    "open": InvoiceStatus.OPEN,
    "paid": InvoiceStatus.PAID,
    "void": InvoiceStatus.VOID,
    "uncollectible": InvoiceStatus.UNCOLLECTIBLE,
}
_CHARGE_KINDS = {"succeeded": PaymentKind.PAYMENT, "failed": PaymentKind.FAILURE}
_GONE_AGAIN = frozenset({"failed", "canceled"})
_KEPT = frozenset({"won", "warning_closed", "prevented"})
"""How disputes end in which nobody got anything back."""


class ObjectTold(NamedTuple):
    """An object as one telling has it."""

    id: str
    created: int
    is_snapshot: bool
    object: wire._Wire
    provenance: str


class Newest(NamedTuple):
    """What speaks for an object now. `as_of` moves on with every telling of the same second, so that the last wins."""

    object: wire._Wire
    as_of: datetime
    provenance: str


def newest(told: Iterable[ObjectTold]) -> dict[str, Newest]:
    """Choose for each object the telling that speaks for it: the same one, whatever order they came in."""
    best: dict[str, ObjectTold] = {}
    seen: Counter[tuple[str, int]] = Counter()
    for each in told:
        seen[each.object.id, each.created] += 1
        kept = best.get(each.object.id)
        if kept is None or _rank(each) > _rank(kept):
            best[each.object.id] = each
    return {
        id_: Newest(
            each.object, wire.at(each.created) + timedelta(microseconds=seen[id_, each.created]), each.provenance
        )
        for id_, each in best.items()
    }


def _rank(told: ObjectTold) -> tuple[int, bool, int, int, str]:
    """Order tellings of one object; within a second an invoice and a payment only go forward."""
    match told.object:
        case wire.Invoice(status=status, amount_paid=amount):
            further = _INVOICE_RANKS.get(status or "draft", 0)
        case wire.Charge(status=status):
            further, amount = int(status != "pending"), 0
        case wire.Refund(status=status):
            further, amount = int(status != "pending"), 0
        case wire.Dispute(status=status):
            further, amount = int(status in _KEPT or status == "lost"), 0
        case wire.CreditNote(status=status):
            further, amount = int(status == "void"), 0
        case _:
            further, amount = int(told.object.deleted), 0
    return told.created, not told.is_snapshot, further, amount, told.id


def invoice_record(found: Newest) -> InvoiceRecord | None:
    """Read an invoice; None for one without a currency, which is none yet."""
    invoice = found.object
    assert isinstance(invoice, wire.Invoice)
    if not invoice.currency:
        return None
    status = _INVOICE_STATUSES.get(invoice.status or "draft", InvoiceStatus.DRAFT)
    tax = sum(t.amount for t in invoice.total_taxes) if invoice.total_taxes is not None else invoice.tax or 0
    currency = invoice.currency.upper()
    return InvoiceRecord(
        source=SOURCE,
        external_id=invoice.id,
        as_of=found.as_of,
        status=status,
        total=Money(amount=whole_minor(invoice.total, currency), currency=currency),
        issued_at=wire.at(invoice.status_transitions.finalized_at or invoice.created),
        customer=wire.id_of(invoice.customer),
        subscription=invoice.of_subscription,
        number=invoice.number or "",
        tax=whole_minor(tax, currency),
        paid=whole_minor(invoice.amount_paid, currency),
        due_at=wire.moment(invoice.due_date),
        paid_at=wire.moment(invoice.status_transitions.paid_at) if status is InvoiceStatus.PAID else None,
        provenance=found.provenance,
    )


def payment_records(
    charges: Mapping[str, Newest],
    refunds: Mapping[str, Newest],
    payments: Mapping[str, Newest],
    disputes: Mapping[str, Newest],
) -> list[PaymentRecord]:
    """Read the charges of some payments, their refunds and disputes, and which invoices they paid.

    Of each kind everything must be given that belongs to the same payment intents. All records of one payment intent
    are as of the last thing told of it, for each of them may have become known by the others.
    """
    invoices: dict[str, str] = {}
    for each in payments.values():
        assert isinstance(each.object, wire.InvoicePayment)
        invoices[payment_key(each.object)] = wire.id_of(each.object.invoice)
    as_of = _as_of_payments([*charges.values(), *refunds.values(), *payments.values(), *disputes.values()])
    found: list[PaymentRecord] = []
    by_payment: dict[str, wire.Charge] = {}
    for charged in charges.values():
        charge = charged.object
        assert isinstance(charge, wire.Charge)
        by_payment[payment_key(charge)] = charge
        by_payment[charge.id] = charge
        kind = _CHARGE_KINDS.get(charge.status)
        amount = charge.amount if charge.amount_captured is None else charge.amount_captured
        amount = charge.amount if kind is PaymentKind.FAILURE else amount
        if kind is None or amount <= 0:
            continue
        invoice = wire.id_of(charge.invoice) or invoices.get(payment_key(charge), "")
        told = charged._replace(as_of=as_of[payment_key(charge)])
        found.append(_payment(told, kind, amount, charge.currency, wire.id_of(charge.customer), invoice))
    for taken in (*refunds.values(), *disputes.values()):
        back = taken.object
        assert isinstance(back, wire.Refund | wire.Dispute)
        if back.amount <= 0:
            continue
        is_refund = isinstance(back, wire.Refund)
        amount = 0 if back.status in (_GONE_AGAIN if is_refund else _KEPT) else back.amount  # it reached nobody
        key = payment_key(back)
        of = by_payment.get(wire.id_of(back.charge)) or by_payment.get(key)
        customer = wire.id_of(of.customer) if of else ""
        invoice = invoices.get(key, "") or (wire.id_of(of.invoice) if of else "")
        kind = PaymentKind.REFUND if is_refund else PaymentKind.DISPUTE
        told = taken._replace(as_of=as_of[key])
        found.append(_payment(told, kind, amount, back.currency, customer, invoice))
    return found


def credit_record(found: Newest) -> PaymentRecord | None:
    """Read a credit note; None for one of nothing."""
    note = found.object
    assert isinstance(note, wire.CreditNote)
    if note.amount <= 0 or not note.currency:
        return None
    amount = 0 if note.status == "void" else note.amount
    invoice = wire.id_of(note.invoice)
    return _payment(found, PaymentKind.CREDIT, amount, note.currency, wire.id_of(note.customer), invoice)


def payment_key(read: wire._Wire) -> str:
    """Return what a charge, its invoice and its refunds have in common: the payment intent, or else the charge."""
    match read:
        case wire.Charge():
            return wire.id_of(read.payment_intent) or read.id
        case wire.Refund() | wire.Dispute():
            return wire.id_of(read.payment_intent) or wire.id_of(read.charge)
        case wire.InvoicePayment():
            return wire.id_of(read.payment.payment_intent) or wire.id_of(read.payment.charge)
    return ""


def _as_of_payments(told: Iterable[Newest]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    seen: Counter[str] = Counter()
    for each in told:
        key = payment_key(each.object)
        seen[key] += 1
        found[key] = max(found.get(key, each.as_of), each.as_of)
    return {key: at + timedelta(milliseconds=seen[key]) for key, at in found.items()}


def _payment(
    told: Newest, kind: PaymentKind, amount: int, currency: str, customer: str, invoice: str
) -> PaymentRecord:  # fmt: skip
    code = currency.upper()
    return PaymentRecord(
        source=SOURCE,
        external_id=told.object.id,
        as_of=told.as_of,
        kind=kind,
        amount=Money(amount=whole_minor(amount, code), currency=code),
        at=wire.at(told.object.created),
        customer=customer,
        invoice=invoice,
        provenance=told.provenance,
    )


def plan_record(found: Newest, product_name: str) -> PlanRecord | None:
    """Read a price as a plan; None for one that is paid once."""
    price = found.object
    assert isinstance(price, wire.Price)
    if price.recurring is None:
        return None
    product = wire.id_of(price.product)
    return PlanRecord(
        source=SOURCE,
        external_id=price.id,
        as_of=found.as_of,
        name=price.nickname or product_name or price.id,
        product=product_name or product,
        currency=price.currency.upper(),
        unit_amount=unit_amount_of(price),
        interval=interval_of(price),
    )
