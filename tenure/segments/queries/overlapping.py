"""How much segments have in common."""

from collections.abc import Sequence

from django.db import connection

from tenure.kernel import tenancy
from tenure.segments.types.answers import Overlap

MOST_COMPARED = 12

_PAIRS = """
    WITH inside AS MATERIALIZED (
        SELECT segment_id, coalesce(account_id, person_id) AS id FROM segments_membership
        WHERE workspace_id = %s AND left_at IS NULL AND segment_id = ANY(%s)
    )
    SELECT a.segment_id, b.segment_id, count(*)
    FROM inside a JOIN inside b ON b.id = a.id AND b.segment_id >= a.segment_id GROUP BY 1, 2
"""


def overlaps(segment_ids: Sequence[int]) -> Sequence[Overlap]:
    """Return of each pair of segments of one subject how many are in both; of a segment and itself, its size.

    Only the first 12 are compared. One statement: the memberships of all of them, joined with themselves.
    """
    ids = list(dict.fromkeys(segment_ids))[:MOST_COMPARED]
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, [tenancy.current_workspace_id(), ids])
        both = {(first, second): n for first, second, n in cursor.fetchall()}
    sizes = {id_: both.get((id_, id_), 0) for id_ in ids}
    found: list[Overlap] = []
    for n, first in enumerate(ids):
        for second in ids[n:]:
            shared = both.get((min(first, second), max(first, second)), 0)
            either = sizes[first] if first == second else sizes[first] + sizes[second] - shared
            found.append(Overlap(first_id=first, second_id=second, both=shared, either=either))
    return found
