"""Which account belongs to which, of all accounts at once."""

from collections.abc import Collection

from django.db import connection

from tenure.customers.models import Account
from tenure.kernel import tenancy


def parents(ids: Collection[int] | None = None) -> dict[int, int]:
    """Return the parent of every account (or those of `ids`) that has one, merged ones left out."""
    found = Account.objects.filter(parent__isnull=False, merged_into=None, parent__merged_into=None)
    if ids is not None:
        found = found.filter(pk__in=list(ids))
    return dict(found.values_list("pk", "parent_id"))


def accounts_akin(ids: Collection[int]) -> set[int]:
    """Return these accounts and all that belong to the same: those above them, and everybody below those."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE up (id, step) AS (
                SELECT id, 0 FROM customers_account WHERE workspace_id = %s AND id = ANY(%s)
                UNION
                SELECT a.parent_id, up.step + 1 FROM up JOIN customers_account a ON a.id = up.id
                WHERE a.parent_id IS NOT NULL AND up.step < 100
            ), down (id, step) AS (
                SELECT DISTINCT id, 0 FROM up
                UNION
                SELECT a.id, down.step + 1 FROM down JOIN customers_account a ON a.parent_id = down.id
                WHERE down.step < 100
            ) SELECT DISTINCT id FROM down
            """,
            [tenancy.current_workspace_id(), list(ids)],
        )
        return {id_ for (id_,) in cursor.fetchall()}
