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

PORTIONS = (1_000, 5_000, 12_000)
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
    rows = everybody.select_related(None).order_by("pk").values_list("pk", flat=True)
    likely = planned_rows(everybody)
    some = _sample(everybody) if likely > 2 * SAMPLED else []
    if len(some) < _ENOUGH:
        some = list(rows[: SAMPLED + 1])
        if len(some) <= SAMPLED:
            passed = among(passing, some).count()
            return HowMany(passed) if passed <= counting.COUNTED else HowMany(counting.COUNTED, Sureness.MORE_THAN)
    return about(round(among(passing, some).count() / len(some) * max(likely, len(some))))


def _sample(everybody: QuerySet[M]) -> list[int]:
    """Return ids from places all over the table, the same ones each time."""
    table = everybody.model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        ((rows,),) = cursor.fetchall()
        percent = min(100 * SAMPLED / max(rows, 1), 100)
        cursor.execute(f"SELECT id FROM {table} TABLESAMPLE SYSTEM (%s) REPEATABLE (1)", [percent])  # noqa: S608
        ids = [pk for (pk,) in cursor.fetchall()]
    return list(among(everybody, ids).values_list("pk", flat=True))
