"""Handing the states of subscriptions to billing, and taking back what turned out otherwise."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from tenure.billing.actions import fault, record_subscription_states
from tenure.billing.types import StateKey, SubscriptionState
from tenure.connectors.stripe import wire
from tenure.connectors.stripe.actions import referring
from tenure.connectors.stripe.actions.bodies import body_of, provenance
from tenure.connectors.stripe.errors import TellingUnreadable
from tenure.connectors.stripe.models import Connection, RecordedState, Told
from tenure.connectors.stripe.rules.ordering import Telling
from tenure.connectors.stripe.rules.records import ObjectTold
from tenure.connectors.stripe.rules.subscriptions import discounts_named, with_all_items
from tenure.connectors.stripe.rules.timelines import DiscountTold, SubscriptionTold, Timeline, timeline
from tenure.connectors.stripe.types import SOURCE, Kind, Way

_Key = tuple[str, object, str]


def record(connection: Connection, customer_ids: Iterable[str]) -> None:
    """Make the states of these customers' subscriptions from all that was told, and hand over what differs."""
    ids = sorted(customer_ids)
    if not ids:
        return
    told: dict[str, list[Told]] = {}
    for each in _told(connection, ids):
        told.setdefault(each.customer_id, []).append(each)
    said = {customer_id: _said(connection, tellings) for customer_id, tellings in told.items()}
    every = [each.subscription for subscriptions, _ in said.values() for each in subscriptions]
    known = referring.known(connection, discounts_named(every))
    wanted: dict[_Key, tuple[str, SubscriptionState]] = {}
    for customer_id, tellings in told.items():
        made = timeline(*said[customer_id], known, _invoices(connection, tellings))
        _note_lacking(tellings, made)
        for state in made.states:
            if wrong := fault(state):
                raise TellingUnreadable(f"{state.external_id}: {wrong}")
            wanted[state.external_id, state.as_of, state.provenance] = (customer_id, state)
    _hand_over(connection, ids, wanted)


def _told(connection: Connection, customer_ids: Sequence[str]) -> Iterable[Told]:
    return (
        Told.objects.filter(
            connection=connection,
            customer_id__in=customer_ids,
            kind__in=[Kind.SUBSCRIPTION, Kind.DISCOUNT, Kind.CUSTOMER, Kind.INVOICE],
        )
        .exclude(read_at=None)
        .exclude(problem__startswith="unreadable")
        .order_by("id")
    )


def _said(connection: Connection, tellings: Sequence[Told]) -> tuple[list[SubscriptionTold], list[DiscountTold]]:
    """Read what tellings say of one customer's subscriptions and discounts."""
    seconds: dict[tuple[str, object], int] = {}
    for told in tellings:
        seconds[told.object_id, told.created] = seconds.get((told.object_id, told.created), 0) + 1
    crowded = {object_id for (object_id, _), count in seconds.items() if count > 1}
    subscriptions: list[SubscriptionTold] = []
    discounts: list[DiscountTold] = []
    for told in tellings:
        if told.kind == Kind.INVOICE:
            continue
        content = body_of(told)
        if told.kind == Kind.SUBSCRIPTION:
            read = wire.read(content, wire.Subscription)
            telling = _telling(told, content, is_crowded=told.object_id in crowded)
            subscriptions.append(SubscriptionTold(telling, read, provenance(told)))
        else:
            discounts += _discount(told, content)
    return _with_all_items(connection, subscriptions), discounts


def _with_all_items(connection: Connection, told: list[SubscriptionTold]) -> list[SubscriptionTold]:
    """Add the items that tellings leave out, as they were asked for."""
    items = referring.items_of(connection, (t.subscription.id for t in told if t.subscription.is_cut_short))
    return [
        t._replace(subscription=with_all_items(t.subscription, t.telling.created, items.get(t.subscription.id, ())))
        for t in told
    ]


