"""Traits that are numbers: of many accounts, and what is typical of them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

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
