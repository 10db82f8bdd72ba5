"""What a subscription of Stripe's is in billing's words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

import msgspec

from tenure.billing.types import Discount, Interval, Item, Status, SubscriptionState, Tier, TierMode, Unit
from tenure.connectors.stripe import wire
from tenure.connectors.stripe.errors import TellingUnreadable
from tenure.connectors.stripe.rules.money import minor
from tenure.connectors.stripe.types import SOURCE

_STATUSES = {
    "incomplete": Status.INCOMPLETE,
    "incomplete_expired": Status.INCOMPLETE,
    "trialing": Status.TRIALING,
    "active": Status.ACTIVE,
    "past_due": Status.PAST_DUE,
    "unpaid": Status.UNPAID,
    "paused": Status.PAUSED,
    "canceled": Status.CANCELLED,
}
_COLLECTED = frozenset({Status.ACTIVE, Status.PAST_DUE, Status.TRIALING})
_UNITS = {"day": Unit.DAY, "week": Unit.WEEK, "month": Unit.MONTH, "year": Unit.YEAR}


class Known(NamedTuple):
    """What else has to be known to read a subscription; webhooks say little of it. All by id.

    `whole` names the coupons of which it is known which products they are for.
    """

    prices: Mapping[str, wire.Price]
    coupons: Mapping[str, wire.Coupon]
    discounts: Mapping[str, wire.Discount]
    whole: frozenset[str]


def missing(subscription: wire.Subscription, known: Known, of_customer: wire.Discount | None) -> set[tuple[str, str]]:
    """Say which items, prices' tiers, discounts and coupons would have to be asked for, as (kind, id)."""
    found: set[tuple[str, str]] = {("items", subscription.id)} if subscription.is_cut_short else set()
    for item in subscription.items.data:
        if item.price and _needs_tiers(item.price, known):
            found.add(("price", item.price.id))
    for given in _all_given(subscription, of_customer):
        discount = known.discounts.get(given) if isinstance(given, str) else given
        if discount is None:
            found.add(("discount", str(given)))
        else:
            found |= lacking_terms(discount, known)
    return found


class ItemsRead(NamedTuple):
    """All items of a subscription as they were at some moment not before `at` (Stripe's seconds)."""

    at: int
    items: Sequence[wire.Item]


def with_all_items(subscription: wire.Subscription, at: int, readings: Iterable[ItemsRead]) -> wire.Subscription:
    """Add the items beyond the tenth to a subscription as it was told of at `at`.

    The first ten are as they were told; the others as they were first read afterwards, without those that were added
    since. Nobody tells of them alone, so what became of one in between is not known. It stays cut short where nothing
    was read since: then the others are those known last.
    """
    if not subscription.is_cut_short:
        return subscription
    ordered = sorted(readings, key=lambda reading: reading.at)
    later = next((reading for reading in ordered if reading.at >= at), None)
    chosen = later or (ordered[-1] if ordered else ItemsRead(at, ()))
    told = {item.id for item in subscription.items.data}
    others = [item for item in chosen.items if item.id not in told and item.created <= at]
    whole = wire.Items(data=[*subscription.items.data, *others], has_more=later is None)
    return msgspec.structs.replace(subscription, items=whole)


def discounts_named(subscriptions: Iterable[wire.Subscription]) -> set[str]:
    """Return the discounts that subscriptions name by their id only."""
    return {given for read in subscriptions for given in _all_given(read, None) if isinstance(given, str)}


def lacking_terms(discount: wire.Discount, known: Known) -> set[tuple[str, str]]:
    """Say which coupon would have to be asked for to know what a discount takes off which products."""
    coupon = wire.id_of(discount.terms)
    return {("coupon", coupon)} if coupon and coupon not in known.whole else set()


