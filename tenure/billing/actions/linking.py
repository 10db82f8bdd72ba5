"""Whose a subscription, invoice or payment is: the account that was named, or that of the customer who is billed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tenure.billing.actions import sql
from tenure.billing.announcements import InvoicesChanged
from tenure.customers.actions import resolve_calls
from tenure.customers.queries.matching import accounts_by_external_ids
from tenure.customers.types import Call, CallKind
from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def accounts_named(first_seen: Mapping[str, datetime], source: str, names: Mapping[str, str]) -> dict[str, int]:
    """Find the accounts with these ids; make those there are not, seen from the given moments, with these names."""
    found = accounts_by_external_ids(first_seen)
    missing = [external_id for external_id in first_seen if external_id and external_id not in found]
    if not missing:
        return found
    made = resolve_calls(
        [
            Call(
                kind=CallKind.GROUP,
                user_id=None,
                anonymous_id=None,
                group_id=external_id,
                first_at=_micros(first_seen[external_id]),
                last_at=_micros(first_seen[external_id]),
                source=source,
                traits={"name": names[external_id]} if names.get(external_id) else {},
            )
            for external_id in missing
        ]
    )
    return found | dict(zip(missing, made.account_ids, strict=True))


def link(table: str, ids: Sequence[int], workspace_id: int) -> set[int]:
    """Point rows of a table of billing at their accounts; returns the accounts that gained or lost any."""
    found = sql.rows(
        f"""
        SELECT r.id, r.source, r.account_reference, r.account_id, c.account_id
        FROM billing_{table} r LEFT JOIN billing_billingcustomer c
            ON c.workspace_id = r.workspace_id AND c.source = r.source AND c.external_id = r.customer_reference
        WHERE r.workspace_id = %s AND r.id = ANY(%s)
        """,  # noqa: S608
        [workspace_id, list(ids)],
    )
    named = _named(found)
    moved = [
        (pk, account, before)
        for pk, _, reference, before, of_customer in found
        if (account := named[reference] if reference else of_customer) != before
    ]
    if moved:
        sql.run(
            f"""
            UPDATE billing_{table} r SET account_id = m.account
            FROM unnest(%s::bigint[], %s::bigint[]) AS m (id, account) WHERE r.id = m.id
            """,  # noqa: S608
            sql.columns([(pk, account) for pk, account, _ in moved], 2),
        )
    touched = {account for _, after, before in moved for account in (after, before) if account}
    if table == "invoice":
        tell_of_invoices(touched)
    return touched


def tell_of_invoices(account_ids: Iterable[int]) -> None:
    """Tell that what is known of the invoices of accounts has changed."""
    if ids := sorted(set(account_ids)):
        announce(InvoicesChanged(workspace_id=tenancy.current_workspace_id(), at=clock.now(), account_ids=ids))


def link_customers(customers: Iterable[tuple[str, str]], workspace_id: int) -> set[int]:
    """Follow customers (source, id) whose account changed; returns the accounts whose subscriptions changed."""
    keys = sql.columns(list(customers), 2)
    touched: set[int] = set()
    for table in ("subscription", "invoice", "payment"):
        ids = sql.rows(
            f"""
            SELECT r.id FROM billing_{table} r JOIN unnest(%s::text[], %s::text[]) AS c (source, id)
                ON r.source = c.source AND r.customer_reference = c.id
            WHERE r.workspace_id = %s AND r.account_reference = ''
            """,  # noqa: S608
            [*keys, workspace_id],
        )
        moved = link(table, [pk for (pk,) in ids], workspace_id)
        if table == "subscription":
            touched = moved
    return touched


def _named(found: Sequence[tuple[Any, ...]]) -> dict[str, int]:
    by_source: dict[str, set[str]] = {}
    for _, source, reference, *_ in found:
        if reference:
            by_source.setdefault(source, set()).add(reference)
    named: dict[str, int] = {}
    for source, references in by_source.items():
        named |= accounts_named(_started(references), f"billing {source}", {})
    return named


def _started(references: Iterable[str]) -> dict[str, datetime]:
    """Say since when accounts that only billing knows are known: from their first subscription, invoice or payment."""
    wanted = sorted(references)
    found: dict[str, datetime] = dict(
        sql.rows(
            """
            SELECT reference, min(at) FROM (
                SELECT s.account_reference AS reference, (st.content->>'started_at')::timestamptz AS at
                FROM billing_subscription s JOIN billing_recordedstate st ON st.subscription_id = s.id
                WHERE s.account_reference = ANY(%s)
                UNION ALL SELECT account_reference, issued_at FROM billing_invoice WHERE account_reference = ANY(%s)
                UNION ALL SELECT account_reference, at FROM billing_payment WHERE account_reference = ANY(%s)
            ) known GROUP BY 1
            """,
            [wanted, wanted, wanted],
        )
    )
    return {reference: found[reference] for reference in wanted}


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
