"""What a subscription is worth a month: exact fractions of minor units, rounded by nobody in here."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from tenure.billing.types import Discount, Item, SubscriptionState, Tier, TierMode, Unit

_ZERO = Fraction(0)
_HUNDRED = Decimal(100)


def list_price(items: Sequence[Item]) -> Fraction:
    """Add up what items cost a month before discounts."""
    return sum((_price(item) for item in items), _ZERO)


def monthly(state: SubscriptionState, at: datetime) -> Fraction:
    """Say what a subscription in this state costs a month at a moment, with the discounts that hold then."""
    price = list_price(state.items)
    for discount in state.discounts:
        if holds(discount, at):
            price = _discounted(price, discount, state.items)
    return price


def _price(item: Item) -> Fraction:
    if item.is_metered or not item.quantity:
        return _ZERO
    once = _tiered(item) if item.tiers else Fraction(item.unit_amount) * Fraction(item.quantity)
    interval = item.interval
    return once if interval.unit is Unit.MONTH and interval.count == 1 else once * interval.a_month


def _tiered(item: Item) -> Fraction:
    quantity = Fraction(item.quantity)
    if item.tier_mode is TierMode.VOLUME:
        reached = next((t for t in item.tiers if t.up_to is None or quantity <= t.up_to), item.tiers[-1])
        return Fraction(reached.unit_amount) * quantity + Fraction(reached.flat_amount)
    return _graduated(item.tiers, quantity)


def _graduated(tiers: Sequence[Tier], quantity: Fraction) -> Fraction:
    """Price each unit by the tier it falls in; a flat amount is paid once its tier is reached."""
    cost, priced = _ZERO, _ZERO
    for number, tier in enumerate(tiers):
        last = tier.up_to is None or number == len(tiers) - 1
        reach = quantity if last or tier.up_to is None else min(quantity, Fraction(tier.up_to))
        if reach > priced:
            cost += Fraction(tier.unit_amount) * (reach - priced) + Fraction(tier.flat_amount)
            priced = reach
    return cost


def holds(discount: Discount, at: datetime) -> bool:
    """Tell whether a discount is taken off at a moment."""
    begun = discount.starts_at is None or discount.starts_at <= at
    return begun and (discount.ends_at is None or at < discount.ends_at)


def _discounted(price: Fraction, discount: Discount, items: Sequence[Item]) -> Fraction:
    """Take a discount off; an amount is taken off each bill, so off a yearly bill it is a twelfth a month."""
    if discount.percent is not None:
        price *= 1 - Fraction(min(max(discount.percent, Decimal(0)), _HUNDRED)) / 100
    if discount.amount is not None:
        bill = next((i.interval.a_month for i in items if not i.is_metered), Fraction(1))
        price -= Fraction(discount.amount) * bill
    return max(price, _ZERO)
