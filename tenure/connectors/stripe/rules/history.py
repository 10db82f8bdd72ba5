"""What subscriptions were before Stripe's events begin, from the invoices that were written for them.

Stripe keeps events for 30 days and invoices for ever. Each line of an invoice that is no proration says what was paid
for one item over one period; the lines that cover the beginning of a period say what the subscription was from then on.
Plan changes in mid-period show at the next bill; usage-based lines say nothing, as everywhere.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from tenure.billing.types import Interval, Item, Status, SubscriptionState, Unit
from tenure.connectors.stripe import wire
from tenure.connectors.stripe.rules.money import minor
from tenure.connectors.stripe.rules.records import Newest
from tenure.connectors.stripe.rules.subscriptions import Known, interval_of


class Billed(NamedTuple):
    """What one line says was paid for."""

    start: int
    end: int
    key: str
    item: Item
    provenance: str


def states_before(
    first: SubscriptionState, prices: Mapping[str, wire.Price], invoices: Iterable[Newest], known: Known
) -> list[SubscriptionState]:
    """Return what a subscription was at the beginning of each billed period before it was `first` told of.

    `prices` are those its own items name, by id; `invoices` are all of its customer's.
    """
    lines = sorted(
        (line for found in invoices for line in _lines(found, first, prices, known)),
        key=lambda line: (line.start, line.key, line.provenance),
    )
    until, trial = first.as_of.timestamp(), first.trial_end.timestamp() if first.trial_end else 0
    starts = sorted({line.start for line in lines if trial <= line.start < until})
    return [_state(first, at, lines) for at in starts]


def _state(first: SubscriptionState, at: int, lines: Sequence[Billed]) -> SubscriptionState:
    held = {line.key: line for line in lines if line.start <= at < line.end and _goes_on(line, at, first, lines)}
    return dataclasses.replace(
        first,
        as_of=wire.at(at),
        status=Status.ACTIVE,
        items=tuple(held[key].item for key in sorted(held)),
        discounts=(),
        current_period_end=wire.at(max(line.end for line in held.values())),
        cancel_at=None,
        cancelled_at=None,
        ended_at=None,
        paused_at=None,
        resumes_at=None,
        provenance=next(line.provenance for line in reversed(lines) if line.start == at),
    )


def _goes_on(line: Billed, at: int, first: SubscriptionState, lines: Sequence[Billed]) -> bool:
    """Tell whether an item still counts at a moment within its period: not if another took its place meanwhile."""
    if line.start == at or any(later.key == line.key and later.start >= line.end for later in lines):
        return True
    return line.end >= first.as_of.timestamp() and line.item.plan in {item.plan for item in first.items}


def _lines(found: Newest, first: SubscriptionState, prices: Mapping[str, wire.Price], known: Known) -> Iterator[Billed]:
    invoice = found.object
    if not isinstance(invoice, wire.Invoice) or invoice.status not in wire.BILLED or invoice.lines.has_more:
        return
    if invoice.currency.upper() != first.currency:
        return
    of_invoice = invoice.of_subscription
    for line in invoice.lines.data:
        details = line.parent.subscription_item_details if line.parent else None
        subscription = wire.id_of(details.subscription if details else line.subscription) or of_invoice
        is_part = details.proration if details else line.proration
        if subscription != first.external_id or is_part or line.period is None or line.period.end <= line.period.start:
            continue
        price_id = line.price_id
        price = line.price or prices.get(price_id)
        is_usage = price is not None and price.recurring is not None and price.recurring.usage_type == "metered"
        in_arrears = price is None and line.period.end <= invoice.created
        if not price_id or is_usage or in_arrears or not line.amount:
            continue
        net = line.amount - sum(off.amount for off in line.discount_amounts or [] if not _is_once(off, known))
        yield Billed(
            start=line.period.start,
            end=line.period.end,
            key=wire.id_of(details.subscription_item if details else line.subscription_item) or price_id,
            item=Item(
                plan=price_id,
                product=wire.id_of(price.product) if price else "",
                quantity=Decimal(1),
                unit_amount=minor(Decimal(net), invoice.currency),
                interval=interval_of(price) if price else _as_long_as(line.period),
            ),
            provenance=found.provenance,
        )


def _is_once(off: wire.LineDiscount, known: Known) -> bool:
    """Tell whether this is a discount on a single bill, which is no change of MRR."""
    discount = known.discounts.get(wire.id_of(off.discount))
    coupon = discount.terms if discount else None
    if isinstance(coupon, str):
        coupon = known.coupons.get(coupon)
    return coupon is not None and coupon.duration == "once"


def _as_long_as(period: wire.Period) -> Interval:
    """Read the interval of a price that is no longer known from the length of a period it was paid for."""
    days = round(timedelta(seconds=period.end - period.start) / timedelta(days=1))
    if days < 7:
        return Interval(unit=Unit.DAY, count=max(days, 1))
    if days < 28:
        return Interval(unit=Unit.WEEK, count=round(days / 7))
    months = round(days / 30.44)
    return Interval(unit=Unit.YEAR, count=months // 12) if months % 12 == 0 else Interval(count=months)
