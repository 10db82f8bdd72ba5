"""MRR by month and group: by plan, by the currencies that are paid, or by any grouping of accounts.

Plans and currencies change: an account counts, in the movements of a month, in the group it was in when the month began
(or came to, if it paid nothing then), and in MRR at the end of the month in the group it is in then. So each movement
is in one group and the groups sum to the whole to the cent; what went over from one group to another is `moved`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from tenure.billing.queries.months import end, last_day, rows
from tenure.billing.types import AccountOfMonth, Label, MonthOfMrr, MovementKind
from tenure.kernel import clock, tenancy

Groups: TypeAlias = Label | Mapping[int, str]

UNLABELLED = "(none)"
"""The group of those of whom nothing is known to group them by."""


def mrr_by_month_and_group(first: date, last: date, groups: Groups) -> list[MonthOfMrr]:
    """Return every month from that of `first` to that of `last` for every group, as far as anything is known of it.

    Months before the first movement ever are left out; a group is there in all of them.
    """
    flows: dict[str, dict[date, Sequence[int]]] = defaultdict(dict)
    statement, arguments = _moved(groups)
    for month, label, *sums in rows(statement + _FLOWS, arguments):
        flows[label][month] = [int(each) for each in sums]
    if not flows:
        return []
    begins = min(month for of_label in flows.values() for month in of_label)
    until = min(last.replace(day=1), clock.now().astimezone(UTC).date().replace(day=1))
    found = [m for label in sorted(flows) for m in _months_of(label, flows[label], begins, until)]
    return sorted((m for m in found if m.month >= first.replace(day=1)), key=lambda m: (m.month, m.group))


def accounts_of_month(month: date, groups: Groups) -> list[AccountOfMonth]:
    """Return the accounts with movements in a calendar month, and the group in which those count."""
    statement, arguments = _moved(groups)
    chosen = " SELECT account_id, home, before, after, kinds FROM moved WHERE month = %s ORDER BY account_id"
    found = rows(statement + chosen, [*arguments, month.replace(day=1)])
    return [
        AccountOfMonth(
            account_id=account,
            group=home,
            mrr_before=before,
            mrr=after,
            kinds=frozenset(MovementKind(kind) for kind in kinds),
        )
        for account, home, before, after, kinds in found
    ]


def groups_paying(at: date | datetime, groups: Groups) -> dict[int, str]:
    """Return who paid at a moment, or at the end of a day, and in which group that counts."""
    statement, arguments = _labelled(groups)
    return dict(rows(statement + _LATEST, [*arguments, end(at)]))


_NAMED = "coalesce(nullif({}, ''), '" + UNLABELLED + "')"
_KINDS = ("new", "expansion", "contraction", "churn", "reactivation")
_SUMS = ", ".join(f"coalesce(sum(amount) FILTER (WHERE kind = '{kind}'), 0) AS {kind}" for kind in _KINDS)
_MOVED = f"""
, before_each AS (
    SELECT *, date_trunc('month', at AT TIME ZONE 'UTC')::date AS month,
           lag(label) OVER (PARTITION BY account_id ORDER BY at) AS label_before
    FROM labelled
), by_account AS (
    SELECT account_id, month, (array_agg(mrr_after - amount ORDER BY at))[1] AS before,
           (array_agg(mrr_after ORDER BY at DESC))[1] AS after,
           {_NAMED.format("(array_agg(label_before ORDER BY at))[1]")} AS label_before,
           {_NAMED.format("(array_agg(label ORDER BY at))[1]")} AS label_come_to,
           {_NAMED.format("(array_agg(label ORDER BY at DESC))[1]")} AS label_after,
           array_agg(DISTINCT kind) AS kinds, bool_or(kind = 'new') AS is_new, {_SUMS}
    FROM before_each GROUP BY account_id, month
), moved AS (
    SELECT *, CASE WHEN before > 0 THEN label_before ELSE label_come_to END AS home FROM by_account
)
"""  # noqa: S608
_FLOWS = f"""
SELECT month, label, {", ".join(f"sum({kind})" for kind in _KINDS)},
       {", ".join(f"count(*) FILTER (WHERE '{kind}' = ANY(kinds))" for kind in _KINDS)},
       sum(come), sum(gone), sum(level), sum(accounts)
