"""Taking down what providers say of customers, plans and subscriptions: many at once, in any order, repeatedly."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from tenure.billing.actions import sql
from tenure.billing.actions.linking import accounts_named, link, link_customers
from tenure.billing.actions.rebuilding import rebuild
from tenure.billing.errors import RecordUnusable
from tenure.billing.rules.checking import fault
from tenure.billing.rules.rates import usual_rate
from tenure.billing.types import CustomerRecord, PlanRecord, Recorded, StateKey, SubscriptionState
from tenure.customers.queries.matching import accounts_of_emails, accounts_of_mail_domains
from tenure.kernel import clock, tenancy
from tenure.workspaces import queries as workspaces


@transaction.atomic
def record_subscription_states(states: Sequence[SubscriptionState], *, instead_of: Sequence[StateKey] = ()) -> Recorded:
    """Take down states of subscriptions, in place of some told before, and work the ledgers of their accounts out anew.

    The same states in any order, in any batches and however often end in the same ledger. Raises `RecordUnusable` and
    takes none when one of them cannot be used; connectors check each with `fault` before.
    """
    for state in states:
        if wrong := fault(state):
            raise RecordUnusable(f"{state.source} {state.external_id}: {wrong}")
    if not states and not instead_of:
        return Recorded(new=0, known=0, accounts=frozenset())
    workspace_id = tenancy.current_workspace_id()
    sql.lock_billing(workspace_id)
    bereft = take_back(instead_of, workspace_id)
    ensure_rates((s.currency for s in states), workspace_id)
    ids = _store_subscriptions(states, workspace_id)
    new = _store_states(states, ids, workspace_id)
    moved = link("subscription", sorted(set(ids.values())), workspace_id)
    of_new = {
        account
        for (account,) in sql.rows(
            "SELECT DISTINCT account_id FROM billing_subscription WHERE id = ANY(%s) AND account_id IS NOT NULL",
            [sorted(new)],
        )
    }
    touched = frozenset(moved | of_new | bereft)
    rebuild(touched, workspace_id)
    return Recorded(new=sum(new.values()), known=len(states) - sum(new.values()), accounts=touched)


@transaction.atomic
def record_customers(customers: Sequence[CustomerRecord]) -> Recorded:
    """Take down who is billed and which account that is; what belongs to them follows."""
    workspace_id = tenancy.current_workspace_id()
    sql.lock_billing(workspace_id)
    newest = _newest(customers)
    stored = {
        (source, external_id): (as_of, account)
        for source, external_id, as_of, account in sql.rows(
            """
            SELECT source, external_id, as_of, account_id FROM billing_billingcustomer
            JOIN unnest(%s::text[], %s::text[]) AS k (s, e) ON source = s AND external_id = e WHERE workspace_id = %s
            """,
            [*sql.columns(list(newest), 2), workspace_id],
        )
    }
    fresh = [c for key, c in newest.items() if key not in stored or c.as_of > stored[key][0]]
    accounts = _accounts_of(fresh, {key: account for key, (_, account) in stored.items()})
    sql.run(
        """
        INSERT INTO billing_billingcustomer
            (workspace_id, source, external_id, account_id, account_reference, email, name, as_of, provenance)
        SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[],
                                 %s::timestamptz[], %s::text[])
        ON CONFLICT (workspace_id, source, external_id) DO UPDATE SET account_id = EXCLUDED.account_id,
            account_reference = EXCLUDED.account_reference, email = EXCLUDED.email, name = EXCLUDED.name,
            as_of = EXCLUDED.as_of, provenance = EXCLUDED.provenance
        """,
        [
            workspace_id,
            *sql.columns(
                [
                    (
                        c.source, c.external_id, accounts[c.source, c.external_id], c.account[:500], c.email[:320],
                        c.name[:500], c.as_of, c.provenance[:160],
                    )
                    for c in fresh
                ],
                8,
            ),
        ],
    )  # fmt: skip
    touched = link_customers([(c.source, c.external_id) for c in fresh], workspace_id)
    rebuild(touched, workspace_id)
    return Recorded(new=len(fresh), known=len(customers) - len(fresh), accounts=frozenset(touched))


@transaction.atomic
def record_plans(plans: Sequence[PlanRecord]) -> Recorded:
    """Take down what plans are called; subscriptions that gave only a plan's id go by its name from now on."""
    workspace_id = tenancy.current_workspace_id()
    sql.lock_billing(workspace_id)
    newest = _newest(plans)
    before = set(sql.rows("SELECT source, external_id, name FROM billing_plan WHERE workspace_id = %s", [workspace_id]))
    changed = sql.rows(
        """
        INSERT INTO billing_plan AS p (workspace_id, source, external_id, name, product, as_of)
        SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])
        ON CONFLICT (workspace_id, source, external_id) DO UPDATE
        SET name = EXCLUDED.name, product = EXCLUDED.product, as_of = EXCLUDED.as_of WHERE EXCLUDED.as_of > p.as_of
        RETURNING source, external_id, name
        """,
        [
            workspace_id,
            *sql.columns(
                [(p.source, p.external_id, p.name[:255], p.product[:255], p.as_of) for p in newest.values()], 5
            ),
        ],
    )
    renamed = sorted(set(changed) - before)
    touched = [
        account
        for (account,) in sql.rows(
            """
            SELECT DISTINCT s.account_id
            FROM unnest(%s::text[], %s::text[]) AS plan (source, id)
            JOIN billing_subscription s ON s.source = plan.source AND s.workspace_id = %s AND s.account_id IS NOT NULL
            JOIN billing_recordedstate st ON st.subscription_id = s.id
                AND st.content @> jsonb_build_object('items', jsonb_build_array(jsonb_build_object('plan', plan.id)))
            """,
            [*sql.columns([(source, plan) for source, plan, _ in renamed], 2), workspace_id],
        )
    ]
    rebuild(touched, workspace_id)
    return Recorded(new=len(changed), known=len(plans) - len(changed), accounts=frozenset(touched))


