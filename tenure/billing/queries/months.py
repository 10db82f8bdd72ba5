"""MRR over time: at a moment, by month, and who pays."""

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from django.db import connection
from django.db.models import Sum

from tenure.billing.models import LedgerAccount, LedgerMovement, Spend
from tenure.billing.queries.choices import ledger_choices
from tenure.billing.types import AccountMrr, MonthOfMrr, MovementKind
from tenure.customers import queries as customers
from tenure.kernel import clock, tenancy


def has_ledger() -> bool:
    """Tell whether anything was billed in the workspace in scope."""
    return LedgerAccount.objects.exists()


def mrr_at(at: date | datetime) -> int:
    """Return MRR at a moment, or at the end of a day (UTC), in minor units of the workspace's currency."""
    return LedgerMovement.objects.filter(at__lt=end(at)).aggregate(total=Sum("amount"))["total"] or 0


def accounts_paying(at: date | datetime, ids: Collection[int] | None = None) -> list[AccountMrr]:
    """Return who paid at a moment, or at the end of a day, and how much; most first."""
    found = rows(
        """
        SELECT * FROM (
            SELECT DISTINCT ON (account_id) account_id, mrr_after, plan_to, at FROM billing_ledgermovement
            WHERE workspace_id = %s AND at < %s AND (%s::bigint[] IS NULL OR account_id = ANY(%s))
            ORDER BY account_id, at DESC
        ) last WHERE mrr_after > 0 ORDER BY mrr_after DESC, account_id
        """,
        [tenancy.current_workspace_id(), end(at), *[list(ids) if ids is not None else None] * 2],
    )
    names = customers.account_names(account for account, *_ in found)
    return [
        AccountMrr(account_id=account, name=names.get(account, ""), mrr=mrr, plan=plan, since=since)
        for account, mrr, plan, since in found
    ]


def accounts_moved(since: date, until: date, kinds: Collection[MovementKind]) -> list[int]:
    """Return the accounts with a movement of these kinds from one day to another, both included."""
    moved = LedgerMovement.objects.filter(at__gte=begin(since), at__lt=end(until), kind__in=[k.value for k in kinds])
    return sorted(set(moved.values_list("account_id", flat=True)))


def accounts_lost(since: date, until: date) -> list[int]:
    """Return the accounts that paid before the one day and no longer after the other."""
    found = rows(
        f"SELECT account_id FROM ({_CHANGES}) changed WHERE before > 0 AND after <= 0",  # noqa: S608
        [tenancy.current_workspace_id(), begin(since), end(until)],
    )
    return sorted({account for (account,) in found})


_CHANGES = """
    SELECT account_id, (array_agg(mrr_after - amount ORDER BY at))[1] AS before,
           (array_agg(mrr_after ORDER BY at DESC))[1] AS after
    FROM billing_ledgermovement WHERE workspace_id = %s AND at >= %s AND at < %s GROUP BY account_id
"""


def mrr_by_month(first: date, last: date) -> list[MonthOfMrr]:
    """Return every month from that of `first` to that of `last`, as far as anything is known of it.

    Months before the first movement ever, and months to come, are left out.
    """
    moves, changes = _by_month()
    if not moves:
        return []
    month, found = min(moves), list[MonthOfMrr]()
    until = min(last.replace(day=1), clock.now().astimezone(UTC).date().replace(day=1))
    mrr = accounts = 0
    while month <= until:
        of_month, changed = moves.get(month, {}), changes.get(month, {})
        moved = {kind: amount for kind, (amount, _) in of_month.items()}
        after = accounts + changed.get("gained", 0) - changed.get("lost", 0)
        row = MonthOfMrr(
            month=month,
            mrr_before=mrr,
            mrr=mrr + sum(moved.values()),
            accounts_before=accounts,
            accounts=after,
            accounts_new=changed.get("new", 0),
            accounts_lost=changed.get("lost", 0),
            accounts_moved={MovementKind(kind): count for kind, (_, count) in of_month.items()},
            new=moved.get("new", 0),
            expansion=moved.get("expansion", 0),
            contraction=moved.get("contraction", 0),
            churn=moved.get("churn", 0),
            reactivation=moved.get("reactivation", 0),
        )
        found.append(row)
        mrr, accounts = row.mrr, row.accounts
        month = (month + timedelta(days=32)).replace(day=1)
    return [m for m in found if m.month >= first.replace(day=1)]


def spend_by_month(first: date, last: date) -> dict[date, int]:
    """Return what was spent on winning customers by month, evenly over its days; other months are left out."""
    choices = ledger_choices()
    exact: dict[date, Fraction] = defaultdict(Fraction)
    for spend in Spend.objects.filter(last__gte=first.replace(day=1), first__lte=last_day(last)):
        amount = spend.amount * choices.rates.get(spend.currency, Fraction(0))
        days = (spend.last - spend.first).days + 1
        month = spend.first.replace(day=1)
        while month <= spend.last:
            there = (min(spend.last, last_day(month)) - max(spend.first, month)).days + 1
            exact[month] += amount * there / days
            month = (month + timedelta(days=32)).replace(day=1)
    return {m: round(a) for m, a in sorted(exact.items()) if first.replace(day=1) <= m <= last}


def _by_month() -> tuple[dict[date, dict[str, tuple[int, int]]], dict[date, dict[str, int]]]:
    """Return what was moved by month and kind, and by how many accounts; and how many came and went by month."""
    workspace_id = tenancy.current_workspace_id()
    moves: dict[date, dict[str, tuple[int, int]]] = defaultdict(dict)
    for month, kind, amount, accounts in rows(
        """
        SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date, kind, sum(amount)::bigint, count(DISTINCT account_id)
        FROM billing_ledgermovement WHERE workspace_id = %s GROUP BY 1, 2
        """,
        [workspace_id],
    ):
        moves[month][kind] = amount, accounts
    changes: dict[date, dict[str, int]] = {
        month: {"gained": gained, "lost": lost, "new": new}
        for month, gained, lost, new in rows(
            """
            SELECT month, count(*) FILTER (WHERE before <= 0 AND after > 0),
                   count(*) FILTER (WHERE before > 0 AND after <= 0), count(*) FILTER (WHERE is_new)
            FROM (
                SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date AS month,
                       (array_agg(mrr_after - amount ORDER BY at))[1] AS before,
                       (array_agg(mrr_after ORDER BY at DESC))[1] AS after, bool_or(kind = 'new') AS is_new
                FROM billing_ledgermovement WHERE workspace_id = %s GROUP BY account_id, 1
            ) changed GROUP BY 1
            """,
            [workspace_id],
        )
    }
    return moves, changes


def begin(day: date) -> datetime:
    """Return the moment at which a day (UTC) begins."""
    return datetime.combine(day, time.min, UTC)


def end(at: date | datetime) -> datetime:
    """Return the moment after a day, or just after a moment."""
    if isinstance(at, datetime):
        return at + timedelta(microseconds=1)
    return datetime.combine(at + timedelta(days=1), time.min, UTC)


def last_day(day: date) -> date:
    """Return the last day of the month a day is in."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def rows(statement: str, arguments: list[Any]) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        answer: list[tuple[Any, ...]] = cursor.fetchall()
        return answer
