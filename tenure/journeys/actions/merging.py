"""Following customers who turned out to be one; three statements, however many they are."""

from collections.abc import Mapping

from django.db import connection, transaction

from tenure.kernel import clock, tenancy

# Of several live enrolments in one journey that are now of one subject, the first stays.
_END_DOUBLES = """
    WITH merged AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS m (old, new)),
         live AS (
             SELECT e.id, row_number() OVER (
                 PARTITION BY e.journey_id, COALESCE(merged.new, e.{subject}_id) ORDER BY e.id
             ) AS place
             FROM journeys_enrolment e LEFT JOIN merged ON merged.old = e.{subject}_id
             WHERE e.workspace_id = %s AND e.status = 'live' {alone}
               AND e.{subject}_id IN (SELECT old FROM merged UNION SELECT new FROM merged)
         )
    UPDATE journeys_enrolment e SET status = 'left', due_at = NULL, ended_at = %s, end_reason = 'merged'
    FROM live WHERE live.id = e.id AND live.place > 1
"""
_FOLLOW = """
    WITH merged AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS m (old, new)),
         decisions AS (
             UPDATE journeys_decision d SET {subject}_id = merged.new FROM merged
             WHERE d.{subject}_id = merged.old AND d.workspace_id = %s
         )
    UPDATE journeys_enrolment e SET {subject}_id = merged.new FROM merged
    WHERE e.{subject}_id = merged.old AND e.workspace_id = %s
"""


@transaction.atomic
def follow_merged_people(now_is: Mapping[int, int]) -> None:
    """Give the enrolments and decisions of merged traces to the people they are; of two live ones the older stays."""
    _follow("person", "", now_is)


@transaction.atomic
def follow_merged_accounts(now_is: Mapping[int, int]) -> None:
    """Give the enrolments and decisions of accounts of one to the accounts they joined."""
    _follow("account", "AND e.person_id IS NULL", now_is)


def _follow(subject: str, alone: str, now_is: Mapping[int, int]) -> None:
    if not now_is:
        return
    old, new, workspace_id = list(now_is), list(now_is.values()), tenancy.current_workspace_id()
    with connection.cursor() as cursor:
        ended = _END_DOUBLES.format(subject=subject, alone=alone)
        cursor.execute(ended, [old, new, workspace_id, clock.now()])
        cursor.execute(_FOLLOW.format(subject=subject), [old, new, workspace_id, workspace_id])
