"""Signals stay with the account they are about when accounts are merged or parted, and with who looks after it."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection, transaction

from tenure.customers import queries as customers
from tenure.customers.actions import follow_merged, follow_parted
from tenure.kernel import clock, tenancy
from tenure.kernel.following import Place
from tenure.signals.models import Signal
from tenure.signals.types import SignalStatus

_PLACES = (Place("signals_signal", "account_id"), Place("signals_signalmute", "account_id"))
_END_DOUBLES = """
    WITH merged AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS m (old, new)),
         live AS (
             SELECT s.id, row_number() OVER (
                 PARTITION BY COALESCE(merged.new, s.account_id), s.kind, s.reason_key ORDER BY s.id
             ) AS place
             FROM signals_signal s LEFT JOIN merged ON merged.old = s.account_id
             WHERE s.workspace_id = %s AND s.status IN ('open', 'snoozed')
               AND s.account_id IN (SELECT old FROM merged UNION SELECT new FROM merged)
         )
    UPDATE signals_signal s SET status = 'closed', closed_at = %s, close_reason = 'merged'
    FROM live WHERE live.id = s.id AND live.place > 1
"""
_OPEN_AGAIN = """
    WITH ended AS (
        SELECT s.id, row_number() OVER (PARTITION BY s.account_id, s.kind, s.reason_key ORDER BY s.id) AS place
        FROM signals_signal s
        WHERE s.workspace_id = %s AND s.close_reason = 'merged' AND s.account_id = ANY(%s) AND NOT EXISTS (
            SELECT FROM signals_signal l
            WHERE l.workspace_id = s.workspace_id AND l.account_id = s.account_id AND l.kind = s.kind
              AND l.reason_key = s.reason_key AND l.status IN ('open', 'snoozed')
        )
    )
    UPDATE signals_signal s SET closed_at = NULL, close_reason = '',
        status = CASE WHEN s.snoozed_until IS NULL THEN 'open' ELSE 'snoozed' END
    FROM ended WHERE ended.id = s.id AND ended.place = 1
"""


@transaction.atomic
def follow_merged_accounts(merged: Iterable[int]) -> None:
    """Give the signals of merged accounts to those they joined; of two open for one reason the older stays."""
    ids = set(merged)
    now_is = customers.merged_accounts(ids)
    if now_is:
        with connection.cursor() as cursor:
            workspace_id = tenancy.current_workspace_id()
            cursor.execute(_END_DOUBLES, [list(now_is), list(now_is.values()), workspace_id, clock.now()])
        follow_merged("account", ids, _PLACES)


@transaction.atomic
def follow_owners(handed: Mapping[int, tuple[int | None, int | None]]) -> int:
    """Give what is open and was the former owner's to whom an account was handed (from, to); returns how many.

    What somebody else looks after stays theirs.
    """
    found = Signal.objects.select_for_update().filter(account_id__in=list(handed)).exclude(status=SignalStatus.CLOSED)
    given = [signal for signal in found.order_by("pk") if signal.owner_id == handed[signal.account_id][0]]
    for signal in given:
        signal.owner_id = handed[signal.account_id][1]
    Signal.objects.bulk_update(given, ["owner"], batch_size=1_000)
    return len(given)


@transaction.atomic
def follow_parted_accounts(parted: Sequence[int], of: Sequence[int]) -> None:
    """Give accounts that were parted again their signals; those that closed for being double are open again."""
    both = {*parted, *of} | follow_parted("account", parted, of, _PLACES)
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_AGAIN, [tenancy.current_workspace_id(), sorted(both)])
