"""About how many rows are called so, told by a sample of the names: how a search is done goes by that."""

import dataclasses

from django.db import connection

from tenure.customers.queries.counting import planned
from tenure.customers.queries.fragments import Searched, first_called, pattern
from tenure.kernel import tenancy

_SAMPLED = 10_000
_ENOUGH = 500
"""So many rows of a workspace have to be in a sample for it to tell."""


@dataclasses.dataclass(frozen=True)
class Thought:
    """About how many rows there are, are called so, and are called so but not first; `first`: where those stand."""

    everybody: int
    likely: int
    elsewhere: int
    first: tuple[str, str]


def thought(where: Searched, words: str, order: str = "") -> Thought:
    """Take a sample of the names; of a workspace that has few rows in it, believe what PostgreSQL sampled."""
    workspace_id, wanted = tenancy.current_workspace_id(), pattern(words)
    all_of = f"SELECT 1 FROM {where.table} WHERE workspace_id = %s"  # noqa: S608
    everybody = planned(all_of, [workspace_id])
    first = first_called(words) if order else ("", "")
    is_first = f"{order} >= %s AND {order} < %s" if order else "%s <> %s"
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [where.table])
        ((rows,),) = cursor.fetchall()
        percent = min(100 * _SAMPLED / max(rows, 1), 100)
        cursor.execute(
            f"""
            SELECT count(*), count(*) FILTER (WHERE called), count(*) FILTER (WHERE called AND ({is_first}) IS NOT TRUE)
            FROM (
                SELECT *, said LIKE upper(%s) AS called FROM {where.table} TABLESAMPLE SYSTEM (%s) REPEATABLE (1)
                WHERE workspace_id = %s OFFSET 0
            ) AS sampled
            """,  # noqa: S608
            [*first, wanted, percent, workspace_id],
        )
        ((seen, called, elsewhere),) = cursor.fetchall()
    if seen < _ENOUGH and percent < 100:
        likely = planned(f"{all_of} AND said LIKE upper(%s)", [workspace_id, wanted])
        begun = planned(f"{all_of} AND {is_first}", [workspace_id, *first]) if order else 0
        return Thought(everybody, likely, max(likely - begun, 0), first)
    everybody = max(everybody, seen)
    of_each = everybody / max(seen, 1)
    return Thought(everybody, round(called * of_each), round(elsewhere * of_each), first)
