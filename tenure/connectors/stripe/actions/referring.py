"""What subscriptions are read by: prices with tiers, coupons, discounts; asked for where webhooks leave them out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import NamedTuple

import msgspec
from django.db import connection as database
from django.db.models import Q

from tenure.connectors.stripe import wire
from tenure.connectors.stripe.calling import Stripe
from tenure.connectors.stripe.errors import NotThere, PermissionMissing, TellingUnreadable
from tenure.connectors.stripe.models import Connection, Reference, Told
from tenure.connectors.stripe.rules.subscriptions import ItemsRead, Known
from tenure.connectors.stripe.types import Kind, Way
from tenure.kernel import clock

CALLS_AT_ONCE = 20


class Kept(NamedTuple):
    """A reference to keep."""

    kind: Kind
    id: str
    content: bytes
    as_of: datetime
    is_whole: bool


def known(connection: Connection, discounts_wanted: Iterable[str]) -> Known:
    """Return what subscriptions are read by: every price and coupon there is, and of the discounts those wanted."""
    found = Reference.objects.filter(
        Q(kind__in=[Kind.PRICE, Kind.COUPON]) | Q(kind=Kind.DISCOUNT, object_id__in=sorted(set(discounts_wanted))),
        connection=connection,
    )
    prices: dict[str, wire.Price] = {}
    coupons: dict[str, wire.Coupon] = {}
    discounts: dict[str, wire.Discount] = {}
    whole: set[str] = set()
    for kind, id_, content, is_whole in found.values_list("kind", "object_id", "content", "is_whole"):
        match kind:
            case Kind.PRICE:
                prices[id_] = wire.read(bytes(content), wire.Price)
            case Kind.COUPON:
                coupons[id_] = wire.read(bytes(content), wire.Coupon)
                if is_whole:
                    whole.add(id_)
            case Kind.DISCOUNT:
                discounts[id_] = wire.read(bytes(content), wire.Discount)
    return Known(prices, coupons, discounts, frozenset(whole))


def lines_of(connection: Connection, invoice_ids: Iterable[str]) -> dict[str, wire.Lines]:
    """Return all lines of those invoices that were asked for because tellings have only their first ten."""
    ids = sorted(set(invoice_ids))
    if not ids:
        return {}
    found = Reference.objects.filter(connection=connection, kind=Kind.INVOICE, object_id__in=ids)
    return {id_: wire.read(bytes(content), wire.Lines) for id_, content in found.values_list("object_id", "content")}


def items_of(connection: Connection, subscription_ids: Iterable[str]) -> dict[str, list[ItemsRead]]:
    """Return every reading of all items of those subscriptions of which tellings have only the first ten."""
    ids = sorted(set(subscription_ids))
    found: dict[str, list[ItemsRead]] = {}
    if not ids:
        return found
    named = reduce(or_, (Q(object_id__startswith=f"{id_}@") for id_ in ids))
    wanted = Reference.objects.filter(named, connection=connection, kind=Kind.SUBSCRIPTION)
    for object_id, content in wanted.values_list("object_id", "content"):
        id_, _, at = object_id.partition("@")
        found.setdefault(id_, []).append(ItemsRead(int(at), wire.read(bytes(content), wire.Items).data))
    return found


def keep_references(connection: Connection, kept: Sequence[Kept]) -> set[str]:
    """Keep what is newer or more whole than what is known; returns the ids of which something new is known."""
    best: dict[tuple[str, str], Kept] = {}
    for each in kept:
        key = (each.kind.value, each.id)
        if key not in best or _rank(each) > _rank(best[key]):
            best[key] = each
    if not best:
        return set()
    chosen = [best[key] for key in sorted(best)]
    with database.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO stripe_reference AS r
                (workspace_id, connection_id, kind, object_id, content, as_of, is_whole)
            SELECT %s, %s, * FROM unnest(%s::text[], %s::text[], %s::bytea[], %s::timestamptz[], %s::boolean[])
            ON CONFLICT (connection_id, kind, object_id) DO UPDATE
            SET content = EXCLUDED.content, as_of = EXCLUDED.as_of, is_whole = EXCLUDED.is_whole
            WHERE (EXCLUDED.is_whole, EXCLUDED.as_of, EXCLUDED.content) > (r.is_whole, r.as_of, r.content)
                AND EXCLUDED.content <> r.content
            RETURNING object_id
            """,
            [
                connection.workspace_id,
                connection.pk,
                [k.kind.value for k in chosen],
                [k.id for k in chosen],
                [k.content for k in chosen],
                [k.as_of for k in chosen],
                [k.is_whole for k in chosen],
            ],
        )
        return {id_ for (id_,) in cursor.fetchall()}


