"""Memberships of customers who turned out to be one with another: over without a word, and on again when parted."""

from collections.abc import Iterable

from django.db import connection, transaction

from tenure.customers import queries as customers
from tenure.kernel import clock, tenancy
from tenure.segments.actions.settling import one_at_a_time
from tenure.segments.actions.touching import touch
from tenure.segments.types import Subject

_END = """
    UPDATE segments_membership m SET left_at = %s,
        left_why = jsonb_build_object('version', s.version, 'cause', 'merged', 'leaves', '{{}}'::jsonb)
    FROM segments_segment s
    WHERE s.id = m.segment_id AND m.workspace_id = %s AND m.{subject}_id = ANY(%s) AND m.left_at IS NULL
"""
_LIST_KEPT = """
    INSERT INTO segments_membership (workspace_id, segment_id, {subject}_id, since, why)
    SELECT DISTINCT m.workspace_id, m.segment_id, pair.kept, m.left_at,
           jsonb_build_object('version', 1, 'cause', 'merged', 'leaves', '{{}}'::jsonb)
    FROM segments_membership m
    JOIN segments_segment s ON s.id = m.segment_id AND s.condition = '{{"kind": "listed"}}'
    JOIN unnest(%s::bigint[], %s::bigint[]) AS pair (merged, kept) ON pair.merged = m.{subject}_id
    WHERE m.workspace_id = %s AND m.left_at = %s AND m.left_why->>'cause' = 'merged'
    ON CONFLICT DO NOTHING
"""
_TAKE_KEPT_OFF = """
    UPDATE segments_membership m SET left_at = %s,
        left_why = jsonb_build_object('version', 1, 'cause', 'merged', 'leaves', '{{}}'::jsonb)
    FROM segments_segment s
    WHERE s.id = m.segment_id AND s.condition = '{{"kind": "listed"}}' AND m.workspace_id = %s
      AND m.{subject}_id = ANY(%s) AND m.left_at IS NULL AND m.why->>'cause' = 'merged'
      AND EXISTS (
          SELECT FROM segments_membership o
          WHERE o.segment_id = m.segment_id AND o.{subject}_id = ANY(%s) AND o.left_at IS NULL
      )
"""
_GO_ON = """
    WITH ended AS (
        SELECT DISTINCT ON (m.segment_id, m.{subject}_id) m.id, m.left_why->>'cause' AS cause, m.left_at
        FROM segments_membership m JOIN segments_segment s ON s.id = m.segment_id AND s.archived_at IS NULL
        WHERE m.workspace_id = %s AND m.{subject}_id = ANY(%s)
        ORDER BY m.segment_id, m.{subject}_id, m.left_at IS NULL DESC, m.id DESC
    )
    UPDATE segments_membership m SET left_at = NULL, left_why = NULL
    FROM ended WHERE ended.id = m.id AND ended.cause = 'merged' AND ended.left_at IS NOT NULL
"""


@transaction.atomic
def follow_merged(subject: Subject, merged: Iterable[int], kept: Iterable[int]) -> None:
    """End the memberships of those who became part of another, as if they had not left; have both looked at again.

    Whoever was on a list is on it as who they are now.
    """
    one_at_a_time(*Subject)
    ids = set(merged)
    now_is = customers.merged_accounts(ids) if subject is Subject.ACCOUNT else customers.merged_people(ids)
    if now_is:
        with connection.cursor() as cursor:
            now, workspace_id = clock.now(), tenancy.current_workspace_id()
            cursor.execute(_END.format(subject=subject.value), [now, workspace_id, list(now_is)])
            pairs = [list(now_is), list(now_is.values())]
            cursor.execute(_LIST_KEPT.format(subject=subject.value), [*pairs, workspace_id, now])
    touch(subject, {*ids, *kept})


@transaction.atomic
def follow_parted(subject: Subject, parted: Iterable[int], of: Iterable[int]) -> None:
    """Let the memberships of those who were parted again go on as if nothing had been; have both looked at again."""
    one_at_a_time(*Subject)
    ids, of = set(parted), list(of)
    merged = customers.merged_accounts(ids) if subject is Subject.ACCOUNT else customers.merged_people(ids)
    with connection.cursor() as cursor:
        themselves, workspace_id = sorted(ids - set(merged)), tenancy.current_workspace_id()
        cursor.execute(_GO_ON.format(subject=subject.value), [workspace_id, themselves])
        kept = _TAKE_KEPT_OFF.format(subject=subject.value)
        cursor.execute(kept, [clock.now(), workspace_id, list(of), themselves])
    touch(subject, {*ids, *of})
