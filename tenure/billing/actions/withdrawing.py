"""Taking back states of subscriptions that were told by mistake, such as an import: as if they had never been told."""

from collections.abc import Sequence

from django.db import transaction

from tenure.billing.actions import sql
from tenure.billing.actions.linking import link
from tenure.billing.actions.rebuilding import marks_that_hold, rebuild
from tenure.billing.actions.recording import take_back
from tenure.billing.types import StateKey, ToldMark
from tenure.kernel import tenancy


@transaction.atomic
def withdraw_subscription_states(keys: Sequence[StateKey]) -> list[ToldMark]:
    """Take states back and work the ledgers of their accounts out anew; of a subscription nobody told of nothing stays.

    What would be announced again if it were told again is forgotten, too. Returns what had been announced of what is
    no longer so, as it stands on timelines.
    """
    if not keys:
        return []
    workspace_id = tenancy.current_workspace_id()
    sql.lock_billing(workspace_id)
    ids = _subscriptions(keys, workspace_id)
    touched = take_back(keys, workspace_id)
    gone = sql.rows(
        """
        DELETE FROM billing_subscription s WHERE s.id = ANY(%s)
          AND NOT EXISTS (SELECT FROM billing_recordedstate st WHERE st.subscription_id = s.id)
        RETURNING s.id, s.account_id
        """,
        [ids],
    )
    touched |= {account for _, account in gone if account}
    _refer_as_told(ids)
    touched |= link("subscription", sorted(set(ids) - {pk for pk, _ in gone}), workspace_id)
    rebuild(touched, workspace_id)
    return _forget_told(sorted(touched), workspace_id)


def _subscriptions(keys: Sequence[StateKey], workspace_id: int) -> list[int]:
    found = sql.rows(
        """
        SELECT id FROM billing_subscription JOIN unnest(%s::text[], %s::text[]) AS k (s, e)
            ON source = s AND external_id = e WHERE workspace_id = %s ORDER BY id
        """,
        [*sql.columns(sorted({(k.source, k.external_id) for k in keys}), 2), workspace_id],
    )
    return [pk for (pk,) in found]


def _refer_as_told(ids: Sequence[int]) -> None:
    """Let subscriptions belong to whom the newest state that is left says."""
    sql.run(
        """
        UPDATE billing_subscription s SET referred_as_of = n.as_of,
            account_reference = n.account, customer_reference = n.customer
        FROM (
            SELECT DISTINCT ON (subscription_id) subscription_id AS id, as_of,
                   left(coalesce(content->>'account', ''), 500) AS account,
                   left(coalesce(content->>'customer', ''), 255) AS customer
            FROM billing_recordedstate WHERE subscription_id = ANY(%s)
            ORDER BY subscription_id, as_of DESC, 3 DESC, 4 DESC
        ) n
        WHERE s.id = n.id
        """,
        [list(ids)],
    )


def _forget_told(accounts: Sequence[int], workspace_id: int) -> list[ToldMark]:
    """Forget that what is no longer so was told."""
    hold = marks_that_hold(accounts, workspace_id)
    told = sql.rows(
        "SELECT account_id, mark FROM billing_told WHERE account_id = ANY(%s) ORDER BY account_id, mark",
        [list(accounts)],
    )
    gone = [(account, mark) for account, mark in told if (account, mark) not in hold]
    sql.run(
        """
        DELETE FROM billing_told t USING unnest(%s::bigint[], %s::text[]) AS gone (account, mark)
        WHERE t.account_id = gone.account AND t.mark = gone.mark
        """,
        sql.columns(gone, 2),
    )
    return [ToldMark.of(account, mark) for account, mark in gone]