def state_of(
    subscription: wire.Subscription,
    *,
    as_of: datetime,
    provenance: str,
    known: Known,
    of_customer: wire.Discount | None = None,
    paused_at: datetime | None = None,
) -> SubscriptionState:
    """Read a subscription as it stood at `as_of`; raises `TellingUnreadable`.

    What `missing` names is left out: a price without its tiers costs nothing, a discount unknown takes nothing off.
    """
    priced = [(item, item.price) for item in subscription.items.data if item.price is not None]
    currency = subscription.currency or next((price.currency for _, price in priced), "")
    if not currency:
        raise TellingUnreadable("the subscription has no currency")
    items = tuple(_item(item, price, currency, known) for item, price in priced)
    status = _status(subscription)
    pause = subscription.pause_collection if status is Status.PAUSED else None
    return SubscriptionState(
        source=SOURCE,
        external_id=subscription.id,
        as_of=as_of,
        status=status,
        started_at=wire.at(subscription.start_date or subscription.created),
        currency=currency.upper(),
        items=items,
        customer=wire.id_of(subscription.customer),
        discounts=tuple(_discounts(subscription, items, currency, known, of_customer)),
        trial_end=wire.moment(subscription.trial_end),
        current_period_end=wire.moment(subscription.period_end),
        cancel_at=wire.moment(_scheduled_end(subscription)),
        cancelled_at=wire.moment(subscription.canceled_at),
        ended_at=wire.moment(subscription.ended_at),
        paused_at=(paused_at or as_of) if status is Status.PAUSED else None,
        resumes_at=wire.moment(pause.resumes_at) if pause else None,
        provenance=provenance,
    )


def is_paused(subscription: wire.Subscription) -> bool:
    """Tell whether nothing is being paid for a while."""
    return _status(subscription) is Status.PAUSED


def _status(subscription: wire.Subscription) -> Status:
    """Read the status; a subscription whose bills are voided or written off is paused, whatever Stripe calls it.

    With `keep_as_draft` the bills are collected later, so what is paid a month stays what it was.
    """
    status = _STATUSES.get(subscription.status)
    if status is None:
        raise TellingUnreadable(f"{subscription.status!r} is no status of a subscription that we know")
    pause = subscription.pause_collection
    return Status.PAUSED if pause and pause.behavior != "keep_as_draft" and status in _COLLECTED else status


def _scheduled_end(subscription: wire.Subscription) -> int | None:
    if subscription.ended_at is not None:
        return None
    return subscription.cancel_at or (subscription.period_end if subscription.cancel_at_period_end else None)


def _needs_tiers(price: wire.Price, known: Known) -> bool:
    if price.billing_scheme != "tiered" or price.tiers:
        return False
    kept = known.prices.get(price.id)
    return kept is None or not kept.tiers


def _item(item: wire.Item, price: wire.Price, currency: str, known: Known) -> Item:
    kept = known.prices.get(price.id)
    tiers = price.tiers or (kept.tiers if kept else None) or []
    recurring = price.recurring or wire.Recurring()
    return Item(
        plan=price.id,  # billing knows its name from the plan itself, so that a state says the same whenever it is read
        product=wire.id_of(price.product),
        quantity=_packages(Decimal(1) if item.quantity is None else item.quantity, price.transform_quantity),
        unit_amount=minor(_first(price.unit_amount_decimal, price.unit_amount), currency),
        tiers=tuple(_tier(t, currency) for t in tiers),
        tier_mode=TierMode.VOLUME if price.tiers_mode == "volume" else TierMode.GRADUATED,
        interval=interval_of(price),
        is_metered=recurring.usage_type == "metered",
    )


def interval_of(price: wire.Price) -> Interval:
    """Read how often a price is paid; raises `TellingUnreadable` for units we do not know."""
    recurring = price.recurring or wire.Recurring()
    unit = _UNITS.get(recurring.interval)
    if unit is None or recurring.interval_count < 1:
        raise TellingUnreadable(f"{recurring.interval!r} is no interval that we know")
    return Interval(unit=unit, count=recurring.interval_count)


def unit_amount_of(price: wire.Price) -> Decimal | None:
    """Read what one unit costs, in minor units; None where tiers say so."""
    if price.unit_amount_decimal is None and price.unit_amount is None:
        return None
    return minor(_first(price.unit_amount_decimal, price.unit_amount), price.currency)


def _first(*amounts: Decimal | None) -> Decimal:
    return next((a for a in amounts if a is not None), Decimal(0))


def _tier(tier: wire.TierTerms, currency: str) -> Tier:
    return Tier(
        up_to=tier.up_to if isinstance(tier.up_to, int) else None,
        unit_amount=minor(_first(tier.unit_amount_decimal, tier.unit_amount), currency),
        flat_amount=minor(_first(tier.flat_amount_decimal, tier.flat_amount), currency),
    )


