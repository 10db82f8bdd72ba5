"""Metrics of money, month by month, from the ledger of billing; months of which nothing is known are left out.

Split by plan or by what is paid in, an account counts where the ledger says it was; split by a trait, where it is now.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tenure.billing import queries as billing
from tenure.billing.types import AccountOfMonth, Label, MonthOfMrr, MovementKind
from tenure.insights import registry
from tenure.insights.queries.naming import groups_of
from tenure.insights.queries.readings import check_split
from tenure.insights.rules import money
from tenure.insights.rules.money import CHURN_MONTHS, Estimate, Month
from tenure.insights.types import MetricRow
from tenure.stats.proportions import share

if TYPE_CHECKING:
    from tenure.billing.queries import Groups


def amounts(value: Callable[[MonthOfMrr], int | float | None], since: date, until: date, by: str) -> list[MetricRow]:
    """Return one value a month; `n` is the accounts that paid at its end."""
    return [
        MetricRow(period=m.month, group=m.group, value=value(m), n=m.accounts) for m in months_of_mrr(since, until, by)
    ]


def at_end(value: Callable[[Month], int | float | None], since: date, until: date, by: str) -> list[MetricRow]:
    """Return one value a month, by a rule; `n` is the accounts that paid at its end."""
    return [
        MetricRow(period=m.month, group=m.group, value=value(_month(m)), n=m.accounts)
        for m in months_of_mrr(since, until, by)
    ]


def moved(kind: MovementKind, since: date, until: date, by: str) -> list[MetricRow]:
    """Return what movements of a kind come to by month; `n` is the accounts that had them."""
    return [
        MetricRow(period=m.month, group=m.group, value=getattr(m, kind.value), n=m.accounts_moved.get(kind, 0))
        for m in months_of_mrr(since, until, by)
    ]


def of_month(value: Callable[[Month], int | float | None], since: date, until: date, by: str) -> list[MetricRow]:
    """Return one rate a month, by a rule; `n` is the accounts that paid at its beginning."""
    return [
        MetricRow(period=m.month, group=m.group, value=value(_month(m)), n=m.accounts_before)
        for m in months_of_mrr(since, until, by)
    ]


def logo_churn(since: date, until: date, by: str) -> list[MetricRow]:
    """Return the share of accounts lost by month, with its interval."""
    rows = []
    for m in months_of_mrr(since, until, by):
        left = share(m.accounts_lost, m.accounts_before)
        rows.append(
            MetricRow(
                period=m.month, group=m.group, value=left.value, low=left.low, high=left.high, n=m.accounts_before
            )
        )
    return rows


def lifetime_value(since: date, until: date, by: str) -> list[MetricRow]:
    """Return the lifetime value by month, with its interval."""
    return [
        MetricRow(period=m.month, group=m.group, value=value.value, low=value.low, high=value.high, n=m.accounts)
        for m, value in _with_value(since, until, by)
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
    for m, estimate in _with_value(since, until, ""):
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
    return _paying(_last(period), by, group)


def accounts_paying_before(period: date, by: str, group: str) -> Sequence[int]:
    """Return the accounts that paid at the beginning of the month."""
    return _paying(period - timedelta(days=1), by, group)


def accounts_lost(period: date, by: str, group: str) -> Sequence[int]:
    """Return the accounts that paid at the beginning of the month and no longer at its end."""
    if not by:
        return billing.accounts_lost(period, _last(period))
    return [a.account_id for a in _of_month(period, by, group) if a.mrr_before > 0 >= a.mrr]


def accounts_moved(kinds: Sequence[MovementKind], period: date, by: str, group: str) -> Sequence[int]:
    """Return the accounts with such a movement in the month."""
    if not by:
        return billing.accounts_moved(period, _last(period), kinds)
    return [a.account_id for a in _of_month(period, by, group) if not a.kinds.isdisjoint(kinds)]


def months_of_mrr(since: date, until: date, by: str) -> list[MonthOfMrr]:
    """Return what happened to MRR month by month; with a split, in each group. Raises `SplitUnknown`."""
    check_split(registry.metric("mrr"), by)
    return billing.mrr_by_month_and_group(since, until, _groups(by)) if by else billing.mrr_by_month(since, until)


def _groups(by: str) -> "Groups":
    """Return what groups accounts: the ledger itself where it knows, else who is in which group of a trait now."""
    if by in set(Label):
        return Label(by)
    table = groups_of(by)
    return dict(zip(table["member"].to_pylist(), table["grp"].to_pylist(), strict=True))


def _paying(day: date, by: str, group: str) -> list[int]:
    if not by:
        return [a.account_id for a in billing.accounts_paying(day)]
    return [account for account, label in billing.groups_paying(day, _groups(by)).items() if label == group]


def _of_month(period: date, by: str, group: str) -> list[AccountOfMonth]:
    return [a for a in billing.accounts_of_month(period, _groups(by)) if a.group == group]


def _with_value(since: date, until: date, by: str) -> Iterator[tuple[MonthOfMrr, Estimate]]:
    """Yield the months asked for, each with the lifetime value made from the twelve of its group up to it."""
    earlier = (since.replace(day=1) - timedelta(days=31 * CHURN_MONTHS)).replace(day=1)
    by_group: dict[str, list[MonthOfMrr]] = {}
    for m in months_of_mrr(earlier, until, by):
        known = by_group.setdefault(m.group, [])
        known.append(m)
        if m.month >= since.replace(day=1):
            yield m, money.lifetime_value([_month(k) for k in known[-CHURN_MONTHS:]])


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