def _invoices(connection: Connection, tellings: Sequence[Told]) -> list[ObjectTold]:
    """Read the invoices of a customer, if there is a subscription whose beginning no event told."""
    subscriptions = {t.object_id for t in tellings if t.kind == Kind.SUBSCRIPTION}
    begun = {t.object_id for t in tellings if t.type == "customer.subscription.created"}
    if not subscriptions - begun:
        return []
    read = [(told, wire.read(body_of(told), wire.Invoice)) for told in tellings if told.kind == Kind.INVOICE]
    whole = referring.lines_of(connection, (invoice.id for _, invoice in read if invoice.is_cut_short))
    return [
        ObjectTold(
            id=told.telling_id,
            created=int(told.created.timestamp()),
            is_snapshot=told.way == Way.LIST,
            object=msgspec.structs.replace(invoice, lines=whole[invoice.id]) if invoice.id in whole else invoice,
            provenance=provenance(told),
        )
        for told, invoice in read
    ]


def _telling(told: Told, content: bytes, *, is_crowded: bool) -> Telling:
    """Give ordering what it needs; fields are only decoded where a second has several tellings of the object."""
    state, previous = {}, None
    if is_crowded:
        state = msgspec.json.decode(content)
        if told.way == Way.EVENT:
            previous = wire.read(bytes(told.content), wire.Event).data.previous_attributes
    return Telling(
        id=told.telling_id,
        created=int(told.created.timestamp()),
        is_snapshot=told.way == Way.LIST,
        type=told.type,
        state=state,
        previous=previous,
    )


def _discount(told: Told, content: bytes) -> list[DiscountTold]:
    """Read what a telling says of the discount of a customer; those of single subscriptions are in these."""
    created, by = int(told.created.timestamp()), provenance(told)
    if told.kind == Kind.CUSTOMER:
        customer = wire.read(content, wire.Customer)
        if customer.deleted:
            return []
        return [DiscountTold(created, -1 if told.way == Way.LIST else 0, told.telling_id, customer.discount, by)]
    discount = wire.read(content, wire.Discount)
    if discount.subscription:
        return []
    is_gone = told.type.endswith(".deleted")
    return [DiscountTold(created, 2 if is_gone else 1, told.telling_id, None if is_gone else discount, by)]


def _note_lacking(tellings: Sequence[Told], made: Timeline) -> None:
    """Remember what was left out, so that the telling is read again once it is known."""
    for told in tellings:
        lacking = sorted({id_ for _, id_ in made.lacking.get(told.telling_id, ())})
        if told.lacking != lacking:
            Told.objects.filter(pk=told.pk).update(lacking=lacking)


def _hand_over(
    connection: Connection, customer_ids: Sequence[str], wanted: Mapping[_Key, tuple[str, SubscriptionState]]
) -> None:
    marks = {key: _mark(state) for key, (_, state) in wanted.items()}
    kept: dict[_Key, RecordedState] = {
        (r.subscription_id, r.as_of, r.provenance): r
        for r in RecordedState.objects.filter(connection=connection, customer_id__in=customer_ids)
    }
    stale = [r for key, r in kept.items() if marks.get(key) != r.mark]
    fresh = [key for key, mark in marks.items() if key not in kept or kept[key].mark != mark]
    if not stale and not fresh:
        return
    RecordedState.objects.filter(pk__in=[r.pk for r in stale]).delete()
    RecordedState.objects.bulk_create(
        [
            RecordedState(
                connection=connection,
                customer_id=wanted[key][0],
                subscription_id=wanted[key][1].external_id,
                as_of=wanted[key][1].as_of,
                provenance=wanted[key][1].provenance,
                mark=marks[key],
            )
            for key in fresh
        ]
    )
    record_subscription_states(
        [wanted[key][1] for key in fresh],
        instead_of=[
            StateKey(source=SOURCE, external_id=r.subscription_id, as_of=r.as_of, provenance=r.provenance)
            for r in stale
        ],
    )


def _mark(state: SubscriptionState) -> str:
    return hashlib.sha256(msgspec.json.encode(state, order="sorted")).hexdigest()
