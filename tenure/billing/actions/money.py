"""Taking down money: invoices, payments and refunds, which move no MRR, and what was spent on winning customers."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction

from tenure.billing.actions import sql
from tenure.billing.actions.linking import link, tell_of_invoices
from tenure.billing.actions.recording import ensure_rates
from tenure.billing.errors import RecordUnusable
from tenure.billing.types import InvoiceRecord, PaymentKind, PaymentRecord, Recorded, SpendRecord
from tenure.kernel import clock, tenancy
from tenure.kernel.money import LARGEST


@transaction.atomic
def record_invoices(invoices: Sequence[InvoiceRecord]) -> Recorded:
    """Take down invoices; of two tellings of one the later `as_of` holds, in whatever order they come."""
    entries = [
        (
            i.source, i.external_id, i.as_of, i.provenance[:160], i.account[:500], i.customer[:255],
            i.subscription[:255], i.number[:120], i.status.value, i.total.currency, i.total.amount, i.tax, i.paid,
            i.issued_at, i.due_at, i.paid_at,
        )
        for i in invoices
    ]  # fmt: skip
    recorded = _record(
        "invoice",
        {
            "subscription_reference": "text", "number": "text", "status": "text", "currency": "text",
            "total": "bigint", "tax": "bigint", "paid": "bigint", "issued_at": "timestamptz",
            "due_at": "timestamptz", "paid_at": "timestamptz",
        },
        entries,
        [i.total.currency for i in invoices],
        [i.total.amount for i in invoices],
    )  # fmt: skip
    tell_of_invoices(_remember({(i.source, i.external_id) for i in invoices}) - recorded.accounts)
    return recorded


def _remember(invoices: Collection[tuple[str, str]]) -> set[int]:
    """Write down how invoices are told now, where that is new; returns the accounts they are of."""
    found = sql.rows(
        """
        WITH news AS (
        INSERT INTO billing_invoicethen
            (workspace_id, invoice_id, learnt_at, status, total, paid, issued_at, due_at, paid_at)
        SELECT i.workspace_id, i.id, %s, i.status, i.total, i.paid, i.issued_at, i.due_at, i.paid_at
        FROM billing_invoice i
        JOIN unnest(%s::text[], %s::text[]) AS said (source, external_id)
            ON i.source = said.source AND i.external_id = said.external_id
        LEFT JOIN LATERAL (
            SELECT * FROM billing_invoicethen t WHERE t.invoice_id = i.id ORDER BY t.id DESC LIMIT 1
        ) AS last ON TRUE
        WHERE i.workspace_id = %s
          AND (last.status, last.total, last.paid, last.issued_at, last.due_at, last.paid_at)
              IS DISTINCT FROM (i.status, i.total, i.paid, i.issued_at, i.due_at, i.paid_at)
        ORDER BY i.id
        RETURNING invoice_id
        )
        SELECT DISTINCT i.account_id FROM news JOIN billing_invoice i ON i.id = news.invoice_id
        WHERE i.account_id IS NOT NULL
        """,
        [clock.now(), *sql.columns(sorted(invoices), 2), tenancy.current_workspace_id()],
    )
    return {account for (account,) in found}


@transaction.atomic
def record_payments(payments: Sequence[PaymentRecord]) -> Recorded:
    """Take down money that came in, went back or failed to come; no movement of MRR comes of it."""
    entries = [
        (
            p.source, p.external_id, p.as_of, p.provenance[:160], p.account[:500], p.customer[:255],
            p.invoice[:255], p.kind.value, p.amount.currency, p.amount.amount, p.at,
        )
        for p in payments
    ]  # fmt: skip
    columns = {
        "invoice_reference": "text", "kind": "text", "currency": "text", "amount": "bigint", "at": "timestamptz",
    }  # fmt: skip
    recorded = _record(
        "payment", columns, entries, [p.amount.currency for p in payments], [p.amount.amount for p in payments]
    )
    _remember_failures({(p.source, p.external_id) for p in payments})
    return recorded


def _remember_failures(payments: Collection[tuple[str, str]]) -> None:
    """Write down which payments are said to have failed, and of which that is no longer said."""
    sql.run(
        """
        INSERT INTO billing_failurethen (workspace_id, payment_id, learnt_at, has_failed, at)
        SELECT p.workspace_id, p.id, %s, p.kind = %s, p.at
        FROM billing_payment p
        JOIN unnest(%s::text[], %s::text[]) AS said (source, external_id)
            ON p.source = said.source AND p.external_id = said.external_id
        LEFT JOIN LATERAL (
            SELECT * FROM billing_failurethen t WHERE t.payment_id = p.id ORDER BY t.id DESC LIMIT 1
        ) AS last ON TRUE
        WHERE p.workspace_id = %s
          AND CASE WHEN last.id IS NULL THEN p.kind = %s ELSE (last.has_failed, last.at) <> (p.kind = %s, p.at) END
        ORDER BY p.id
        """,
        [
            clock.now(), PaymentKind.FAILURE.value, *sql.columns(sorted(payments), 2), tenancy.current_workspace_id(),
            PaymentKind.FAILURE.value, PaymentKind.FAILURE.value,
        ],
    )  # fmt: skip


@transaction.atomic
def record_spend(spends: Sequence[SpendRecord]) -> Recorded:
    """Take down what was spent on winning customers; the same source and id replaces what was said before."""
    for s in spends:
        if s.last < s.first or not 0 <= s.amount.amount <= LARGEST:
            raise RecordUnusable(f"{s.source} {s.external_id}: it ends before it begins, or is no amount.")
    workspace_id = tenancy.current_workspace_id()
    sql.lock_billing(workspace_id)
    ensure_rates((s.amount.currency for s in spends), workspace_id)
    newest = {(s.source, s.external_id): s for s in spends}
    changed = sql.run(
        """
        INSERT INTO billing_spend AS s
            (workspace_id, source, external_id, first, last, channel, currency, amount, provenance)
        SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::date[], %s::date[], %s::text[], %s::text[], %s::bigint[],
                                 %s::text[])
        ON CONFLICT (workspace_id, source, external_id) DO UPDATE SET first = EXCLUDED.first, last = EXCLUDED.last,
            channel = EXCLUDED.channel, currency = EXCLUDED.currency, amount = EXCLUDED.amount,
            provenance = EXCLUDED.provenance
        WHERE (s.first, s.last, s.channel, s.currency, s.amount)
            <> (EXCLUDED.first, EXCLUDED.last, EXCLUDED.channel, EXCLUDED.currency, EXCLUDED.amount)
        """,
        [
            workspace_id,
            *sql.columns(
                [
                    (
                        s.source, s.external_id, s.first, s.last, s.channel[:120], s.amount.currency, s.amount.amount,
                        s.provenance[:160],
                    )
                    for s in newest.values()
                ],
                8,
            ),
        ],
    )  # fmt: skip
    return Recorded(new=changed, known=len(spends) - changed, accounts=frozenset())


@transaction.atomic
def withdraw_spend(source: str, external_ids: Sequence[str]) -> int:
    """Take back what a source said was spent, by the ids it said it under; returns how many there were."""
    workspace_id = tenancy.current_workspace_id()
    sql.lock_billing(workspace_id)
    return sql.run(
        "DELETE FROM billing_spend WHERE workspace_id = %s AND source = %s AND external_id = ANY(%s)",
        [workspace_id, source, list(external_ids)],
    )


def _record(
    table: str,
    more: dict[str, str],
    entries: Sequence[tuple[Any, ...]],
    currencies: Sequence[str],
    amounts: Sequence[int],
) -> Recorded:
    if any(abs(amount) > LARGEST for amount in amounts):
        raise RecordUnusable("An amount is more money than there is.")
    workspace_id = tenancy.current_workspace_id()
    sql.lock_billing(workspace_id)
    ensure_rates(currencies, workspace_id)
    newest: dict[tuple[str, str], tuple[Any, ...]] = {}
    for entry in sorted(entries, key=lambda e: (e[2], repr(e))):
        newest[entry[0], entry[1]] = entry
    types = {
        "source": "text", "external_id": "text", "as_of": "timestamptz", "provenance": "text",
        "account_reference": "text", "customer_reference": "text", **more,
    }  # fmt: skip
    changed = sql.rows(
        f"""
        INSERT INTO billing_{table} AS r (workspace_id, {", ".join(types)})
        SELECT %s, * FROM unnest({", ".join(f"%s::{kind}[]" for kind in types.values())})
        ON CONFLICT (workspace_id, source, external_id) DO UPDATE
        SET {", ".join(f"{c} = EXCLUDED.{c}" for c in types)}
        WHERE (EXCLUDED.as_of, EXCLUDED.provenance) > (r.as_of, r.provenance)
        RETURNING r.id
        """,  # noqa: S608
        [workspace_id, *sql.columns(list(newest.values()), len(types))],
    )
    accounts = link(table, [pk for (pk,) in changed], workspace_id)
    return Recorded(new=len(changed), known=len(entries) - len(changed), accounts=frozenset(accounts))
