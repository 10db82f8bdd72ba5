"""Who is, and was, in which journey."""

from collections.abc import Collection

from django.db.models import Max, Q, QuerySet

from tenure.customers import queries as customers
from tenure.journeys.models import Enrolment
from tenure.journeys.queries.definitions import definitions_of
from tenure.journeys.rules import step_of
from tenure.journeys.types import Been, EnrolmentPage, EnrolmentRow, EnrolmentStatus, Subject
from tenure.kernel.cursors import as_cursor, from_cursor

MOST_AT_ONCE = 200


def been_in(journey_id: int, subject: Subject, ids: Collection[int] | None = None) -> dict[int, Been]:
    """Return the past in a journey of everybody, or of those of `ids`, who have one: one statement."""
    key = "person_id" if subject == Subject.PERSON else "account_id"
    found = Enrolment.objects.filter(journey_id=journey_id)
    if ids is not None:
        found = found.filter(**{f"{key}__in": list(ids)})
    if subject == Subject.ACCOUNT:
        found = found.filter(person=None)
    seen = (
        found.values(key)
        .annotate(ended=Max("ended_at"), live=Max("pk", filter=Q(status=EnrolmentStatus.LIVE.value)))
        .order_by()
    )
    return {row[key]: Been(live=row["live"] is not None, ended_at=row["ended"]) for row in seen}


def enrolments_of(*, account_id: int | None = None, person_id: int | None = None) -> list[EnrolmentRow]:
    """Return the enrolments of an account (its people's included) or of a person, live ones first: a few statements."""
    found = Enrolment.objects.select_related("journey")
    if account_id is not None:
        found = found.filter(account_id=account_id)
    if person_id is not None:
        found = found.filter(person_id=person_id)
    listed = list(found.order_by("-pk")[:MOST_AT_ONCE])
    return sorted(_rows(listed), key=lambda row: row.status != EnrolmentStatus.LIVE)


def enrolments_in(
    journey_id: int, *, status: EnrolmentStatus | None = None, step: str = "", cursor: str = "", limit: int = 50
) -> EnrolmentPage:
    """Return a journey's enrolments, the latest first, with whom they are of."""
    found: QuerySet[Enrolment] = Enrolment.objects.select_related("journey").filter(journey_id=journey_id)
    if status is not None:
        found = found.filter(status=status.value)
    if step:
        found = found.filter(step=step, status=EnrolmentStatus.LIVE.value)
    if cursor:
        found = found.filter(pk__lt=from_cursor(cursor, 1)[0])
    limit = max(1, min(limit, MOST_AT_ONCE))
    listed = list(found.order_by("-pk")[: limit + 1])
    return EnrolmentPage(
        items=tuple(_rows(listed[:limit])),
        next_cursor=as_cursor([listed[limit - 1].pk]) if len(listed) > limit else "",
    )


def _rows(enrolments: Collection[Enrolment]) -> list[EnrolmentRow]:
    definitions = definitions_of({e.version_id for e in enrolments})
    accounts = customers.account_names({e.account_id for e in enrolments if e.account_id is not None})
    people = customers.people_names({e.person_id for e in enrolments if e.person_id is not None})
    return [
        EnrolmentRow(
            id=e.pk,
            journey_id=e.journey_id,
            journey_name=e.journey.name,
            version=definitions[e.version_id][0],
            account_id=e.account_id,
            account_name=accounts.get(e.account_id or 0, ""),
            person_id=e.person_id,
            person_name=people.get(e.person_id or 0, ""),
            status=EnrolmentStatus(e.status),
            step=step_of(definitions[e.version_id][1], e.step),
            due_at=e.due_at,
            entered_at=e.entered_at,
            ended_at=e.ended_at,
            end_reason=e.end_reason,
            why=e.why,
        )
        for e in enrolments
    ]
