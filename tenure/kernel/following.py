"""Rows that follow whom they are about: to another when two are found to be one, and back when they are parted.

Whose a row was first is remembered. So a row always belongs to whoever its first owner is known to be now, however
often that changed; unless somebody gave it to another meanwhile, which stays.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db import connection, transaction

from tenure.kernel import tenancy


class Place(NamedTuple):
    """Where a table of ours names a person or an account."""

    table: str
    column: str

    @property
    def name(self) -> str:
        """Name it in one word."""
        return f"{self.table}.{self.column}"


@transaction.atomic
def follow(places: Iterable[Place], now_is: Mapping[int, int]) -> set[int]:
    """Let rows about these people (or accounts) be about who they are now; returns whose they were and are.

    `now_is` says of each who they are by now, which for somebody parted again is themself. Again changes nothing.
    """
    touched: set[int] = set()
    pairs = sorted(now_is.items())
    if not pairs:
        return touched
    old, new = [p[0] for p in pairs], [p[1] for p in pairs]
    workspace_id = tenancy.current_workspace_id()
    with connection.cursor() as cursor:
        for place in places:
            for statement in (_AGAIN, _FIRST):
                cursor.execute(
                    statement.format(table=place.table, column=place.column),
                    {"old": old, "new": new, "workspace": workspace_id, "place": place.name},
                )
                touched.update(id_ for both in cursor.fetchall() for id_ in both)
            cursor.execute(
                "DELETE FROM kernel_movedrow WHERE workspace_id = %s AND place = %s AND origin_id = now_id",
                [workspace_id, place.name],
            )
    return touched


def origins_at(places: Iterable[Place], ids: Iterable[int]) -> set[int]:
    """Return whose rows these people (or accounts) were given when they turned out to be one."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT origin_id FROM kernel_movedrow
            WHERE workspace_id = %s AND place = ANY(%s) AND now_id = ANY(%s)
            """,
            [tenancy.current_workspace_id(), [p.name for p in places], list(ids)],
        )
        return {origin for (origin,) in cursor.fetchall()}


def forget(ids_by_column: Mapping[str, Iterable[int]]) -> int:
    """Forget whose rows were that are gone: of these people and accounts, by what their columns' names end in."""
    gone = 0
    with connection.cursor() as cursor:
        for column, ids in ids_by_column.items():
            cursor.execute(
                """
                DELETE FROM kernel_movedrow
                WHERE workspace_id = %s AND place LIKE %s AND (origin_id = ANY(%s) OR now_id = ANY(%s))
                """,
                [tenancy.current_workspace_id(), f"%{column}", list(ids), list(ids)],
            )
            gone += cursor.rowcount
    return gone


# Rows that were moved before: to who their first owner is now, unless they are somebody else's since.
_AGAIN = """
    WITH now_is AS (SELECT * FROM unnest(%(old)s::bigint[], %(new)s::bigint[]) AS n (old, new)),
         known AS (
             SELECT m.id, m.row_id, m.now_id, now_is.new FROM kernel_movedrow m JOIN now_is ON now_is.old = m.origin_id
             WHERE m.workspace_id = %(workspace)s AND m.place = %(place)s AND m.now_id <> now_is.new
         ),
         moved AS (
             UPDATE {table} r SET {column} = known.new FROM known
             WHERE r.id = known.row_id AND r.{column} = known.now_id RETURNING known.id, known.now_id, known.new
         ),
         kept AS (UPDATE kernel_movedrow m SET now_id = moved.new FROM moved WHERE m.id = moved.id),
         given AS (
             DELETE FROM kernel_movedrow m USING known
             WHERE m.id = known.id AND NOT EXISTS (SELECT FROM moved WHERE moved.id = known.id)
         )
    SELECT DISTINCT now_id, new FROM moved
"""
_FIRST = """
    WITH moved AS (
        UPDATE {table} r SET {column} = n.new FROM unnest(%(old)s::bigint[], %(new)s::bigint[]) AS n (old, new)
        WHERE r.{column} = n.old AND n.new <> n.old AND r.workspace_id = %(workspace)s RETURNING r.id, n.old, n.new
    ), kept AS (
        INSERT INTO kernel_movedrow (workspace_id, place, row_id, origin_id, now_id)
        SELECT %(workspace)s, %(place)s, id, old, new FROM moved
        ON CONFLICT (place, row_id) DO UPDATE SET now_id = EXCLUDED.now_id
    )
    SELECT DISTINCT old, new FROM moved
"""
