"""Makes states of subscriptions for tests of billing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tenure.billing.types import Interval, Item, Status, SubscriptionState, Unit

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
YEARLY = Interval(unit=Unit.YEAR)


def day(number: float) -> datetime:
    """Return the moment so many days after the beginning of 2026."""
    return BEGIN + timedelta(days=number)


def item(amount: int | str = 5000, *, plan: str = "basic", **more: Any) -> Item:
    """Make one line of a subscription."""
    return Item(plan=plan, plan_name=plan.title(), unit_amount=Decimal(amount), **more)


def state(as_of: float = 0, *, amount: int | str = 5000, plan: str = "basic", quantity: int = 1, **more: Any) -> Any:
    """Make a state of a subscription as of a day; active, monthly and in dollars unless said."""
    items = more.pop("items", (item(amount, plan=plan, quantity=Decimal(quantity)),))
    given: dict[str, Any] = {
        "source": "test", "external_id": "sub_1", "account": "acme", "status": Status.ACTIVE, "started_at": BEGIN,
        "currency": "USD", "provenance": f"test {as_of}",
    }  # fmt: skip
    return SubscriptionState(**{**given, "as_of": day(as_of), "items": items, **more})
