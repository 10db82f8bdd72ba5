"""How enrolments end before their last step: a goal reached, a segment left, a member's decision."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet

from tenure.journeys.announcements import GoalReached
from tenure.journeys.errors import EnrolmentUnknown
from tenure.journeys.models import Enrolment, Journey
from tenure.journeys.queries.definitions import definitions_of
from tenure.journeys.types import EnrolmentStatus, LeaveReason
from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce_all
from tenure.workspaces import actions as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def reach_goals(
    journeys: Sequence[Journey], *, accounts: Mapping[int, datetime], people: Mapping[int, datetime]
) -> int:
    """End enrolments whose goal was reached by these accounts or people at these moments, since they came in.

    An account reaches a goal by any of its people, who are to be named through `accounts` too.
    """
    found = [
        e
        for e in _live(journeys).filter(Q(person=None, account_id__in=accounts) | Q(person_id__in=people))
        if (people[e.person_id] if e.person_id is not None else accounts[e.account_id or 0]) >= e.entered_at
    ]
    _end(found, EnrolmentStatus.GOAL, reason="")
    names = {journey.pk: journey.name for journey in journeys}
    announce_all(
        GoalReached(
            workspace_id=tenancy.current_workspace_id(),
            at=clock.now(),
            account_id=e.account_id,
            person_id=e.person_id,
            journey_id=e.journey_id,
            journey_name=names[e.journey_id],
            enrolment_id=e.pk,
        )
        for e in found
    )
    return len(found)


@transaction.atomic
def leave_with_segment(journeys: Sequence[Journey], *, accounts: Sequence[int], people: Sequence[int]) -> int:
    """End enrolments of those who left the trigger's segment, where the version they came in by says so."""
    found = list(_live(journeys).filter(Q(person=None, account_id__in=accounts) | Q(person_id__in=people)))
    definitions = definitions_of({e.version_id for e in found})
    leaving = [e for e in found if definitions[e.version_id][1].leaves_with_segment]
    _end(leaving, EnrolmentStatus.LEFT, reason=LeaveReason.LEFT_SEGMENT)
    return len(leaving)


@transaction.atomic
def end_enrolment(pk: int, *, by: "Member") -> Enrolment:
    """Take somebody out of a journey; raises `EnrolmentUnknown` when they are not in it."""
    found = Enrolment.objects.select_for_update().filter(pk=pk, status=EnrolmentStatus.LIVE.value).first()
    if found is None:
        raise EnrolmentUnknown
    _end([found], EnrolmentStatus.LEFT, reason=LeaveReason.MEMBER)
    workspaces.record_audit("journeys.end_enrolment", by=by, subject=f"enrolment {pk}")
    found.refresh_from_db()
    return found


def _live(journeys: Sequence[Journey]) -> QuerySet[Enrolment]:
    return (
        Enrolment.objects.filter(journey__in=[j.pk for j in journeys], status=EnrolmentStatus.LIVE.value)
        .select_for_update()
        .order_by("pk")
    )


def _end(enrolments: Sequence[Enrolment], status: EnrolmentStatus, *, reason: str) -> None:
    Enrolment.objects.filter(pk__in=[e.pk for e in enrolments]).update(
        status=status.value, due_at=None, ended_at=clock.now(), end_reason=reason
    )
