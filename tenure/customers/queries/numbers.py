"""Traits that are numbers: of many accounts, and what is typical of them."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Case, Count, F, QuerySet, Value, When
from django.db.models.functions import Floor, Greatest, Least, Ln

from tenure.customers.columns import number_in_traits
from tenure.customers.models import Account
from tenure.kernel import tenancy


def trait_numbers(name: str, ids: Iterable[int]) -> dict[int, float]:
    """Return a trait of these accounts where it is a number."""
    found = Account.objects.filter(pk__in=list(ids)).annotate(number=number_in_traits(name))
    return {pk: float(number) for pk, number in found.values_list("pk", "number") if number is not None}


def trait_courses(name: str, ids: Iterable[int], *, since: datetime) -> dict[int, list[tuple[datetime, float]]]:
    """Return how a trait of these accounts went where it was a number, in order: from before `since` on, if known then.

    One statement: what was last said before `since` counts as of `since`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT account_id, greatest(at, %(since)s), value::text FROM (
                (SELECT DISTINCT ON (account_id) account_id, at, value FROM customers_traitchange
                 WHERE account_id = ANY(%(ids)s) AND name = %(name)s AND at < %(since)s ORDER BY account_id, at DESC)
                UNION ALL
                SELECT account_id, at, value FROM customers_traitchange
                WHERE account_id = ANY(%(ids)s) AND name = %(name)s AND at >= %(since)s
            ) said WHERE jsonb_typeof(value) = 'number' ORDER BY account_id, at
            """,
            {"ids": list(ids), "name": name, "since": since},
        )
        courses: dict[int, list[tuple[datetime, float]]] = {}
        for account_id, at, value in cursor.fetchall():
            courses.setdefault(account_id, []).append((at, float(value)))
    return courses


def typical_number(name: str) -> float | None:
    """Return the median of a trait over the accounts where it is a number above 0; None where it never is."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY said.number) FROM (
                SELECT CASE WHEN jsonb_typeof(jsonb_extract_path(traits, %s)) = 'number'
                            THEN jsonb_extract_path_text(traits, %s)::double precision END AS number
                FROM customers_account WHERE workspace_id = %s AND merged_into_id IS NULL
            ) said WHERE said.number > 0
            """,
            [name, name, tenancy.current_workspace_id()],
        )
        ((typical,),) = cursor.fetchall()
    return None if typical is None else float(typical)


def numbers_of_accounts(found: QuerySet[Account], names: Sequence[str], limit: int) -> list[tuple[Any, ...]]:
    """Return id, name and these traits as numbers (None: not a number) of some accounts, the first by id."""
    numbered = _numbered(found, names)
    rows = numbered.order_by("pk").values_list("pk", "name", "external_id", *(f"n{i}" for i in range(len(names))))
    return [(pk, name or external_id or f"#{pk}", *rest) for pk, name, external_id, *rest in rows[:limit]]


def binned(found: QuerySet[Account], x: str, y: str, *, per_decade: int, steps: int, top: float) -> dict[Any, int]:
    """Count accounts by the logarithm of one trait and the height of another, with one statement.

    The keys are (column, row): column `c` holds values from 10^(c / per_decade) on, row `r` those from top · r / steps
    on; values below 1 count as 1. None stands for accounts where the trait is not a number.
    """
    row = Floor(Least(Greatest(F("n1"), Value(0.0)), Value(top)) * Value(steps / top) + Value(1e-9))
    column = Floor(Ln(Greatest(F("n0"), Value(1.0))) * Value(per_decade / math.log(10)) + Value(1e-9))
    counted = _numbered(found, (x, y)).annotate(
        column=Case(When(n0__isnull=False, then=column)), row=Case(When(n1__isnull=False, then=row))
    )
    cells = counted.order_by().values("column", "row").annotate(n=Count("pk"))
    return _summed(cells.values_list("column", "row", "n"), steps)


def _summed(cells: Iterable[tuple[float | None, float | None, int]], steps: int) -> dict[Any, int]:
    found: dict[Any, int] = {}
    for column, row, n in cells:
        key = (None if column is None else int(column), None if row is None else min(int(row), steps - 1))
        found[key] = found.get(key, 0) + n
    return found


def _numbered(found: QuerySet[Account], names: Sequence[str]) -> QuerySet[Any]:
    numbers = {f"n{i}": number_in_traits(name) for i, name in enumerate(names)}
    return found.select_related(None).annotate(**numbers)
