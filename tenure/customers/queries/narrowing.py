"""Pages of a list that is narrowed by what no index is in the order of.

What many rows have is found by walking the list until the page is full; what few have, by looking all of them up.
PostgreSQL chooses between the two by what it thinks of conditions it knows nothing of, such as on a trait.
"""

from typing import Any, TypeVar

from django.db import connection
from django.db.models import BooleanField, Model, QuerySet
from django.db.models.expressions import RawSQL

from tenure.customers.queries import counting
from tenure.customers.queries.counting import about, planned_rows
from tenure.customers.queries.sorting import AfterRow, Sorting, among, by_ids, cut, in_order, place_of, valued
from tenure.customers.types import HowMany, Sureness

M = TypeVar("M", bound=Model)

PORTIONS = (1_000, 2_000, 3_000, 4_000, 4_000, 4_000)
"""So many rows are walked, then so many more."""
SAMPLED = 5_000
"""So many rows are looked at for the share that passes."""
FEW = 1_000
"""So many that are thought to pass are all looked up."""
LOOKED_UP = 20_000
"""So many that are known to pass are all looked up."""
_ENOUGH = 500


def walked_page(
    everybody: QuerySet[M], passing: QuerySet[M], by: Sorting, *, descends: bool, cursor: str, limit: int
) -> tuple[list[M], str] | None:
    """Return a page of the rows of a list that pass, and the cursor of the next; None if it does not fill soon.

    `passing` is `everybody` with conditions on single rows.
    """
    after = place_of(cursor, by.kind)
    if after is not None and after.key is None:
        return None
    found: list[int] = []
    for portion in PORTIONS:
        part = in_order(valued(everybody, by), by, descends=descends, after=after).select_related(None)
        walked = list(part.values_list("pk", "sort_key")[:portion])
        passed = set(among(passing, [pk for pk, _ in walked]).values_list("pk", flat=True))
        found += [pk for pk, _ in walked if pk in passed]
        if len(found) > limit:
            return cut(by_ids(passing, by, found[: limit + 1]), limit)
        if len(walked) < portion:
            return None
        after = AfterRow(walked[-1][1], walked[-1][0])
    return None


def beside(found: QuerySet[Any], ids: str) -> QuerySet[Any]:
    """Return those of the rows that have one of very many ids, asked of one row after another."""
    table = found.model._meta.db_table
    one_of = RawSQL(f"{table}.id + 0 = ANY(%s::bigint[])", [ids], BooleanField())  # noqa: S611
    those: QuerySet[Any] = found.alias(is_one_of=one_of).filter(is_one_of=True)
    return those


def shared_by(passing: QuerySet[M], ids: list[int]) -> float:
    """Return the share of rows that pass."""
    return among(passing, ids).count() / max(len(ids), 1)


def shared_by_about(everybody: QuerySet[M], passing: QuerySet[M]) -> HowMany:
    """Say how many rows of a list pass: exactly of a short list, by the share of some thousands of a long one."""
    likely = planned_rows(everybody)
    if likely > 2 * SAMPLED:
        seen, passed = _sampled(everybody, passing)
        if seen >= _ENOUGH:
            return about(round(passed / seen * max(likely, seen)))
    some = list(everybody.select_related(None).order_by("pk").values_list("pk", flat=True)[: SAMPLED + 1])
    passed = among(passing, some).count()
    if len(some) > SAMPLED:
        return about(round(passed / len(some) * max(likely, len(some))))
    return HowMany(passed) if passed <= counting.COUNTED else HowMany(counting.COUNTED, Sureness.MORE_THAN)


def _sampled(everybody: QuerySet[M], passing: QuerySet[M]) -> tuple[int, int]:
    """Count some thousands of a list, and those that pass, from places all over the table: the same ones each time."""
    table = everybody.model._meta.db_table
    all_of, of_all = everybody.order_by().values("pk").query.sql_with_params()
    those, of_those = passing.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        ((rows,),) = cursor.fetchall()
        percent = min(100 * SAMPLED / max(rows, 1), 100)
        cursor.execute(
            f"""
            WITH {table} AS MATERIALIZED (SELECT * FROM {table} TABLESAMPLE SYSTEM (%s) REPEATABLE (1))
            SELECT (SELECT count(*) FROM ({all_of}) AS everybody), (SELECT count(*) FROM ({those}) AS passing)
            """,  # noqa: S608  (the inner statements are the ORM's)
            [percent, *of_all, *of_those],
        )
        ((seen, passed),) = cursor.fetchall()
    return seen, passed
