"""What members thought of accounts, as a column."""

from collections.abc import Collection
from datetime import datetime, timedelta

import pyarrow as pa
from django.db import connection

from tenure.kernel import tenancy


def judgements_at(at: datetime, days: int, ids: Collection[int] | None = None) -> pa.Table:
    """Return the latest judgement of each account that is not older than `days` days: `account_id`, `score`."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT ON (account_id) account_id, score FROM health_judgement
            WHERE workspace_id = %s AND at <= %s AND at > %s AND (withdrawn_at IS NULL OR withdrawn_at > %s)
              AND (%s::bigint[] IS NULL OR account_id = ANY(%s))
            ORDER BY account_id, at DESC, id DESC
            """,
            [
                tenancy.current_workspace_id(),
                at,
                at - timedelta(days=days),
                at,
                *[None if ids is None else list(ids)] * 2,
            ],
        )
        rows = cursor.fetchall()
    return pa.table(
        {
            "account_id": pa.array([account for account, _ in rows], pa.int64()),
            "score": pa.array([score for _, score in rows], pa.int64()),
        }
    )