def _packages(quantity: Decimal, packages: wire.Packages | None) -> Decimal:
    if packages is None or packages.divide_by < 1:
        return quantity
    rounding = ROUND_CEILING if packages.round == "up" else ROUND_FLOOR
    return (quantity / packages.divide_by).to_integral_value(rounding=rounding)


def _all_given(subscription: wire.Subscription, of_customer: wire.Discount | None) -> Iterator[str | wire.Discount]:
    """Yield every discount that holds: the subscription's own, or else the customer's; and those of single items."""
    own = subscription.given
    yield from own
    if not own and of_customer is not None:
        yield of_customer
    for item in subscription.items.data:
        yield from item.discounts or []


def _discounts(
    subscription: wire.Subscription,
    items: Sequence[Item],
    currency: str,
    known: Known,
    of_customer: wire.Discount | None,
) -> Iterator[Discount]:
    priced = [item for item in subscription.items.data if item.price is not None]
    everything = list(zip(priced, items, strict=True))
    own = subscription.given or ([of_customer] if of_customer else [])
    for given in own:
        yield from _terms(given, everything, currency, known, is_partial=False)
    for item, of in everything:
        for each in item.discounts or []:
            yield from _terms(each, [(item, of)], currency, known, is_partial=len(everything) > 1)


def _terms(
    given: str | wire.Discount,
    on: Iterable[tuple[wire.Item, Item]],
    currency: str,
    known: Known,
    *,
    is_partial: bool,
) -> Iterator[Discount]:
    """Read one discount; a percentage off some items only is written as the amount it takes off the bill."""
    discount = known.discounts.get(given) if isinstance(given, str) else given
    coupon = discount.terms if discount else None
    if isinstance(coupon, str):
        coupon = known.coupons.get(coupon)
    if discount is None or coupon is None or coupon.duration == "once":
        return
    fuller = known.coupons.get(coupon.id)
    applies = coupon.applies_to or (fuller.applies_to if fuller else None)
    chosen = list(on)
    if applies and applies.products:
        fitting = [(i, of) for i, of in chosen if i.price and wire.id_of(i.price.product) in applies.products]
        is_partial = is_partial or len(fitting) < len(chosen)
        chosen = fitting
    percent, amount = coupon.percent_off, _amount_off(coupon, currency)
    if is_partial:
        worth = sum((_bill(of) for _, of in chosen), Decimal(0))
        amount = worth * percent / 100 if percent is not None else min(amount or Decimal(0), worth)
        percent = None
    if percent is None and not amount:
        return
    yield Discount(
        percent=percent,
        amount=None if percent is not None else amount,
        starts_at=wire.moment(discount.start),
        ends_at=wire.moment(discount.end),
        name=coupon.name or coupon.id,
    )


def _amount_off(coupon: wire.Coupon, currency: str) -> Decimal | None:
    """Read the amount off in the subscription's own currency; a coupon without one there takes nothing off."""
    if coupon.currency and coupon.currency.lower() != currency.lower():
        option = (coupon.currency_options or {}).get(currency.lower())
        return minor(option.amount_off, currency) if option and option.amount_off is not None else None
    return minor(coupon.amount_off, currency) if coupon.amount_off is not None else None


def _bill(item: Item) -> Decimal:
    """Work out what one item costs on one bill, before discounts."""
    if item.is_metered:
        return Decimal(0)
    if not item.tiers:
        return item.unit_amount * item.quantity
    if item.tier_mode is TierMode.VOLUME:
        reached = next((t for t in item.tiers if t.up_to is None or item.quantity <= t.up_to), item.tiers[-1])
        return reached.unit_amount * item.quantity + reached.flat_amount
    cost = priced = Decimal(0)
    for number, tier in enumerate(item.tiers):
        is_last = tier.up_to is None or number == len(item.tiers) - 1
        reach = item.quantity if is_last or tier.up_to is None else min(item.quantity, Decimal(tier.up_to))
        if reach > priced:
            cost += tier.unit_amount * (reach - priced) + tier.flat_amount
            priced = reach
    return cost