def _rank(kept: Kept) -> tuple[bool, datetime, bytes]:
    return kept.is_whole, kept.as_of, kept.content


def from_telling(told: Told, content: bytes) -> list[Kept]:
    """Take what a telling of a coupon or a discount teaches about others."""
    match told.kind:
        case Kind.COUPON:
            is_whole = told.way == Way.LIST
            return [Kept(Kind.COUPON, told.object_id, content, told.created, is_whole)]
        case Kind.PRICE:
            price = wire.read(content, wire.Price)
            return [Kept(Kind.PRICE, told.object_id, content, told.created, True)] if price.tiers else []
        case Kind.DISCOUNT:
            return [Kept(Kind.DISCOUNT, told.object_id, content, told.created, False)]
        case Kind.SUBSCRIPTION:
            return _discounts_in(content, told.created)
    return []


def _discounts_in(content: bytes, at: datetime) -> list[Kept]:
    """Take the discounts that a subscription has written out, and their coupons."""
    read = wire.read(content, wire.Subscription)
    given = [*read.given, *(d for item in read.items.data for d in item.discounts or [])]
    return [Kept(Kind.DISCOUNT, d.id, msgspec.json.encode(d), at, False) for d in given if isinstance(d, wire.Discount)]


def ask(
    connection: Connection,
    stripe: Stripe,
    lacking: Iterable[tuple[str, str]],
    subscription_of: Mapping[str, str],
    told_last: Mapping[str, int],
) -> set[str]:
    """Ask Stripe for what is lacking, a bounded number at a time; returns the ids that were found.

    What Stripe does not have, or does not show, is passed over; `StripeAway` and `KeyRefused` are raised, to wait.
    `subscription_of` says which subscription a discount is of: discounts can only be asked for by way of it.
    `told_last` says for which second at the latest the items of a subscription are wanted.
    """
    kept: list[Kept] = []
    now = clock.now()
    asked: set[str] = set()
    for kind, id_ in sorted(lacking)[:CALLS_AT_ONCE]:
        try:
            match kind:
                case "price":
                    kept.append(Kept(Kind.PRICE, id_, stripe.price(id_), now, True))
                case "coupon":
                    kept.append(Kept(Kind.COUPON, id_, stripe.coupon(id_), now, True))
                case "invoice":
                    lines = msgspec.json.encode(wire.Lines(data=stripe.invoice_lines(id_)))
                    kept.append(Kept(Kind.INVOICE, id_, lines, now, True))
                case "items":
                    items = msgspec.json.encode(wire.Items(data=stripe.subscription_items(id_)))
                    kept.append(Kept(Kind.SUBSCRIPTION, f"{id_}@{told_last[id_]}", items, now, True))
                case "discount" if (subscription := subscription_of.get(id_, "")) and subscription not in asked:
                    asked.add(subscription)
                    kept += _discounts_in(stripe.subscription(subscription), now)
        except (NotThere, PermissionMissing, TellingUnreadable):
            continue
    return {id_.partition("@")[0] for id_ in keep_references(connection, kept)}
