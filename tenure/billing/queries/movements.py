"""Movements as lists show them, and what one account has."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta

import msgspec
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from tenure.billing.models import Invoice, LedgerAccount, LedgerMovement, Payment, RecordedState
from tenure.billing.types import Direction, MovementKind, MovementPage, MovementRow, SubscriptionState
from tenure.customers import queries as customers
from tenure.kernel.cursors import CursorUnreadable, as_cursor, from_cursor, moment

_EXPORTED_AT_ONCE = 1_000


def movements(
    *,
    since: date | None = None,
    until: date | None = None,
    kinds: Collection[MovementKind] = (),
    account_id: int | None = None,
    cursor: str = "",
    limit: int = 50,
) -> MovementPage:
    """Return a page of movements, newest first, between two days (UTC), both included. Raises `CursorUnreadable`."""
    found = _chosen(since, until, kinds, account_id)
    if cursor:
        last, account = from_cursor(cursor, 2)
        at = moment(last)
        if not isinstance(account, int) or isinstance(account, bool) or not 0 <= account < 2**63:
            raise CursorUnreadable
        if not 1 < at.year < 9999:
            raise CursorUnreadable
        found = found.filter(Q(at__lt=at) | Q(at=at, account_id__lt=account))
    page = list(found[: limit + 1])
    shown = page[:limit]
    return MovementPage(
        movements=_rows(shown),
        next_cursor=as_cursor([shown[-1].at, shown[-1].account_id]) if len(page) > limit else "",
    )


def all_movements(
    *, since: date | None = None, until: date | None = None, kinds: Collection[MovementKind] = ()
) -> Iterator[MovementRow]:
    """Yield every movement, newest first, as an export writes them."""
    cursor = ""
    while True:
        page = movements(since=since, until=until, kinds=kinds, cursor=cursor, limit=_EXPORTED_AT_ONCE)
        yield from page.movements
        cursor = page.next_cursor
        if not cursor:
            return


def ledger_of(account_id: int) -> LedgerAccount | None:
    """Return what an account has now, if anything was ever billed to it."""
    return LedgerAccount.objects.filter(account_id=account_id).first()


def subscriptions_told(account_id: int) -> QuerySet[RecordedState]:
    """Return the newest state of each of an account's subscriptions."""
    return (
        RecordedState.objects.filter(subscription__account_id=account_id)
        .select_related("subscription")
        .order_by("subscription_id", "-as_of", "-provenance")
        .distinct("subscription_id")
    )


def invoices_of(account_id: int) -> QuerySet[Invoice]:
    """Return an account's invoices, newest first."""
    return Invoice.objects.filter(account_id=account_id).order_by("-issued_at", "-pk")


def payments_of(account_id: int) -> QuerySet[Payment]:
    """Return what an account paid and was given back, newest first."""
    return Payment.objects.filter(account_id=account_id).order_by("-at", "-pk")


def _chosen(
    since: date | None, until: date | None, kinds: Collection[MovementKind], account_id: int | None
) -> QuerySet[LedgerMovement]:
    found = LedgerMovement.objects.order_by("-at", "-account_id")
    if since:
        found = found.filter(at__gte=datetime.combine(since, time.min, UTC))
    if until:
        found = found.filter(at__lt=datetime.combine(until + timedelta(days=1), time.min, UTC))
    if kinds:
        found = found.filter(kind__in=[k.value for k in kinds])
    if account_id is not None:
        found = found.filter(account_id=account_id)
    return found


def _rows(found: list[LedgerMovement]) -> list[MovementRow]:
    names = customers.account_names({m.account_id for m in found})
    return [
        MovementRow(
            id=m.pk,
            account_id=m.account_id,
            account_name=names.get(m.account_id, ""),
            at=m.at,
            kind=MovementKind(m.kind),
            amount=m.amount,
            mrr_after=m.mrr_after,
            by_currency={currency: (change, after) for currency, (change, after) in m.by_currency.items()},
            plan_from=m.plan_from,
            plan_to=m.plan_to,
            direction=Direction(m.direction) if m.direction else None,
        )
        for m in found
    ]


def states_of(source: str, external_ids: Collection[str]) -> dict[str, list[SubscriptionState]]:
    """Return everything a source said of these subscriptions, by their ids, oldest first."""
    read = msgspec.json.Decoder(SubscriptionState)
    told = RecordedState.objects.filter(subscription__source=source, subscription__external_id__in=list(external_ids))
    texts = told.annotate(said=Cast("content", TextField())).order_by("as_of", "provenance")
    found: dict[str, list[SubscriptionState]] = {}
    for external_id, said in texts.values_list("subscription__external_id", "said"):
        found.setdefault(external_id, []).append(read.decode(said))
    return found
