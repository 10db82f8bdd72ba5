"""What billing says about accounts' lives: when they began to pay and when their last subscription ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from tenure.customers.actions import lives, sql
from tenure.customers.rules.lifecycle import BILLING
from tenure.kernel import tenancy
from tenure.kernel.outbox import announce_all


@transaction.atomic
def set_billed_lives(billed: Mapping[int, Sequence[tuple[datetime, bool]]]) -> None:
    """Take down when accounts began (True) and ceased (False) to pay, in place of what billing said before.

    Of an account that billing speaks of, it alone says when it began and ended; its product's events no longer do.
    """
    if not billed:
        return
    workspace_id = tenancy.current_workspace_id()
    sql.lock_identities(workspace_id)
    said = [(account, began, at) for account, changes in billed.items() for at, began in changes]
    sql.run(
        """
        DELETE FROM customers_lifecyclechange c
        WHERE c.workspace_id = %s AND c.account_id = ANY(%s) AND c.source = %s
          AND NOT EXISTS (
            SELECT FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS said (account, kind, at)
            WHERE said.account = c.account_id AND said.kind = c.kind AND said.at = c.at
          )
        """,
        [workspace_id, list(billed), BILLING, *_columns(said)],
    )
    sql.run(
        """
        INSERT INTO customers_lifecyclechange (workspace_id, account_id, kind, event, source, at)
        SELECT %s, account, kind, CASE kind WHEN 'started' THEN 'Subscription started' ELSE 'Subscription ended' END,
               %s, at
        FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS said (account, kind, at)
        ON CONFLICT (workspace_id, kind, at, account_id, person_id) DO UPDATE
        SET source = EXCLUDED.source, event = EXCLUDED.event
        """,
        [workspace_id, BILLING, *_columns(said)],
    )
    announce_all(lives.settle_lives(billed, workspace_id))


def _columns(said: Sequence[tuple[int, bool, datetime]]) -> list[list[object]]:
    return [
        [account for account, _, _ in said],
        ["started" if began else "ended" for _, began, _ in said],
        [at for _, _, at in said],
    ]
