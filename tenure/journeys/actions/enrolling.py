"""Who comes into a journey."""

from collections.abc import Sequence

from django.db import transaction

from tenure.customers import queries as customers
from tenure.journeys import registry
from tenure.journeys.models import Enrolment, Journey
from tenure.journeys.queries.addressees import workspace_timezone
from tenure.journeys.queries.definitions import definition_of
from tenure.journeys.queries.enrolments import been_in
from tenure.journeys.rules import first_step, may_enter, zone
from tenure.journeys.types import EnrolmentStatus, Entrant, JourneyStatus, Subject
from tenure.kernel import clock


@transaction.atomic
def enrol(journey: Journey, entrants: Sequence[Entrant]) -> int:
    """Enrol those who may come in; returns how many did.

    One live enrolment for each journey and subject; whoever has been in before comes in again only as the journey's
    re-entry rule says. A handful of statements, whatever the number.
    """
    journey = Journey.objects.select_for_update(no_key=True).get(pk=journey.pk)
    if journey.status != JourneyStatus.LIVE or journey.current_id is None or not entrants:
        return 0
    definition = definition_of(journey.current_id)
    of_people = journey.subject == Subject.PERSON
    unique = {pk: e for e in entrants if (pk := e.person_id if of_people else e.account_id) is not None}
    before = been_in(journey.pk, Subject(journey.subject), unique)
    coming = [e for pk, e in unique.items() if may_enter(before.get(pk), definition, at=e.at)]
    people = [e.person_id for e in coming if e.person_id is not None] if of_people else []
    homes = customers.accounts_of_people(people) if people else {}
    zones = dict(customers.people(people).values_list("pk", "timezone")) if people else {}
    default_tz = workspace_timezone()
    now = clock.now()
    step = first_step(definition)
    rows = [
        Enrolment(
            journey=journey,
            version_id=journey.current_id,
            account_id=e.account_id if not of_people else homes.get(e.person_id or 0, e.account_id),
            person_id=e.person_id if of_people else None,
            status=EnrolmentStatus.LIVE.value,
            step=step.id,
            arrived_at=now,
            due_at=registry.step(step.kind).due_at(
                step.settings, arrived_at=now, tz=zone(zones.get(e.person_id or 0, ""), default_tz)
            ),
            entered_at=now,
            why=dict(e.why),
        )
        for e in coming
    ]
    Enrolment.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1_000)
    return len(rows)
