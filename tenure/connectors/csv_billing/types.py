"""What a file of subscriptions or of spend can say, and what its import reports."""

import dataclasses
from enum import StrEnum

from tenure.connectors.csv_events.types import RefusedRow


class SubscriptionField(StrEnum):
    """What a column of a file of subscriptions can mean; columns that mean nothing are left alone."""

    ACCOUNT = "account"
    SUBSCRIPTION = "subscription"
    PLAN = "plan"
    QUANTITY = "quantity"
    AMOUNT = "amount"
    UNIT_AMOUNT = "unit_amount"
    CURRENCY = "currency"
    INTERVAL = "interval"
    STARTED = "started"
    TRIAL_END = "trial_end"
    ENDED = "ended"
    CANCELLED = "cancelled"
    PERIOD_END = "period_end"
    STATUS = "status"
    DISCOUNT = "discount"
    DISCOUNT_UNTIL = "discount_until"
    CHANGED = "changed"


class SpendField(StrEnum):
    """What a column of a file of spend can mean."""

    MONTH = "month"
    FIRST = "first"
    LAST = "last"
    AMOUNT = "amount"
    CURRENCY = "currency"
    CHANNEL = "channel"


@dataclasses.dataclass(kw_only=True)
class BillingReport:
    """What an import did, or in a dry run would do."""

    rows: int = 0
    new: int = 0
    known: int = 0
    refused: dict[str, int] = dataclasses.field(default_factory=dict)
    examples: dict[str, RefusedRow] = dataclasses.field(default_factory=dict)
    accounts: set[str] = dataclasses.field(default_factory=set)

    @property
    def refused_rows(self) -> int:
        """How many rows were refused in all."""
        return sum(self.refused.values())