def ensure_rates(currencies: Iterable[str], workspace_id: int) -> None:
    """Fix the usual rate of currencies that come up for the first time, so that it never moves by itself."""
    into = workspaces.workspace(workspace_id).currency
    sql.run(
        """
        INSERT INTO billing_billingsettings (workspace_id, currency) VALUES (%s, %s)
        ON CONFLICT (workspace_id) DO NOTHING
        """,
        [workspace_id, into],
    )
    usual = {c: rate for c in set(currencies) - {into} if (rate := usual_rate(c, into)) is not None}
    if usual:
        sql.run(
            """
            INSERT INTO billing_exchangerate (workspace_id, currency, rate, is_chosen, set_at)
            SELECT %s, c, rate, false, %s FROM unnest(%s::text[], %s::numeric[]) AS r (c, rate)
            ON CONFLICT (workspace_id, currency) DO NOTHING
            """,
            [workspace_id, clock.now(), list(usual), list(usual.values())],
        )


def take_back(keys: Sequence[StateKey], workspace_id: int) -> set[int]:
    """Drop states that turned out otherwise; returns the accounts that were worked out with them."""
    if not keys:
        return set()
    found = sql.rows(
        """
        DELETE FROM billing_recordedstate st
        USING billing_subscription s, unnest(%s::text[], %s::text[], %s::timestamptz[], %s::text[])
            AS gone (source, external_id, as_of, provenance)
        WHERE s.workspace_id = %s AND s.source = gone.source AND s.external_id = gone.external_id
          AND st.subscription_id = s.id AND st.as_of = gone.as_of AND st.provenance = gone.provenance
        RETURNING s.account_id
        """,
        [
            *sql.columns([(k.source, k.external_id, k.as_of, k.provenance[:160]) for k in keys], 4),
            workspace_id,
        ],
    )
    return {account for (account,) in found if account}


