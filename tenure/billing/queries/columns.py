"""Billing of every account at once, as columns, for those who judge all accounts in one pass."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from tenure.billing.queries.months import end, rows
from tenure.billing.types import InvoiceStatus
from tenure.kernel import tenancy
from tenure.kernel.as_of import AsOf


def mrr_of_accounts(at: datetime, ids: Collection[int] | None = None) -> pa.Table:
    """Return MRR at a moment of the accounts that paid then: `account_id`, `mrr` in minor units."""
    return _columns(
        "mrr",
        rows(
            """
            SELECT account_id, mrr_after FROM (
                SELECT DISTINCT ON (account_id) account_id, mrr_after FROM billing_ledgermovement
                WHERE workspace_id = %s AND at < %s AND (%s::bigint[] IS NULL OR account_id = ANY(%s))
                ORDER BY account_id, at DESC
            ) last WHERE mrr_after > 0
            """,
            [tenancy.current_workspace_id(), end(at), *_twice(ids)],
        ),
    )


def days_overdue(at: datetime, ids: Collection[int] | None = None) -> pa.Table:
    """Return since how many days (UTC) the oldest unpaid invoice of accounts had been due: `account_id`, `days`.

    An invoice is unpaid while it is open or was given up; one without a day on which it is due is due when issued.
    """
    today = at.astimezone(UTC).date()
    unpaid = [InvoiceStatus.OPEN.value, InvoiceStatus.UNCOLLECTIBLE.value]
    return _columns(
        "days",
        rows(
            """
            SELECT account_id, max(%s::date - (coalesce(due_at, issued_at) AT TIME ZONE 'UTC')::date)
            FROM billing_invoice
            WHERE workspace_id = %s AND account_id IS NOT NULL
              AND ((status = ANY(%s) AND total > paid) OR paid_at > %s)
              AND coalesce(due_at, issued_at) <= %s AND (%s::bigint[] IS NULL OR account_id = ANY(%s))
            GROUP BY account_id
            """,
            [today, tenancy.current_workspace_id(), unpaid, at, at, *_twice(ids)],
        ),
    )


def days_overdue_as_of(as_of: AsOf, ids: Collection[int] | None = None) -> pa.Table:
    """Return what `days_overdue` says of a past moment, by how invoices had been told by another.

    Whose an invoice is, is as today.
    """
    unpaid = [InvoiceStatus.OPEN.value, InvoiceStatus.UNCOLLECTIBLE.value]
    at = as_of.at
    return _columns(
        "days",
        rows(
            """
            SELECT i.account_id, max(%s::date - (coalesce(t.due_at, t.issued_at) AT TIME ZONE 'UTC')::date)
            FROM billing_invoice i
            JOIN LATERAL (
                SELECT * FROM billing_invoicethen told
                WHERE told.invoice_id = i.id AND told.learnt_at <= %s ORDER BY told.id DESC LIMIT 1
            ) AS t ON TRUE
            WHERE i.workspace_id = %s AND i.account_id IS NOT NULL
              AND ((t.status = ANY(%s) AND t.total > t.paid) OR t.paid_at > %s)
              AND coalesce(t.due_at, t.issued_at) <= %s AND (%s::bigint[] IS NULL OR i.account_id = ANY(%s))
            GROUP BY i.account_id
            """,
            [at.astimezone(UTC).date(), as_of.known_at, tenancy.current_workspace_id(), unpaid, at, at, *_twice(ids)],
        ),
    )


def payments_failed_as_of(as_of: AsOf, days: int) -> pa.Table:
    """Return how many payments of accounts failed in so many days up to a moment, by what had been told by another.

    `account_id`, `n`; whose a payment is, is as today. What was tried again and failed again counts again.
    """
    return _columns(
        "n",
        rows(
            """
            SELECT p.account_id, count(*) FROM billing_payment p
            JOIN (
                SELECT DISTINCT ON (payment_id) payment_id, has_failed, at FROM billing_failurethen
                WHERE workspace_id = %s AND learnt_at <= %s ORDER BY payment_id, id DESC
            ) AS t ON t.payment_id = p.id
            WHERE t.has_failed AND t.at < %s AND t.at >= %s AND p.account_id IS NOT NULL
            GROUP BY p.account_id ORDER BY p.account_id
            """,
            [tenancy.current_workspace_id(), as_of.known_at, as_of.at, as_of.at - timedelta(days=days)],
        ),
    )


def _twice(ids: Collection[int] | None) -> list[list[int] | None]:
    return [None if ids is None else list(ids)] * 2


def _columns(name: str, found: list[tuple[int, int]]) -> pa.Table:
    return pa.table(
        {
            "account_id": pa.array([account for account, _ in found], pa.int64()),
            name: pa.array([value for _, value in found], pa.int64()),
        }
    )
