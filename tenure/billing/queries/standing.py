"""What accounts pay now and when they renew: many at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from tenure.billing.models import LedgerAccount
from tenure.kernel import tenancy


def mrr_of(account_ids: Iterable[int]) -> dict[int, int]:
    """Return the MRR of these accounts, in minor units of the ledger's currency; never billed ones are left out."""
    return dict(LedgerAccount.objects.filter(account_id__in=list(account_ids)).values_list("account_id", "mrr"))


def typical_mrr() -> int | None:
    """Return the median MRR of the accounts that pay now, in minor units; None while nobody does."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY mrr) FROM billing_ledgeraccount
            WHERE workspace_id = %s AND mrr > 0
            """,
            [tenancy.current_workspace_id()],
        )
        ((typical,),) = cursor.fetchall()
    return None if typical is None else int(typical)


def renewals(*, after: datetime | None = None, until: datetime | None = None) -> QuerySet[Any, Any]:
    """Return when accounts renew next, of those that will, as rows of `account_id` and `key` (the moment).

    A list of accounts can be put in their order without knowing of ledgers.
    """
    found = LedgerAccount.objects.filter(renews_at__isnull=False, ends_at=None)
    if after is not None:
        found = found.filter(renews_at__gte=after)
    if until is not None:
        found = found.filter(renews_at__lt=until)
    return found.values("account_id", key=F("renews_at"))


def renewals_of(account_ids: Iterable[int]) -> dict[int, tuple[datetime | None, datetime | None]]:
    """Return when each of these accounts renews, and when it is set to end instead; those with neither are left out."""
    found = LedgerAccount.objects.filter(account_id__in=list(account_ids))
    rows = found.values_list("account_id", "renews_at", "ends_at")
    return {pk: (renews, ends) for pk, renews, ends in rows if renews is not None or ends is not None}
