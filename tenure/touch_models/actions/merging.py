"""Accounts that turned out to be one with another: their model ends without a word, and goes on when parted."""

from collections.abc import Iterable

from django.db import connection, transaction

from tenure.customers import queries as customers
from tenure.kernel import clock, tenancy
from tenure.touch_models.models import Standing
from tenure.touch_models.types import CauseOfModel

_GO_ON = """
    WITH latest AS (
        SELECT DISTINCT ON (account_id) id, left_at, left_cause FROM touch_models_standing
        WHERE workspace_id = %s AND account_id = ANY(%s)
        ORDER BY account_id, left_at IS NULL DESC, id DESC
    )
    UPDATE touch_models_standing s SET left_at = NULL, left_cause = ''
    FROM latest WHERE latest.id = s.id AND latest.left_cause = 'merged' AND latest.left_at IS NOT NULL
"""


@transaction.atomic
def follow_merged(merged: Iterable[int]) -> None:
    """End the models of accounts that became part of another; locks and plans wait with them."""
    now_is = customers.merged_accounts(set(merged))
    if now_is:
        Standing.objects.filter(account__in=list(now_is), left_at=None).update(
            left_at=clock.now(), left_cause=CauseOfModel.MERGED.value
        )


@transaction.atomic
def follow_parted(parted: Iterable[int]) -> None:
    """Let the models of accounts that were parted again go on as if nothing had been."""
    ids = set(parted)
    themselves = sorted(ids - set(customers.merged_accounts(ids)))
    with connection.cursor() as cursor:
        cursor.execute(_GO_ON, [tenancy.current_workspace_id(), themselves])
