"""What happens to billing by itself: time passes, accounts turn out to be one."""

from datetime import datetime

from django.db import connection, transaction

from tenure.billing.actions import sql
from tenure.billing.actions.choosing import follow_currency
from tenure.billing.actions.linking import link, link_customers
from tenure.billing.actions.rebuilding import AT_ONCE, rebuild
from tenure.billing.models import BillingCustomer, LedgerAccount
from tenure.customers.actions import follow_merged, follow_parted, take_back_words
from tenure.customers.announcements import AccountsMerged, AccountsParted
from tenure.customers.types import Words
from tenure.kernel import clock, tenancy
from tenure.kernel.following import Place

_PLACES = tuple(
    Place(f"billing_{table}", "account_id") for table in ("billingcustomer", "subscription", "invoice", "payment")
)


@transaction.atomic
def follow_time(workspace_id: int, now: datetime) -> int:
    """Work out the ledgers in which time alone changed something: a trial or a discount ended, an end was reached."""
    follow_currency(workspace_id)
    sql.lock_billing(workspace_id)
    due = LedgerAccount.objects.filter(due_at__lte=now).order_by("due_at")
    found = list(due.values_list("account_id", "is_restated")[:AT_ONCE])
    restated = frozenset(account for account, is_restated in found if is_restated)
    return rebuild((account for account, _ in found), workspace_id, quiet=restated)


def workspaces_due(now: datetime) -> list[int]:
    """Return the workspaces in which some ledger is due, or whose currency is another than their ledger's."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT workspace_id FROM billing_ledgeraccount WHERE due_at <= %s
            UNION
            SELECT w.id FROM workspaces_workspace w JOIN billing_billingsettings s ON s.workspace_id = w.id
            WHERE s.currency <> w.currency
            """,
            [now],
        )
        return sorted(pk for (pk,) in cursor.fetchall())


@transaction.atomic
def follow_merges(merges: list[AccountsMerged]) -> None:
    """Move what was billed to accounts to those they turned out to be."""
    workspace_id = tenancy.current_workspace_id()
    sql.lock_billing(workspace_id)
    moved = follow_merged("account", [m.merged_account_id for m in merges], _PLACES)
    if not moved:
        return
    sql.run(
        """
        INSERT INTO billing_told (workspace_id, account_id, mark)
        SELECT t.workspace_id, m.new, t.mark FROM billing_told t
        JOIN unnest(%s::bigint[], %s::bigint[]) AS m (old, new) ON t.account_id = m.old
        ON CONFLICT (account_id, mark) DO NOTHING
        """,
        sql.columns([(m.merged_account_id, m.account_id) for m in merges], 2),
    )
    rebuild(moved | {pk for m in merges for pk in (m.merged_account_id, m.account_id)}, workspace_id)


@transaction.atomic
def follow_partings(partings: list[AccountsParted]) -> None:
    """Give accounts that were parted again what had been billed to them, and what names them since."""
    workspace_id = tenancy.current_workspace_id()
    sql.lock_billing(workspace_id)
    whole = [p.account_id for p in partings]
    touched = follow_parted("account", [p.parted_account_id for p in partings], whole, _PLACES)
    customers = BillingCustomer.objects.filter(account__in=touched).order_by("pk")
    touched |= link_customers(customers.values_list("source", "external_id"), workspace_id)
    for table in ("subscription", "invoice", "payment"):
        named = sql.rows(
            f"""
            SELECT id FROM billing_{table}
            WHERE workspace_id = %s AND account_id = ANY(%s) AND account_reference <> ''
            """,  # noqa: S608
            [workspace_id, whole],
        )
        touched |= link(table, [pk for (pk,) in named], workspace_id)
    began = clock.now()
    rebuild(touched, workspace_id)
    unbilled = touched - set(LedgerAccount.objects.filter(account__in=touched).values_list("account_id", flat=True))
    # As nothing was ever billed to them, billing takes nothing away either that their product says.
    take_back_words("account", unbilled, Words(source="billing", first_at=began, last_at=clock.now()))
