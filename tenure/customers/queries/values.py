"""Which values traits have, and had: a bounded look at the latest accounts or people, and at what was said."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import connection

from tenure.customers.types import SubjectKind, ValueSeen
from tenure.kernel import tenancy

LOOKED_AT = 20_000
MOST = 60


_OF_PERSON = """
    coalesce(traits->name, to_jsonb(nullif(CASE name WHEN 'timezone' THEN timezone WHEN 'locale' THEN locale END, '')))
"""


def values_seen(subject: SubjectKind, names: Sequence[str], *, past: bool = False) -> dict[str, list[ValueSeen]]:
    """Return the commonest values of traits by name, with how many accounts or people have each.

    Looks at the latest 20 000 of them; with `past` at as many words on these traits instead, of any time. Lists and
    objects are left out.
    """
    if not names:
        return {}
    known = "" if subject == "account" else "AND NOT is_anonymous"
    value, own = ("traits->name", "") if subject == "account" else (_OF_PERSON, ", timezone, locale")
    if past:
        latest = f"""
            SELECT name, value, {subject}_id AS whose FROM (
                SELECT name, value, {subject}_id FROM customers_traitchange
                WHERE workspace_id = %s AND name = ANY(%s) AND {subject}_id IS NOT NULL LIMIT {LOOKED_AT}
            ) said
        """  # noqa: S608
    else:
        latest = f"""
            SELECT name, {value} AS value, id AS whose FROM (
                SELECT id, traits{own} FROM customers_{subject}
                WHERE workspace_id = %s AND merged_into_id IS NULL {known} ORDER BY id DESC LIMIT {LOOKED_AT}
            ) there, unnest(%s::text[]) AS name
        """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT name, text, n FROM (
                SELECT name, text, n, row_number() OVER (PARTITION BY name ORDER BY n DESC, text) AS place FROM (
                    SELECT name, left(value #>> '{{}}', 120) AS text, count(DISTINCT whose) AS n FROM ({latest}) latest
                    WHERE jsonb_typeof(value) IN ('string', 'number', 'boolean') GROUP BY 1, 2
                ) counted
            ) ranked WHERE place <= {MOST} ORDER BY name, place
            """,  # noqa: S608
            [tenancy.current_workspace_id(), list(names)],
        )
        found: dict[str, list[ValueSeen]] = defaultdict(list)
        for name, text, n in cursor.fetchall():
            found[name].append(ValueSeen(text, n))
    return dict(found)
