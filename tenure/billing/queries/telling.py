"""What one telling said, such as an import; and the newest of everything, as exports write it."""

from collections.abc import Collection, Iterator
from decimal import Decimal

import msgspec
from django.db.models import TextField
from django.db.models.functions import Cast

from tenure.billing.models import RecordedState, Spend
from tenure.billing.rules.pricing import list_price
from tenure.billing.types import SpendRecord, StateKey, SubscriptionState
from tenure.kernel.money import Money


def states_told_by(source: str, provenance: str, account_ids: Collection[int]) -> list[StateKey]:
    """Return the states of these accounts' subscriptions whose provenance begins so."""
    told = RecordedState.objects.filter(
        subscription__source=source, subscription__account__in=account_ids, provenance__startswith=provenance
    ).order_by("pk")
    return [
        StateKey(source=source, external_id=external_id, as_of=as_of, provenance=provenance)
        for external_id, as_of, provenance in told.values_list("subscription__external_id", "as_of", "provenance")
    ]


def spend_told(source: str, external_ids: Collection[str]) -> dict[str, SpendRecord]:
    """Return what was told to have been spent, by the ids it was told under."""
    return {
        s.external_id: SpendRecord(
            source=s.source,
            external_id=s.external_id,
            first=s.first,
            last=s.last,
            amount=Money(amount=s.amount, currency=s.currency),
            channel=s.channel,
            provenance=s.provenance,
        )
        for s in Spend.objects.filter(source=source, external_id__in=list(external_ids)).order_by("pk")
    }


def newest_states() -> Iterator[tuple[int | None, SubscriptionState]]:
    """Yield each subscription's newest state, with its account, in the order they became known."""
    read = msgspec.json.Decoder(SubscriptionState)
    newest = (
        RecordedState.objects.order_by("subscription_id", "-as_of", "-provenance")
        .distinct("subscription_id")
        .annotate(said=Cast("content", TextField()))
    )
    for account, said in newest.values_list("subscription__account_id", "said").iterator(chunk_size=1_000):
        yield account, read.decode(said)


def bill_of(state: SubscriptionState) -> Decimal:
    """Say what one bill comes to before discounts, in minor units, by the interval of the first item."""
    if not state.items:
        return Decimal(0)
    bill = list_price(state.items) / state.items[0].interval.a_month
    return (Decimal(bill.numerator) / Decimal(bill.denominator)).quantize(Decimal("0.0001")).normalize() + 0
