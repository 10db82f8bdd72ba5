"""Reads of billing."""

from tenure.billing.queries.choices import CurrencyRate, LedgerChoices, exchange_rates, ledger_choices

__all__ = [
    "CurrencyRate",
    "LedgerChoices",
    "exchange_rates",
    "ledger_choices",
]
