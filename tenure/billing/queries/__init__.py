"""Reads of billing."""

from tenure.billing.queries.billed import billed, billed_as_of, rates_known
from tenure.billing.queries.choices import CurrencyRate, LedgerChoices, exchange_rates, ledger_choices
from tenure.billing.queries.columns import days_overdue, days_overdue_as_of, mrr_of_accounts, payments_failed_as_of
from tenure.billing.queries.months import (
    accounts_lost,
    accounts_moved,
    accounts_paying,
    has_ledger,
    mrr_at,
    mrr_by_month,
    spend_by_month,
)
from tenure.billing.queries.movements import (
    all_movements,
    invoices_of,
    ledger_of,
    movements,
    payments_of,
    states_of,
    subscriptions_told,
)
from tenure.billing.queries.past import ledgers_as_of, ledgers_as_told
from tenure.billing.queries.splits import Groups, accounts_of_month, groups_paying, mrr_by_month_and_group
from tenure.billing.queries.standing import mrr_of, renewals, renewals_of, typical_mrr
from tenure.billing.queries.telling import bill_of, newest_states, spend_told, states_told_by

__all__ = [
    "CurrencyRate",
    "Groups",
    "LedgerChoices",
    "accounts_lost",
    "accounts_moved",
    "accounts_of_month",
    "accounts_paying",
    "all_movements",
    "bill_of",
    "billed",
    "billed_as_of",
    "days_overdue",
    "days_overdue_as_of",
    "exchange_rates",
    "groups_paying",
    "has_ledger",
    "invoices_of",
    "ledger_choices",
    "ledger_of",
    "ledgers_as_of",
    "ledgers_as_told",
    "movements",
    "mrr_at",
    "mrr_by_month",
    "mrr_by_month_and_group",
    "mrr_of",
    "mrr_of_accounts",
    "newest_states",
    "payments_failed_as_of",
    "payments_of",
    "rates_known",
    "renewals",
    "renewals_of",
    "spend_by_month",
    "spend_told",
    "states_of",
    "states_told_by",
    "subscriptions_told",
    "typical_mrr",
]
