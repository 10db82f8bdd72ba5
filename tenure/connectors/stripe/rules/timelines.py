"""The states of all subscriptions of one customer, made from everything Stripe ever said of them.

A pure function of the set of tellings: whatever order they came in, and however often, the states are the same.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from tenure.billing.types import SubscriptionState
from tenure.connectors.stripe import wire
from tenure.connectors.stripe.rules.history import states_before
from tenure.connectors.stripe.rules.ordering import Telling, last_of_each_second
from tenure.connectors.stripe.rules.records import ObjectTold, newest
from tenure.connectors.stripe.rules.subscriptions import Known, is_paused, missing, state_of


class SubscriptionTold(NamedTuple):
    """A subscription as one telling has it."""

    telling: Telling
    subscription: wire.Subscription
    provenance: str


class DiscountTold(NamedTuple):
    """Which discount a customer has from a second on; None: none any more. `rank` orders those of one second."""

    created: int
    rank: int
    id: str
    discount: wire.Discount | None
    provenance: str


class Timeline(NamedTuple):
    """The states of a customer's subscriptions, and what had to be left out, by the telling that needed it."""

    states: list[SubscriptionState]
    lacking: Mapping[str, set[tuple[str, str]]]


def timeline(
    subscriptions: Sequence[SubscriptionTold],
    discounts: Sequence[DiscountTold],
    known: Known,
    invoices: Iterable[ObjectTold] = (),
) -> Timeline:
    """Put together what is known of one customer's subscriptions over time.

    Invoices speak for the time before the first telling of a subscription whose beginning was not told.
    """
    billed = list(newest(invoices).values())
    had = sorted(discounts, key=lambda d: (d.created, d.rank, d.id))
    states: list[SubscriptionState] = []
    lacking: dict[str, set[tuple[str, str]]] = {}
    for told in _by_subscription(subscriptions).values():
        by_id = {t.telling.id: t for t in told}
        ordered = [by_id[t.id] for t in last_of_each_second([t.telling for t in told])]
        paused_at: datetime | None = None
        before = len(states)
        for number, each in enumerate(ordered):
            at = wire.at(each.telling.created)
            paused_at = (paused_at or at) if is_paused(each.subscription) else None
            until = ordered[number + 1].telling.created if number + 1 < len(ordered) else None
            for as_of, provenance, discount in _spells(each, had, until):
                left_out = missing(each.subscription, known, discount)
                if left_out:
                    lacking.setdefault(each.telling.id, set()).update(left_out)
                states.append(
                    state_of(
                        each.subscription,
                        as_of=as_of,
                        provenance=provenance,
                        known=known,
                        of_customer=discount,
                        paused_at=paused_at,
                    )
                )
        if billed and not is_told_whole(told):
            prices = {i.price.id: i.price for t in ordered for i in t.subscription.items.data if i.price}
            states += states_before(states[before], prices, billed, known)
    return Timeline(states, lacking)


def is_told_whole(told: Iterable[SubscriptionTold]) -> bool:
    """Tell whether an event told of a subscription's beginning, so that nothing came before what was told."""
    return any(each.telling.type == "customer.subscription.created" for each in told)


def _by_subscription(told: Sequence[SubscriptionTold]) -> dict[str, list[SubscriptionTold]]:
    found: dict[str, list[SubscriptionTold]] = {}
    for each in told:
        found.setdefault(each.subscription.id, []).append(each)
    return found


def _spells(
    told: SubscriptionTold, had: Sequence[DiscountTold], until: int | None
) -> Iterator[tuple[datetime, str, wire.Discount | None]]:
    """Yield from when, by whose word and with which discount of the customer a told state held."""
    since = told.telling.created
    seconds = [d.created for d in had]
    first = bisect_right(seconds, since)
    discount = had[first - 1].discount if first else None
    yield wire.at(since), told.provenance, discount
    if told.subscription.given or told.subscription.ended_at is not None:
        return
    for number in range(first, len(had)):
        change = had[number]
        if until is not None and change.created >= until:
            return
        is_last_of_second = number + 1 == len(had) or had[number + 1].created > change.created
        if is_last_of_second and change.discount != discount:
            discount = change.discount
            yield wire.at(change.created), change.provenance, discount
