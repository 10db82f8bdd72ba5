"""Following customers who turned out to be one, or not after all; a few statements, however many they are."""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from tenure.customers import queries as customers
from tenure.customers.actions import follow_merged, follow_parted
from tenure.customers.types import SubjectKind
from tenure.journeys.types import Subject
from tenure.kernel import clock, tenancy
from tenure.kernel.following import Place

# Of several live enrolments in one journey that are now of one subject, the first stays. What is due of the others is
# kept: should it turn out that they are not one, they go on.
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
    UPDATE journeys_enrolment e SET status = 'left', ended_at = %s, end_reason = 'merged'
    FROM live WHERE live.id = e.id AND live.place > 1
"""
_GO_ON = """
    WITH ended AS (
        SELECT e.id, row_number() OVER (PARTITION BY e.journey_id, e.{subject}_id ORDER BY e.id) AS place
        FROM journeys_enrolment e
        WHERE e.workspace_id = %s AND e.status = 'left' AND e.end_reason = 'merged' {alone}
          AND e.{subject}_id = ANY(%s)
          AND NOT EXISTS (
              SELECT FROM journeys_enrolment l
              WHERE l.journey_id = e.journey_id AND l.{subject}_id = e.{subject}_id AND l.status = 'live' {alone_there}
          )
    )
    UPDATE journeys_enrolment e SET status = 'live', ended_at = NULL, end_reason = ''
    FROM ended WHERE ended.id = e.id AND ended.place = 1
"""
_ALONE = {Subject.PERSON: "", Subject.ACCOUNT: "AND {row}.person_id IS NULL"}


def follow_merged_people(merged: Iterable[int]) -> None:
    """Give the enrolments and decisions of merged traces to the people they are; of two live ones the older stays."""
    _join(Subject.PERSON, merged)


def follow_merged_accounts(merged: Iterable[int]) -> None:
    """Give the enrolments and decisions of merged accounts to the accounts they joined."""
    _join(Subject.ACCOUNT, merged)


def follow_parted_people(parted: Sequence[int], of: Sequence[int]) -> None:
    """Give people who were parted again their enrolments and decisions; those that ended for being double go on."""
    _part(Subject.PERSON, parted, of)


def follow_parted_accounts(parted: Sequence[int], of: Sequence[int]) -> None:
    """Give accounts that were parted again their enrolments and decisions; those that ended for being double go on."""
    _part(Subject.ACCOUNT, parted, of)


def _places(subject: Subject) -> tuple[Place, ...]:
    column = f"{subject.value}_id"
    return (Place("journeys_enrolment", column), Place("journeys_decision", column))


@transaction.atomic
def _join(subject: Subject, merged: Iterable[int]) -> None:
    ids = set(merged)
    now_is = customers.merged_people(ids) if subject is Subject.PERSON else customers.merged_accounts(ids)
    if not now_is:
        return
    ended = _END_DOUBLES.format(subject=subject.value, alone=_ALONE[subject].format(row="e"))
    with connection.cursor() as cursor:
        workspace_id = tenancy.current_workspace_id()
        cursor.execute(ended, [list(now_is), list(now_is.values()), workspace_id, clock.now()])
    follow_merged("person" if subject is Subject.PERSON else "account", ids, _places(subject))


@transaction.atomic
def _part(subject: Subject, parted: Sequence[int], of: Sequence[int]) -> None:
    both = {*parted, *of}
    kind: SubjectKind = "person" if subject is Subject.PERSON else "account"
    both |= follow_parted(kind, parted, of, _places(subject))
    going_on = _GO_ON.format(
        subject=subject.value, alone=_ALONE[subject].format(row="e"), alone_there=_ALONE[subject].format(row="l")
    )
    with connection.cursor() as cursor:
        cursor.execute(going_on, [tenancy.current_workspace_id(), sorted(both)])
