"""Metrics of money, month by month, from the ledger of billing; months of which nothing is known are left out."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from tenure.billing import queries as billing
from tenure.billing.types import MonthOfMrr, MovementKind
from tenure.insights.rules import money
from tenure.insights.rules.money import CHURN_MONTHS, Estimate, Month
from tenure.insights.types import MetricRow
from tenure.stats.proportions import share


def amounts(value: Callable[[MonthOfMrr], int | float | None], since: date, until: date, by: str) -> list[MetricRow]:
    """Return one value a month; `n` is the accounts that paid at its end."""
    return [MetricRow(period=m.month, value=value(m), n=m.accounts) for m in billing.mrr_by_month(since, until)]


def of_month(value: Callable[[Month], int | float | None], since: date, until: date, by: str) -> list[MetricRow]:
    """Return one rate a month, by a rule; `n` is the accounts that paid at its beginning."""
    return [
        MetricRow(period=m.month, value=value(_month(m)), n=m.accounts_before)
        for m in billing.mrr_by_month(since, until)
    ]


def logo_churn(since: date, until: date, by: str) -> list[MetricRow]:
    """Return the share of accounts lost by month, with its interval."""
    rows = []
    for m in billing.mrr_by_month(since, until):
        left = share(m.accounts_lost, m.accounts_before)
        rows.append(MetricRow(period=m.month, value=left.value, low=left.low, high=left.high, n=m.accounts_before))
    return rows


def lifetime_value(since: date, until: date, by: str) -> list[MetricRow]:
    """Return the lifetime value by month, with its interval."""
    return [
        MetricRow(period=m.month, value=value.value, low=value.low, high=value.high, n=m.accounts)
        for m, value in _with_value(since, until)
    ]


def acquisition_cost(since: date, until: date, by: str) -> list[MetricRow]:
    """Return what each new account cost by month."""
    spend = billing.spend_by_month(since, until)
    return [
        MetricRow(period=m.month, value=money.acquisition_cost(_month(m), spend.get(m.month)), n=m.accounts_new)
        for m in billing.mrr_by_month(since, until)
    ]


def value_for_cost(since: date, until: date, by: str) -> list[MetricRow]:
    """Return lifetime value for each unit of acquisition cost by month, with the interval of the value."""
    spend = billing.spend_by_month(since, until)
    rows = []
    for m, estimate in _with_value(since, until):
        cost = money.acquisition_cost(_month(m), spend.get(m.month))
        value, low, high = money.value_for_cost(estimate, cost)
        rows.append(MetricRow(period=m.month, value=value, low=low, high=high, n=m.accounts_new))
    return rows


def payback(since: date, until: date, by: str) -> list[MetricRow]:
    """Return the months until new accounts have repaid what winning them cost, by month."""
    spend = billing.spend_by_month(since, until)
    return [
        MetricRow(period=m.month, value=money.payback(_month(m), spend.get(m.month)), n=m.accounts_new)
        for m in billing.mrr_by_month(since, until)
    ]


def accounts_paying(period: date, by: str, group: str) -> Sequence[int]:
    """Return the accounts that paid at the end of the month."""
    return [a.account_id for a in billing.accounts_paying(_last(period))]


def accounts_paying_before(period: date, by: str, group: str) -> Sequence[int]:
    """Return the accounts that paid at the beginning of the month."""
    return [a.account_id for a in billing.accounts_paying(period - timedelta(days=1))]


def accounts_lost(period: date, by: str, group: str) -> Sequence[int]:
    """Return the accounts that paid at the beginning of the month and no longer at its end."""
    return billing.accounts_lost(period, _last(period))


def accounts_moved(kinds: Sequence[MovementKind], period: date, by: str, group: str) -> Sequence[int]:
    """Return the accounts with such a movement in the month."""
    return billing.accounts_moved(period, _last(period), kinds)


def _with_value(since: date, until: date) -> Iterator[tuple[MonthOfMrr, Estimate]]:
    """Yield the months asked for, each with the lifetime value made from the twelve up to it."""
    earlier = (since.replace(day=1) - timedelta(days=31 * CHURN_MONTHS)).replace(day=1)
    known = billing.mrr_by_month(earlier, until)
    for number, m in enumerate(known):
        if m.month >= since.replace(day=1):
            yield m, money.lifetime_value([_month(k) for k in known[max(0, number + 1 - CHURN_MONTHS) : number + 1]])


def _month(m: MonthOfMrr) -> Month:
    return Month(
        mrr_before=m.mrr_before,
        mrr=m.mrr,
        new=m.new,
        expansion=m.expansion,
        contraction=m.contraction,
        churn=m.churn,
        reactivation=m.reactivation,
        accounts_before=m.accounts_before,
        accounts=m.accounts,
        accounts_new=m.accounts_new,
        accounts_lost=m.accounts_lost,
    )


def _last(period: date) -> date:
    return (period.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
