"""What the months of the ledger say: rates, values and what they cost; None wherever there is nothing to divide by."""

import dataclasses
from collections.abc import Sequence
from fractions import Fraction

from tenure.stats.proportions import share

CHURN_MONTHS = 12
"""Months over which the share of accounts lost is taken for the lifetime value: one alone loses too few to say."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """What a metric of money is made from; amounts are minor units, contraction and churn negative or zero."""

    mrr_before: int
    mrr: int
    new: int
    expansion: int
    contraction: int
    churn: int
    reactivation: int
    accounts_before: int
    accounts: int
    accounts_new: int
    accounts_lost: int


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A value with its 95 % interval; a limit that is None is not known."""

    value: int | None
    low: float | None
    high: float | None


def arpa(month: Month) -> int | None:
    """MRR for each paying account."""
    return round(Fraction(month.mrr, month.accounts)) if month.accounts else None


def gross_retention(month: Month) -> float | None:
    """The share of MRR that was not lost."""
    if not month.mrr_before:
        return None
    return float(1 + Fraction(month.contraction + month.churn, month.mrr_before))


def net_retention(month: Month) -> float | None:
    """The share of MRR that was not lost, what was won with the same accounts added."""
    if not month.mrr_before:
        return None
    moved = month.contraction + month.churn + month.expansion + month.reactivation
    return float(1 + Fraction(moved, month.mrr_before))


def logo_churn(month: Month) -> float | None:
    """The share of the accounts paying at first that no longer paid at last."""
    return month.accounts_lost / month.accounts_before if month.accounts_before else None


def quick_ratio(month: Month) -> float | None:
    """MRR won for each unit lost."""
    lost = -(month.contraction + month.churn)
    return float(Fraction(month.new + month.expansion + month.reactivation, lost)) if lost else None


def lifetime_value(months: Sequence[Month]) -> Estimate:
    """ARPA of the last month divided by the share of accounts lost a month, with the interval of that share.

    Wilson's interval over the account-months; ARPA is taken as known. Where nobody left there is only a lower limit.
    """
    last = months[-1] if months else None
    seen = sum(m.accounts_before for m in months)
    lost = sum(m.accounts_lost for m in months)
    if last is None or not last.accounts or not seen:
        return Estimate(value=None, low=None, high=None)
    each = Fraction(last.mrr, last.accounts)
    left = share(min(lost, seen), seen)
    return Estimate(
        value=round(each * seen / lost) if lost else None,
        low=float(each) / left.high if left.high else None,
        high=float(each) / left.low if left.low else None,
    )


def acquisition_cost(month: Month, spend: int | None) -> int | None:
    """What was spent for each account won."""
    return round(Fraction(spend, month.accounts_new)) if spend is not None and month.accounts_new else None


def value_for_cost(value: Estimate, cost: int | None) -> tuple[float | None, float | None, float | None]:
    """Lifetime value for each unit spent on winning, with its interval."""
    if not cost:
        return None, None, None
    times = value.value / cost if value.value is not None else None
    return times, value.low / cost if value.low else None, value.high / cost if value.high else None


def payback(month: Month, spend: int | None) -> float | None:
    """How many months of what new accounts pay repay what winning them cost."""
    return float(Fraction(spend, month.new)) if spend is not None and month.new > 0 else None
