"""Following customers who turned out to be one."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet

from tenure.journeys.models import Decision, Enrolment
from tenure.journeys.types import EnrolmentStatus, LeaveReason
from tenure.kernel import clock


@transaction.atomic
def follow_merged_people(now_is: Mapping[int, int]) -> None:
    """Give the enrolments and decisions of a merged trace to the person it is; of two live ones one stays."""
    for old, new in now_is.items():
        live = Enrolment.objects.filter(person_id=new, status=EnrolmentStatus.LIVE.value).values("journey_id")
        _end_doubles(Enrolment.objects.filter(person_id=old, journey_id__in=live))
        Enrolment.objects.filter(person_id=old).update(person_id=new)
        Decision.objects.filter(person_id=old).update(person_id=new)


@transaction.atomic
def follow_merged_accounts(now_is: Mapping[int, int]) -> None:
    """Give the enrolments and decisions of an account of one to the account it joined."""
    for old, new in now_is.items():
        live = Enrolment.objects.filter(account_id=new, person=None, status=EnrolmentStatus.LIVE.value)
        _end_doubles(Enrolment.objects.filter(account_id=old, person=None, journey_id__in=live.values("journey_id")))
        Enrolment.objects.filter(account_id=old).update(account_id=new)
        Decision.objects.filter(account_id=old).update(account_id=new)


def _end_doubles(doubles: QuerySet[Enrolment]) -> None:
    doubles.filter(status=EnrolmentStatus.LIVE.value).update(
        status=EnrolmentStatus.LEFT.value, due_at=None, ended_at=clock.now(), end_reason=LeaveReason.MERGED.value
    )
