"""Journeys, with what became of their enrolments and touches."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Case, Count, F, IntegerField, QuerySet, Value, When

from tenure.journeys.errors import JourneyUnknown
from tenure.journeys.models import Decision, Enrolment, Journey, JourneyVersion
from tenure.journeys.queries.definitions import definitions_of
from tenure.journeys.types import (
    Definition,
    EnrolmentStatus,
    JourneyCounts,
    JourneyRow,
    JourneyStatus,
    Outcome,
    StepCounts,
    Subject,
    TriggerKind,
    Why,
)
from tenure.segments import queries as segments

_ORDER = Case(
    *(
        When(status=status.value, then=Value(place))
        for place, status in enumerate(
            (JourneyStatus.LIVE, JourneyStatus.PAUSED, JourneyStatus.DRAFT, JourneyStatus.ARCHIVED)
        )
    ),
    output_field=IntegerField(),
)


def journeys(*, archived: bool = False) -> list[JourneyRow]:
    """Return journeys with counts, the live ones first: five statements, whatever the number."""
    found = Journey.objects.filter(current__isnull=False)
    if not archived:
        found = found.exclude(status=JourneyStatus.ARCHIVED.value)
    return _rows(found)


def journey_row(pk: int) -> JourneyRow:
    """Return one journey with counts; raises `JourneyUnknown`."""
    rows = _rows(Journey.objects.filter(pk=pk, current__isnull=False))
    if not rows:
        raise JourneyUnknown
    return rows[0]


def journey(pk: int) -> Journey:
    """Return one journey, to be acted on; raises `JourneyUnknown`."""
    found = Journey.objects.select_related("current").filter(pk=pk).first()
    if found is None:
        raise JourneyUnknown
    return found


def journey_versions(journey_id: int) -> QuerySet[JourneyVersion]:
    """Return what a journey did over time, the latest first."""
    return JourneyVersion.objects.filter(journey_id=journey_id).select_related("created_by").order_by("-number")


def step_counts(journey_id: int) -> list[StepCounts]:
    """Return, for each step of the current version, who stands there and what was decided there, in any version."""
    definition = definition_now_of(journey_id)
    standing = dict(
        Enrolment.objects.filter(journey_id=journey_id, status=EnrolmentStatus.LIVE.value)
        .values("step")
        .annotate(n=Count("pk"))
        .order_by()
        .values_list("step", "n")
    )
    decided: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    counted = Decision.objects.filter(journey_id=journey_id).values("step", "outcome", "reason")
    for row in counted.annotate(n=Count("pk")).order_by():
        decided[row["step"]][row["outcome"], row["reason"]] = row["n"]
    return [
        StepCounts(
            step=step,
            standing=standing.get(step.id, 0),
            made=_sum(decided[step.id], Outcome.MADE),
            postponed=_sum(decided[step.id], Outcome.POSTPONED),
            skipped={why: n for (outcome, why), n in sorted(decided[step.id].items()) if outcome == Outcome.SKIPPED},
        )
        for step in definition.steps
    ]


def templates_sent() -> dict[int, list[tuple[int, str]]]:
    """Return, for each e-mail template that a journey in use sends now, the ids and names of those journeys."""
    found = Journey.objects.filter(current__isnull=False).exclude(status=JourneyStatus.ARCHIVED.value)
    listed = list(found.order_by("name", "pk").values_list("pk", "name", "current_id"))
    definitions = definitions_of({current_id for _, _, current_id in listed if current_id is not None})
    sent: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for pk, name, current_id in listed:
        used = {step.settings.get("template_id") for step in definitions[current_id or 0][1].steps}
        for template_id in sorted(each for each in used if isinstance(each, int)):
            sent[template_id].append((pk, name))
    return sent


def definition_now_of(journey_id: int) -> Definition:
    """Return what a journey does for those who come in now; raises `JourneyUnknown`."""
    current_id = journey(journey_id).current_id
    if current_id is None:
        raise JourneyUnknown
    return definitions_of([current_id])[current_id][1]


def _rows(found: QuerySet[Journey]) -> list[JourneyRow]:
    listed = list(found.annotate(place=_ORDER).order_by("place", "name", "pk"))
    definitions = definitions_of({j.current_id for j in listed if j.current_id is not None})
    counts = _counts([j.pk for j in listed])
    names = segments.segment_names()
    rows = []
    for each in listed:
        version, definition = definitions[each.current_id or 0]
        trigger = definition.trigger
        rows.append(
            JourneyRow(
                id=each.pk,
                name=each.name,
                about=each.about,
                subject=Subject(each.subject),
                status=JourneyStatus(each.status),
                version=version,
                priority=each.priority,
                definition=definition,
                trigger_name=names.get(trigger.segment_id or 0, "")
                if trigger.kind == TriggerKind.SEGMENT
                else trigger.event,
                changed_at=each.changed_at,
                launched_at=each.launched_at,
                error=each.error,
                counts=counts[each.pk],
            )
        )
    return rows


def _counts(ids: Collection[int]) -> dict[int, JourneyCounts]:
    enrolled: dict[int, dict[str, int]] = defaultdict(dict)
    for row in (
        Enrolment.objects.filter(journey_id__in=ids)
        .values("journey_id", "status")
        .annotate(n=Count("pk"))
        .order_by(F("journey_id"))
    ):
        enrolled[row["journey_id"]][row["status"]] = row["n"]
    decided: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    for told in (
        Decision.objects.filter(journey_id__in=ids)
        .values("journey_id", "outcome", "reason")
        .annotate(n=Count("pk"))
        .order_by(F("journey_id"))
    ):
        decided[told["journey_id"]][told["outcome"], told["reason"]] = told["n"]
    return {
        pk: JourneyCounts(
            enrolled=sum(enrolled[pk].values()),
            live=enrolled[pk].get(EnrolmentStatus.LIVE, 0),
            finished=enrolled[pk].get(EnrolmentStatus.FINISHED, 0),
            left=enrolled[pk].get(EnrolmentStatus.LEFT, 0),
            goals=enrolled[pk].get(EnrolmentStatus.GOAL, 0),
            made=_sum(decided[pk], Outcome.MADE),
            skipped=_sum(decided[pk], Outcome.SKIPPED),
            held_out=decided[pk].get((Outcome.SKIPPED.value, Why.HOLDOUT.value), 0),
            postponed=_sum(decided[pk], Outcome.POSTPONED),
        )
        for pk in ids
    }


def _sum(decided: dict[tuple[str, str], int], wanted: Outcome) -> int:
    return sum(n for (outcome, _), n in decided.items() if outcome == wanted)
