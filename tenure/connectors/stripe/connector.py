"""Stripe, as connectors are plugged in."""

from collections.abc import Sequence

from tenure.connectors.registry import Brings, Connected
from tenure.connectors.stripe.queries import connections, health_of
from tenure.connectors.stripe.types import Health


class StripeConnector:
    """Reads customers, plans, subscriptions, invoices and payments from Stripe, by webhooks and by its API."""

    kind = "stripe"
    brings: Sequence[Brings] = (Brings.BILLING,)

    def connected(self) -> Sequence[Connected]:
        """Return the accounts of Stripe's that are connected."""
        fine = {Health.WORKING, Health.WAITING}
        return [
            Connected(
                kind=self.kind,
                name=each.name,
                since=each.made_at,
                last_heard_at=each.last_told_at,
                problem="" if (health := health_of(each)) in fine else health.value,
            )
            for each in connections()
        ]
