"""Memberships of customers who turned out to be one with another: over without a word, and on again when parted."""

from collections.abc import Iterable

from django.db import connection, transaction

from tenure.customers import queries as customers
from tenure.kernel import clock, tenancy
from tenure.segments.actions.refreshing import touch
from tenure.segments.types import Subject

_END = """
    UPDATE segments_membership m SET left_at = %s,
        left_why = jsonb_build_object('version', s.version, 'cause', 'merged', 'leaves', '{{}}'::jsonb)
    FROM segments_segment s
    WHERE s.id = m.segment_id AND m.workspace_id = %s AND m.{subject}_id = ANY(%s) AND m.left_at IS NULL
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
    """End the memberships of those who became part of another, as if they had not left; have both looked at again."""
    ids = set(merged)
    now_is = customers.merged_accounts(ids) if subject is Subject.ACCOUNT else customers.merged_people(ids)
    if now_is:
        with connection.cursor() as cursor:
            statement = _END.format(subject=subject.value)
            cursor.execute(statement, [clock.now(), tenancy.current_workspace_id(), list(now_is)])
    touch(subject, {*ids, *kept})


@transaction.atomic
def follow_parted(subject: Subject, parted: Iterable[int], of: Iterable[int]) -> None:
    """Let the memberships of those who were parted again go on as if nothing had been; have both looked at again."""
    ids = set(parted)
    merged = customers.merged_accounts(ids) if subject is Subject.ACCOUNT else customers.merged_people(ids)
    with connection.cursor() as cursor:
        themselves = sorted(ids - set(merged))
        cursor.execute(_GO_ON.format(subject=subject.value), [tenancy.current_workspace_id(), themselves])
    touch(subject, {*ids, *of})
