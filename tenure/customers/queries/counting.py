"""How many rows a list has: exactly where that is quick to find out, and said to be about so many where it is not."""

import json
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from tenure.customers.types import HowMany, Sureness

COUNTED = 10_000
"""So many are counted one by one."""


def how_many(found: QuerySet[Any], *, guess: bool) -> HowMany:
    """Count up to ten thousand; of more, say about how many if the planner's `guess` can be believed."""
    rows = found.order_by().values("pk")[: COUNTED + 1].count()
    if rows <= COUNTED:
        return HowMany(rows)
    if not guess:
        return HowMany(COUNTED, Sureness.MORE_THAN)
    return about(max(planned_rows(found), COUNTED))


def about(rows: int) -> HowMany:
    """Say a number that is not known exactly with two digits."""
    size = 10 ** max(len(str(rows)) - 2, 0)
    return HowMany(round(rows / size) * size, Sureness.ABOUT)


def planned_rows(found: QuerySet[Any]) -> int:
    """Return how many rows PostgreSQL expects, from what it sampled of the table."""
    sql, params = found.order_by().values("pk").query.sql_with_params()
    return planned(sql, params)


def planned(sql: str, params: Any) -> int:
    """Return how many rows PostgreSQL expects of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        ((plan,),) = cursor.fetchall()
    read = json.loads(plan) if isinstance(plan, str) else plan
    return int(read[0]["Plan"]["Plan Rows"])
