"""Writes to billing: what providers say, and what a workspace chooses."""

from tenure.billing.actions.choosing import choose_ledger, set_exchange_rate
from tenure.billing.actions.money import record_invoices, record_payments, record_spend, withdraw_spend
from tenure.billing.actions.recording import record_customers, record_plans, record_subscription_states
from tenure.billing.actions.withdrawing import withdraw_subscription_states
from tenure.billing.rules.checking import fault

__all__ = [
    "choose_ledger",
    "fault",
    "record_customers",
    "record_invoices",
    "record_payments",
    "record_plans",
    "record_spend",
    "record_subscription_states",
    "set_exchange_rate",
    "withdraw_spend",
    "withdraw_subscription_states",
]
