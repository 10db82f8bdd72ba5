"""Which journeys something lets somebody into, or out of; and whom a launch would enrol."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from tenure.journeys.models import Journey
from tenure.journeys.queries.enrolments import been_in
from tenure.journeys.rules import may_enter
from tenure.journeys.types import Definition, DryRun, Entrant, JourneyStatus, Subject, TriggerKind
from tenure.kernel import clock
from tenure.segments import queries as segments


def journeys_entered_by_segments(segment_ids: Collection[int]) -> QuerySet[Journey]:
    """Return the live journeys that entering these segments lets somebody into."""
    return _live().filter(trigger_kind=TriggerKind.SEGMENT.value, trigger_segment_id__in=list(segment_ids))


def journeys_entered_by_appearing(subject: Subject) -> QuerySet[Journey]:
    """Return the live journeys that appearing for the first time lets somebody into."""
    return _live().filter(trigger_kind=TriggerKind.APPEARED.value, subject=subject.value)


def journeys_heeding_events() -> QuerySet[Journey]:
    """Return the journeys that an event lets somebody into or fulfils the goal of."""
    entered = Q(trigger_kind=TriggerKind.EVENT.value, status=JourneyStatus.LIVE.value)
    return Journey.objects.filter(entered | (_running() & ~Q(goal_event=""))).order_by("pk")


def journeys_with_goal_segments(segment_ids: Collection[int]) -> QuerySet[Journey]:
    """Return the journeys whose goal is to enter one of these segments; pausing does not stop goals."""
    return Journey.objects.filter(_running(), goal_segment_id__in=list(segment_ids)).order_by("pk")


def journeys_of_segments(segment_ids: Collection[int]) -> QuerySet[Journey]:
    """Return the running journeys whose trigger is one of these segments, paused ones included."""
    return Journey.objects.filter(
        _running(), trigger_kind=TriggerKind.SEGMENT.value, trigger_segment_id__in=list(segment_ids)
    ).order_by("pk")


def entrants_in_segment(journey: Journey) -> list[Entrant]:
    """Return everybody who is in the trigger's segment now."""
    if journey.trigger_segment_id is None:
        return []
    now = clock.now()
    of_people = journey.subject == Subject.PERSON
    why = {"kind": "segment", "segment_id": journey.trigger_segment_id, "at_launch": True}
    return [
        Entrant(account_id=None if of_people else pk, person_id=pk if of_people else None, at=now, why=why)
        for pk in sorted(segments.member_ids(journey.trigger_segment_id))
    ]


def dry_run(definition: Definition, subject: Subject, *, journey: Journey | None = None) -> DryRun:
    """Count whom launching with `Existing.ENROL` would enrol now; changes nothing.

    Only a segment has somebody in it already: an event or an appearance is yet to come.
    """
    trigger = definition.trigger
    if trigger.kind != TriggerKind.SEGMENT or trigger.segment_id is None:
        return DryRun(would_enrol=0, been_before=0, in_now=0, total=0)
    members = segments.member_ids(trigger.segment_id)
    before = been_in(journey.pk, subject) if journey is not None else {}
    now = clock.now()
    inside = sum(1 for pk in members if pk in before and before[pk].live)
    enter = sum(1 for pk in members if may_enter(before.get(pk), definition, at=now))
    return DryRun(would_enrol=enter, been_before=len(members) - enter - inside, in_now=inside, total=len(members))


def _running() -> Q:
    return Q(status__in=[JourneyStatus.LIVE.value, JourneyStatus.PAUSED.value])


def _live() -> QuerySet[Journey]:
    return Journey.objects.filter(status=JourneyStatus.LIVE.value).order_by("-priority", "pk")
