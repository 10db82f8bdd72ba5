"""Money: whole minor units and a currency, never a float."""

import dataclasses
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation, localcontext
from fractions import Fraction

from tenure.kernel.errors import Invalid

_DIGITS = dict.fromkeys(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"), 0
) | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
LARGEST = 10**16
"""Minor units beyond this are a mistake, and would not fit where money is summed."""


class NotMoney(Invalid):
    """This cannot be read as an amount of money."""

    code = "not_money"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Money:
    """So many minor units (cents) of a currency."""

    amount: int
    currency: str


def minor_digits(currency: str) -> int:
    """Return how many decimals a currency has (ISO 4217): 2 for most, 0 for yen, 3 for dinars."""
    return _DIGITS.get(currency.upper(), 2)


def rounded(exact: Fraction) -> int:
    """Round to a whole number, halves to the even one, so that errors do not add up."""
    return round(exact)


def in_units(amount: int, currency: str) -> Decimal:
    """Write minor units as units of the currency: 1250 USD is 12.50."""
    with localcontext() as context:
        context.prec = 40
        return Decimal(amount).scaleb(-minor_digits(currency))


def read_money(text: str, currency: str) -> Decimal:
    """Read `1,250.00`, `$12.5` or `12` (units of the currency) as exact minor units; raises `NotMoney`.

    A comma followed by exactly three digits groups; any other single comma is the decimal sign.
    """
    plain = "".join(c for c in text if c.isdigit() or c in "-.,")
    whole, comma, rest = plain.rpartition(",")
    if comma and "." not in rest and "." in whole:
        plain = whole.replace(".", "") + "." + rest
    elif comma and "." not in plain and len(rest) != 3 and "," not in whole:
        plain = whole + "." + rest
    try:
        units = Decimal(plain.replace(",", ""))
    except InvalidOperation as error:
        raise NotMoney(f"{text[:60]!r} is not an amount of money.") from error
    minor = units.scaleb(minor_digits(currency))
    if abs(minor) > LARGEST:
        raise NotMoney(f"{text[:60]!r} is more money than there is.")
    return minor


def whole_minor(minor: Decimal) -> int:
    """Round exact minor units to whole ones."""
    return int(minor.to_integral_value(rounding=ROUND_HALF_EVEN))
