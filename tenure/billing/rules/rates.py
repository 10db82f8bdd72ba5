"""At which fixed rates money of other currencies is counted."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from tenure.kernel.money import minor_digits

_IN_DOLLARS = {
    "USD": "1", "EUR": "1.13", "GBP": "1.32", "CHF": "1.20", "JPY": "0.0067", "CNY": "0.139", "TWD": "0.032",
    "HKD": "0.128", "SGD": "0.765", "KRW": "0.0007", "INR": "0.0115", "AUD": "0.645", "NZD": "0.585", "CAD": "0.715",
    "SEK": "0.103", "NOK": "0.097", "DKK": "0.151", "PLN": "0.266", "CZK": "0.0457", "HUF": "0.0028", "RON": "0.224",
    "ILS": "0.285", "TRY": "0.0255", "ZAR": "0.056", "BRL": "0.178", "MXN": "0.0525", "AED": "0.2723", "SAR": "0.2667",
    "THB": "0.0308", "MYR": "0.2345", "IDR": "0.000061", "PHP": "0.0174",
}  # fmt: skip
_PLACES = Decimal("1e-12")


def usual_rate(currency: str, into: str) -> Decimal | None:
    """Return what to count a currency at until somebody chooses: round figures near the averages of 2025; or None."""
    if currency == into:
        return Decimal(1)
    if currency not in _IN_DOLLARS or into not in _IN_DOLLARS:
        return None
    return (Decimal(_IN_DOLLARS[currency]) / Decimal(_IN_DOLLARS[into])).quantize(_PLACES)


def in_minor_units(rates: Mapping[str, Decimal], into: str) -> dict[str, Fraction]:
    """Turn rates between units into rates between minor units: one yen is one minor unit, one dollar is a hundred."""
    into_digits = minor_digits(into)
    found = {into: Fraction(1)}
    for currency, rate in rates.items():
        if currency != into:
            found[currency] = Fraction(rate) * Fraction(10) ** (into_digits - minor_digits(currency))
    return found
