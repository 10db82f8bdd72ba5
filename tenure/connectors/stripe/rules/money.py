"""How Stripe counts money, where that differs from everyone else."""

from decimal import Decimal

_IN_HUNDREDTHS = frozenset({"ISK", "UGX"})
"""Currencies without decimals that Stripe still counts in hundredths (its docs, "Special cases")."""
_IN_WHOLE_UNITS = frozenset({"MGA"})
"""Currencies with decimals that Stripe counts in whole units."""


def minor(amount: Decimal | int, currency: str) -> Decimal:
    """Turn an amount as Stripe writes it into minor units of the currency."""
    code = currency.upper()
    if code in _IN_HUNDREDTHS:
        return Decimal(amount) / 100
    return Decimal(amount) * 100 if code in _IN_WHOLE_UNITS else Decimal(amount)


def whole_minor(amount: int, currency: str) -> int:
    """Turn an amount of an invoice or a payment into whole minor units."""
    return int(minor(amount, currency).to_integral_value())
