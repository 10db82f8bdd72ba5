"""Traits that are numbers: of many accounts, and what is typical of them."""

from collections.abc import Iterable

from django.db import connection

from tenure.customers.models import Account, number_in_traits
from tenure.kernel import tenancy


def trait_numbers(name: str, ids: Iterable[int]) -> dict[int, float]:
    """Return a trait of these accounts where it is a number."""
    found = Account.objects.filter(pk__in=list(ids)).annotate(number=number_in_traits(name))
    return {pk: float(number) for pk, number in found.values_list("pk", "number") if number is not None}


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
