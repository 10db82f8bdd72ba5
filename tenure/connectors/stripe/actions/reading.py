"""Working through what Stripe told: tellings become states, invoices, payments and customers of billing.

One process at a time reads a connection; what was read is marked in the same transaction. Nothing depends on the order
in which tellings came: whatever is touched is made anew from all tellings of it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from tenure.billing.actions import record_invoices, record_payments, record_plans
from tenure.connectors.stripe import wire
from tenure.connectors.stripe.actions import customers, referring, subscriptions
from tenure.connectors.stripe.actions.bodies import body_of, provenance
from tenure.connectors.stripe.actions.calling import hold, stripe_of
from tenure.connectors.stripe.errors import KeyRefused, StripeAway, StripeBusy, TellingUnreadable
from tenure.connectors.stripe.models import Connection, Told
from tenure.connectors.stripe.rules.records import (
    Newest,
    ObjectTold,
    credit_record,
    invoice_record,
    newest,
    payment_records,
    plan_record,
)
from tenure.connectors.stripe.rules.subscriptions import discounts_named, lacking_terms, missing, with_all_items
from tenure.connectors.stripe.rules.tellings import STRUCTURES
from tenure.connectors.stripe.types import Kind, Way
from tenure.kernel.errors import DomainError

AT_ONCE = 200
MOST_ATTEMPTS = 8
_FIRST_PAUSE = timedelta(seconds=15)
_Needing = wire.Subscription | wire.Customer | wire.Discount | wire.Invoice
_READ_BY: dict[Kind, type[_Needing]] = {
    Kind.SUBSCRIPTION: wire.Subscription,
    Kind.CUSTOMER: wire.Customer,
    Kind.DISCOUNT: wire.Discount,
    Kind.INVOICE: wire.Invoice,
}
_OF_SUBSCRIPTIONS = frozenset({Kind.SUBSCRIPTION, Kind.DISCOUNT, Kind.CUSTOMER, Kind.INVOICE})
_PAYING = (Kind.CHARGE, Kind.REFUND, Kind.INVOICE_PAYMENT, Kind.DISPUTE)


def read_some(connection: Connection, now: datetime) -> int:
    """Read a portion of what waits; returns how many tellings were read. Called in the connection's workspace.

    A portion that fails is tried one by one, so that one telling that cannot be read holds up no other.
    """
    waiting = list(_waiting(connection, now)[:AT_ONCE])
    ready = _ready(connection, waiting, now)
    if not ready:
        return 0
    try:
        return _read([t.pk for t in ready], connection, now)
    except (DomainError, ValueError, ArithmeticError):
        return sum(_read_alone(told, connection, now) for told in ready)


def _waiting(connection: Connection, now: datetime) -> QuerySet[Told]:
    return (
        Told.objects.filter(Q(try_at=None) | Q(try_at__lte=now), connection=connection, read_at=None)
        .exclude(kind="")
        .order_by("id")
    )


def _read_alone(told: Told, connection: Connection, now: datetime) -> int:
    try:
        return _read([told.pk], connection, now)
    except (DomainError, ValueError, ArithmeticError) as error:
        problem = f"unreadable: {type(error).__name__}: {error}"[:500]
        gives_up = told.attempts + 1 >= MOST_ATTEMPTS or isinstance(error, TellingUnreadable)
        Told.objects.filter(pk=told.pk).update(
            attempts=told.attempts + 1,
            problem=problem,
            try_at=now + _FIRST_PAUSE * 2**told.attempts,
            read_at=now if gives_up else None,
        )
        return 1 if gives_up else 0


def _ready(connection: Connection, waiting: "Sequence[Told]", now: datetime) -> list[Told]:
    """Ask Stripe for what subscriptions lack; those that cannot be read before it has answered wait for it."""
    kept: list[referring.Kept] = []
    told_of: list[tuple[Told, _Needing]] = []
    for told in waiting:
        try:
            content = body_of(told)
            kept += referring.from_telling(told, content)
            if told.kind in _READ_BY:
                told_of.append((told, wire.read(content, _READ_BY[Kind(told.kind)])))
        except TellingUnreadable:
            continue  # it will say so when it is read
    learnt = referring.keep_references(connection, kept)
    needs = _needs(connection, told_of)
    lacking = {each for _, wanted in needs for each in wanted}
    problem, put_off = "", set[tuple[str, str]]()
    if lacking:
        now_asked = set(sorted(lacking)[: referring.CALLS_AT_ONCE])
        put_off = {
            each for each in lacking - now_asked if each[0] in {"invoice", "items"}
        }  # they are read once they were asked for
        try:
            if connection.held_until and connection.held_until > now:
                raise StripeBusy
            subscription_of = {i: told.object_id for told, wanted in needs for kind, i in wanted if kind == "discount"}
            told_last: dict[str, int] = {}
            for told, _ in needs:
                told_last[told.object_id] = max(told_last.get(told.object_id, 0), int(told.created.timestamp()))
            learnt |= referring.ask(connection, stripe_of(connection), lacking, subscription_of, told_last)
        except (StripeAway, KeyRefused) as error:
            problem = hold(connection, error, now)
    if learnt:
        _read_again(connection, learnt)
    if not problem:
        later = {told.pk for told, wanted in needs if wanted & put_off}
        return [told for told in waiting if told.pk not in later]
    stuck = {told.pk for told, wanted in _needs(connection, told_of) if wanted}
    Told.objects.filter(pk__in=stuck).update(try_at=now + timedelta(seconds=30), problem=problem[:500])
    return [told for told in waiting if told.pk not in stuck]


def _needs(connection: Connection, told_of: Sequence[tuple[Told, _Needing]]) -> list[tuple[Told, set[tuple[str, str]]]]:
    """Say what would have to be asked for to read each telling."""
    if not told_of:
        return []
    read_ones = [read for _, read in told_of if isinstance(read, wire.Subscription)]
    items = referring.items_of(connection, (read.id for read in read_ones if read.is_cut_short))
    known = referring.known(connection, discounts_named(read_ones))
    cut_short = {read.id for _, read in told_of if isinstance(read, wire.Invoice) and read.is_cut_short}
    asked = referring.lines_of(connection, cut_short)
    found: list[tuple[Told, set[tuple[str, str]]]] = []
    for told, read in told_of:
        match read:
            case wire.Subscription():
                whole = with_all_items(read, int(told.created.timestamp()), items.get(read.id, ()))
                found.append((told, missing(whole, known, None)))
            case wire.Customer(discount=discount):
                found.append((told, lacking_terms(discount, known) if discount else set()))
            case wire.Discount():
                found.append((told, lacking_terms(read, known)))
            case wire.Invoice() if read.id in cut_short and read.id not in asked:
                found.append((told, {("invoice", read.id)}))
    return found


def _read_again(connection: Connection, learnt: Iterable[str]) -> None:
    """Let tellings be read once more that were read without something now known."""
    for id_ in learnt:
        Told.objects.filter(connection=connection, lacking__contains=[id_]).update(
            read_at=None, try_at=None, lacking=[]
        )


@transaction.atomic
def _read(ids: Sequence[int], connection: Connection, now: datetime) -> int:
    """Read these tellings and everything they touch, in one transaction."""
    if Connection.objects.select_for_update(skip_locked=True).filter(pk=connection.pk).first() is None:
        return 0
    told = list(Told.objects.filter(pk__in=list(ids), read_at=None).order_by("id"))
    Told.objects.filter(pk__in=[t.pk for t in told]).update(read_at=now, try_at=None, problem="")
    touched: dict[str, set[str]] = {}
    for each in told:
        touched.setdefault(each.kind, set()).add(each.object_id)
    billed = {t.customer_id for t in told if t.customer_id}
    customers.take_down(connection, billed, now)
    _record_plans(connection, touched.get(Kind.PRICE, set()), touched.get(Kind.PRODUCT, set()))
    of = {t.customer_id for t in told if t.kind in _OF_SUBSCRIPTIONS and t.customer_id}
    subscriptions.record(connection, of)
    _record_invoices(connection, touched.get(Kind.INVOICE, set()))
    _record_credit_notes(connection, touched.get(Kind.CREDIT_NOTE, set()))
    _record_payments(connection, {t.payment_key for t in told if t.payment_key})
    return len(told)


def _objects(connection: Connection, found: Q) -> list[ObjectTold]:
    rows = (
        Told.objects.filter(found, connection=connection)
        .exclude(read_at=None)
        .exclude(problem__startswith="unreadable")
    )
    return [
        ObjectTold(
            id=told.telling_id,
            created=int(told.created.timestamp()),
            is_snapshot=told.way == Way.LIST,
            object=wire.read(body_of(told), STRUCTURES[Kind(told.kind)]),
            provenance=provenance(told),
        )
        for told in rows.order_by("id")
    ]


def _record_plans(connection: Connection, prices: set[str], products: set[str]) -> None:
    """Record plans whose price or product was told of; a plan without a name of its own goes by its product's."""
    if not prices and not products:
        return
    every = _objects(connection, Q(kind__in=[Kind.PRICE, Kind.PRODUCT]))
    named = newest(e for e in every if isinstance(e.object, wire.Named))
    found = []
    for price_id, price in newest(e for e in every if isinstance(e.object, wire.Price)).items():
        assert isinstance(price.object, wire.Price)
        product = named.get(wire.id_of(price.object.product))
        if price_id not in prices and wire.id_of(price.object.product) not in products:
            continue
        name = product.object.name if product and isinstance(product.object, wire.Named) else None
        later = max(price.as_of, product.as_of) if product else price.as_of
        plan = plan_record(Newest(price.object, later + timedelta(milliseconds=bool(product)), ""), name or "")
        if plan is not None:
            found.append(plan)
    record_plans(found)


def _record_invoices(connection: Connection, ids: set[str]) -> None:
    if ids:
        told = _objects(connection, Q(kind=Kind.INVOICE, object_id__in=ids))
        record_invoices([record for found in newest(told).values() if (record := invoice_record(found))])


def _record_payments(connection: Connection, keys: set[str]) -> None:
    if not keys:
        return
    told = _objects(connection, Q(payment_key__in=keys, kind__in=_PAYING))
    charges, refunds, payments, disputes = (
        newest(t for t in told if isinstance(t.object, kind))
        for kind in (wire.Charge, wire.Refund, wire.InvoicePayment, wire.Dispute)
    )
    record_payments(payment_records(charges, refunds, payments, disputes))


def _record_credit_notes(connection: Connection, ids: set[str]) -> None:
    if ids:
        told = _objects(connection, Q(kind=Kind.CREDIT_NOTE, object_id__in=ids))
        record_payments([record for found in newest(told).values() if (record := credit_record(found))])