def _store_subscriptions(states: Sequence[SubscriptionState], workspace_id: int) -> dict[tuple[str, str], int]:
    newest: dict[tuple[str, str], tuple[datetime, str, str]] = {}
    for s in states:
        said = (s.as_of, s.account[:500], s.customer[:255])
        newest[s.source, s.external_id] = max(newest.get((s.source, s.external_id), said), said)
    keys = [(source, external_id, *said) for (source, external_id), said in sorted(newest.items())]
    sql.run(
        """
        INSERT INTO billing_subscription AS s
            (workspace_id, source, external_id, referred_as_of, account_reference, customer_reference)
        SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::text[])
        ON CONFLICT (workspace_id, source, external_id) DO UPDATE
        SET referred_as_of = EXCLUDED.referred_as_of, account_reference = EXCLUDED.account_reference,
            customer_reference = EXCLUDED.customer_reference
        WHERE (EXCLUDED.referred_as_of, EXCLUDED.account_reference, EXCLUDED.customer_reference)
            > (s.referred_as_of, s.account_reference, s.customer_reference)
        """,
        [workspace_id, *sql.columns(keys, 5)],
    )
    found = sql.rows(
        """
        SELECT source, external_id, id FROM billing_subscription
        JOIN unnest(%s::text[], %s::text[]) AS k (s, e) ON source = s AND external_id = e WHERE workspace_id = %s
        """,
        [*sql.columns([key[:2] for key in keys], 2), workspace_id],
    )
    return {(source, external_id): pk for source, external_id, pk in found}


def _store_states(
    states: Sequence[SubscriptionState], ids: dict[tuple[str, str], int], workspace_id: int
) -> dict[int, int]:
    """Keep states; returns how many were news, by subscription. Of two told alike, the greater in JSON is kept."""
    told: dict[tuple[int, datetime, str], str] = {}
    for s in states:
        key = (ids[s.source, s.external_id], s.as_of, s.provenance[:160])
        told[key] = max(told.get(key, ""), msgspec.json.encode(s, order="sorted").decode())
    new: dict[int, int] = {}
    for (pk,) in sql.rows(
        """
        INSERT INTO billing_recordedstate AS st (workspace_id, subscription_id, as_of, provenance, content, recorded_at)
        SELECT %s, subscription, as_of, provenance, content::jsonb, %s
        FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::text[])
             AS said (subscription, as_of, provenance, content)
        ON CONFLICT (subscription_id, as_of, provenance) DO UPDATE SET content = EXCLUDED.content
        WHERE EXCLUDED.content::text COLLATE "C" > st.content::text COLLATE "C"
        RETURNING subscription_id
        """,
        [workspace_id, clock.now(), *sql.columns([(*key, content) for key, content in told.items()], 4)],
    ):
        new[pk] = new.get(pk, 0) + 1
    return new


def _newest(records: Sequence[Any]) -> dict[tuple[str, str], Any]:
    """Keep the newest of each record by its source and id; of two at one moment, the greater."""
    found: dict[tuple[str, str], Any] = {}
    for record in sorted(records, key=lambda r: (r.as_of, repr(r))):
        found[record.source, record.external_id] = record
    return found


def _accounts_of(
    customers: Sequence[CustomerRecord], known: dict[tuple[str, str], int | None]
) -> dict[tuple[str, str], int]:
    """Find the account of each customer: as named, as before, by address, by domain; or make one."""
    unnamed = [c.email for c in customers if c.email and not c.account]
    by_email, by_domain = accounts_of_emails(unnamed), accounts_of_mail_domains(unnamed)
    found: dict[tuple[str, str], int] = {}
    to_name: dict[str, list[CustomerRecord]] = {}
    for c in customers:
        key = (c.source, c.external_id)
        account = known.get(key) or by_email.get(c.email.upper()) or by_domain.get(c.email)
        if account and not c.account:
            found[key] = account
        else:
            to_name.setdefault(c.source, []).append(c)
    for source, unmatched in to_name.items():
        named = {c.account or c.external_id: c for c in unmatched}
        accounts = accounts_named(
            {reference: c.as_of for reference, c in named.items()},
            f"billing {source}",
            {reference: c.name or c.email for reference, c in named.items()},
        )
        found |= {(source, c.external_id): accounts[c.account or c.external_id] for c in unmatched}
    return found