FROM (
    SELECT month, home AS label, {", ".join(_KINDS)}, kinds, is_new::int AS come,
           (before > 0 AND after <= 0)::int AS gone, 0 AS level, 0 AS accounts FROM moved
    UNION ALL SELECT month, label_before, 0, 0, 0, 0, 0, NULL, 0, 0, -before, -1 FROM moved WHERE before > 0
    UNION ALL SELECT month, label_after, 0, 0, 0, 0, 0, NULL, 0, 0, after, 1 FROM moved WHERE after > 0
) flows GROUP BY month, label
"""  # noqa: S608
_LATEST = f"""
SELECT account_id, label FROM (
    SELECT DISTINCT ON (account_id) account_id, {_NAMED.format("label")} AS label, mrr_after
    FROM labelled WHERE at < %s ORDER BY account_id, at DESC
) latest WHERE mrr_after > 0 ORDER BY account_id
"""  # noqa: S608
_BY_PLAN = """
WITH labelled AS (
    SELECT account_id, at, kind, amount, mrr_after, plan_to AS label
    FROM billing_ledgermovement WHERE workspace_id = %s
)
"""
_BY_CURRENCY = """
WITH moves AS (
    SELECT account_id, at, kind, amount, mrr_after, by_currency FROM billing_ledgermovement WHERE workspace_id = %s
), levels AS (
    SELECT m.account_id, m.at, c.currency,
           sum(coalesce((m.by_currency -> c.currency ->> 0)::bigint, 0))
               OVER (PARTITION BY m.account_id, c.currency ORDER BY m.at) AS paid
    FROM moves m JOIN (SELECT DISTINCT account_id, jsonb_object_keys(by_currency) AS currency FROM moves) c
        USING (account_id)
), paid AS (
    SELECT account_id, at, string_agg(currency, ', ' ORDER BY currency) FILTER (WHERE paid > 0) AS label
    FROM levels GROUP BY account_id, at
), labelled AS (
    SELECT m.account_id, m.at, m.kind, m.amount, m.mrr_after, p.label
    FROM moves m LEFT JOIN paid p USING (account_id, at)
)
"""
_BY_GROUP = """
WITH labelled AS (
    SELECT m.account_id, m.at, m.kind, m.amount, m.mrr_after, g.label
    FROM billing_ledgermovement m
    LEFT JOIN unnest(%s::bigint[], %s::text[]) AS g (account_id, label) ON g.account_id = m.account_id
    WHERE m.workspace_id = %s
)
"""


def _labelled(groups: Groups) -> tuple[str, list[Any]]:
    workspace_id = tenancy.current_workspace_id()
    match groups:
        case Label.PLAN:
            return _BY_PLAN, [workspace_id]
        case Label.CURRENCY:
            return _BY_CURRENCY, [workspace_id]
        case _:
            return _BY_GROUP, [list(groups.keys()), list(groups.values()), workspace_id]


def _moved(groups: Groups) -> tuple[str, list[Any]]:
    statement, arguments = _labelled(groups)
    return statement + _MOVED, arguments


def _months_of(label: str, flows: Mapping[date, Sequence[int]], begins: date, until: date) -> list[MonthOfMrr]:
    found: list[MonthOfMrr] = []
    mrr = accounts = 0
    month = begins
    while month <= until:
        *sums, come, gone, level, count = flows.get(month, (0,) * 14)
        kinds, moved = sums[: len(_KINDS)], zip(_KINDS, sums[len(_KINDS) :], strict=True)
        found.append(
            MonthOfMrr(
                month=month,
                group=label,
                mrr_before=mrr,
                mrr=mrr + level,
                moved=level - sum(kinds),
                accounts_before=accounts,
                accounts=accounts + count,
                accounts_new=come,
                accounts_lost=gone,
                accounts_moved={MovementKind(kind): those for kind, those in moved if those},
                new=kinds[0],
                expansion=kinds[1],
                contraction=kinds[2],
                churn=kinds[3],
                reactivation=kinds[4],
            )
        )
        mrr, accounts = mrr + level, accounts + count
        month = end(last_day(month)).date()
    return found
