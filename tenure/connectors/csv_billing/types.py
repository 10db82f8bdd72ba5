"""What a file of subscriptions or of spend can say, and what its columns are called."""

from collections.abc import Mapping
from enum import StrEnum


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


SUBSCRIPTION_NAMES: Mapping[SubscriptionField, str] = {
    SubscriptionField.ACCOUNT: "account account_id customer customer_id company company_id group_id",
    SubscriptionField.SUBSCRIPTION: "subscription subscription_id subscription_external_id contract contract_id id",
    SubscriptionField.PLAN: "plan plan_name product price plan_id",
    SubscriptionField.QUANTITY: "quantity seats licences licenses units",
    SubscriptionField.AMOUNT: "amount total mrr",
    SubscriptionField.UNIT_AMOUNT: "unit_amount unit_price price_per_seat seat_price",
    SubscriptionField.CURRENCY: "currency currency_code",
    SubscriptionField.INTERVAL: "interval billing_interval billing_period period billing_cycle",
    SubscriptionField.STARTED: "started started_at start start_date created begin",
    SubscriptionField.TRIAL_END: "trial_end trial_ends trial_ends_at trial_until",
    SubscriptionField.ENDED: "ended ended_at end end_date churned_at",
    SubscriptionField.CANCELLED: "cancelled canceled cancelled_at canceled_at cancellation_date",
    SubscriptionField.PERIOD_END: "period_end current_period_end renews renews_at renewal_date paid_until",
    SubscriptionField.STATUS: "status state",
    SubscriptionField.DISCOUNT: "discount discount_percent percent_off",
    SubscriptionField.DISCOUNT_UNTIL: "discount_until discount_end discount_ends_at",
    SubscriptionField.CHANGED: "changed changed_at as_of valid_from updated_at",
}
SPEND_NAMES: Mapping[SpendField, str] = {
    SpendField.MONTH: "month period",
    SpendField.FIRST: "first from since start start_date date day",
    SpendField.LAST: "last to until end end_date",
    SpendField.AMOUNT: "amount spend cost total",
    SpendField.CURRENCY: "currency currency_code",
    SpendField.CHANNEL: "channel campaign category source",
}
