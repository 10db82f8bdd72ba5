"""Stays of accounts that turned out to be one with another: over without a word, and on again when parted."""

from collections.abc import Iterable

from django.db import connection, transaction

from tenure.customers import queries as customers
from tenure.kernel import clock, tenancy
from tenure.lifecycle.actions.following import touch
from tenure.lifecycle.models import Stay
from tenure.lifecycle.types import CauseOfStay

_GO_ON = """
    WITH latest AS (
        SELECT DISTINCT ON (account_id) id, left_at, left_cause FROM lifecycle_stay
        WHERE workspace_id = %s AND account_id = ANY(%s)
        ORDER BY account_id, left_at IS NULL DESC, id DESC
    )
    UPDATE lifecycle_stay s SET left_at = NULL, left_cause = ''
    FROM latest WHERE latest.id = s.id AND latest.left_cause = 'merged' AND latest.left_at IS NOT NULL
"""


@transaction.atomic
def follow_merged(merged: Iterable[int], kept: Iterable[int]) -> None:
    """End the stays of accounts that became part of another, and have those looked at again."""
    now_is = customers.merged_accounts(set(merged))
    if now_is:
        Stay.objects.filter(account__in=list(now_is), left_at=None).update(
            left_at=clock.now(), left_cause=CauseOfStay.MERGED.value
        )
    touch(kept)


@transaction.atomic
def follow_parted(parted: Iterable[int], of: Iterable[int]) -> None:
    """Let the stays of accounts that were parted again go on as if nothing had been; have both looked at again."""
    ids = set(parted)
    themselves = sorted(ids - set(customers.merged_accounts(ids)))
    with connection.cursor() as cursor:
        cursor.execute(_GO_ON, [tenancy.current_workspace_id(), themselves])
    touch({*ids, *of})
