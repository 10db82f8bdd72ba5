"""Names of plans that hold a comma: without them nobody could tell "Pro, annual" from two plans."""

import threading

from django.db import connection

from tenure.billing.rules.plan_names import BETWEEN
from tenure.kernel import tenancy

_NOT_YET_COMMITTED = 10_000
"""So many of the latest states are read again: one with a lower number may be committed after one with a higher."""

_known: dict[tuple[str, int], tuple[int, frozenset[str]]] = {}
_guard = threading.Lock()


def plans_with_commas() -> frozenset[str]:
    """Return the names with a comma among all plans ever subscribed to; states only grow, so only new ones are read."""
    workspace_id = tenancy.current_workspace_id()
    key = (str(connection.settings_dict["NAME"]), workspace_id)
    with _guard:
        read, names = _known.get(key, (0, frozenset[str]()))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(max(id), 0) FROM billing_recordedstate WHERE workspace_id = %s
            """,
            [workspace_id],
        )
        (last,) = cursor.fetchone() or (0,)
        cursor.execute(
            """
            SELECT DISTINCT name FROM (
                SELECT coalesce(nullif(item->>'plan_name', ''), item->>'plan') AS name
                FROM billing_recordedstate, jsonb_array_elements(content->'items') AS item
                WHERE workspace_id = %s AND id > %s
            ) said WHERE strpos(name, %s) > 0 ORDER BY name
            """,
            [workspace_id, read - _NOT_YET_COMMITTED, BETWEEN],
        )
        found = names | {name for (name,) in cursor.fetchall()}
    with _guard:
        _known[key] = (last, found)
    return found
