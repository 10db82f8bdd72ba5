"""What happens to billing by itself: time passes, accounts turn out to be one."""

from datetime import datetime

from django.db import connection, transaction

from tenure.billing.actions import sql
from tenure.billing.actions.choosing import follow_currency
from tenure.billing.actions.linking import link
from tenure.billing.actions.rebuilding import AT_ONCE, rebuild
from tenure.billing.models import LedgerAccount
from tenure.customers.announcements import AccountsMerged, AccountsParted
from tenure.kernel import tenancy

_TABLES = ("billingcustomer", "subscription", "invoice", "payment")


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
    pairs = sql.columns([(m.merged_account_id, m.account_id) for m in merges], 2)
    moved = 0
    for table in _TABLES:
        moved += sql.run(
            f"""
            UPDATE billing_{table} r SET account_id = m.new FROM unnest(%s::bigint[], %s::bigint[]) AS m (old, new)
            WHERE r.account_id = m.old AND r.workspace_id = %s
            """,  # noqa: S608
            [*pairs, workspace_id],
        )
    if not moved:
        return
    sql.run(
        """
        INSERT INTO billing_told (workspace_id, account_id, mark)
        SELECT t.workspace_id, m.new, t.mark FROM billing_told t
        JOIN unnest(%s::bigint[], %s::bigint[]) AS m (old, new) ON t.account_id = m.old
        ON CONFLICT (account_id, mark) DO NOTHING
        """,
        pairs,
    )
    rebuild({pk for pair in pairs for pk in pair}, workspace_id)


@transaction.atomic
def follow_partings(partings: list[AccountsParted]) -> None:
    """Give accounts that were parted again what names them; what was billed to customers stays where it is."""
    workspace_id = tenancy.current_workspace_id()
    sql.lock_billing(workspace_id)
    whole = [p.account_id for p in partings]
    touched: set[int] = set()
    for table in ("subscription", "invoice", "payment"):
        named = sql.rows(
            f"""
            SELECT id FROM billing_{table}
            WHERE workspace_id = %s AND account_id = ANY(%s) AND account_reference <> ''
            """,  # noqa: S608
            [workspace_id, whole],
        )
        touched |= link(table, [pk for (pk,) in named], workspace_id)
    rebuild(touched, workspace_id)
