"""Whom a definition would let in, before it is saved."""

from datetime import timedelta

from django.db.models import Q

from tenure.customers import queries as customers
from tenure.journeys.models import Journey
from tenure.journeys.queries.enrolments import been_in
from tenure.journeys.rules import may_enter
from tenure.journeys.types import Definition, Subject, TriggerKind, WouldEnter
from tenure.kernel import clock
from tenure.segments import queries as segments
from tenure.segments.types import Subject as SegmentSubject
from tenure.segments.types.conditions import Performed

SHOWN = 8
DAYS = 28
"""How far back one looks for how often something that is yet to come has happened."""


def would_enter(definition: Definition, subject: Subject, *, journey: Journey | None = None) -> WouldEnter:
    """Count whom a definition would let in, and name some; changes nothing. See `WouldEnter`."""
    trigger, now = definition.trigger, clock.now()
    match trigger.kind:
        case TriggerKind.SEGMENT:
            members = sorted(segments.member_ids(trigger.segment_id or 0))
            before = been_in(journey.pk, subject) if journey is not None else {}
            coming = [pk for pk in members if may_enter(before.get(pk), definition, at=now)]
            inside = sum(1 for pk in members if pk in before and before[pk].live)
            return WouldEnter(
                count=len(coming),
                sample=tuple(coming[:SHOWN]),
                in_now=inside,
                been_before=len(members) - len(coming) - inside,
            )
        case TriggerKind.EVENT:
            seen = segments.preview(Performed(event=trigger.event, days=DAYS), SegmentSubject(subject.value), now=now)
            return WouldEnter(count=seen.count, sample=tuple(who.id for who in seen.sample), days=DAYS)
        case TriggerKind.APPEARED:
            appeared = Q(first_seen_at__gte=now - timedelta(days=DAYS))
            of_people = subject == Subject.PERSON
            found = customers.people().filter(appeared) if of_people else customers.accounts().filter(appeared)
            newest = found.order_by("-first_seen_at", "-pk").values_list("pk", flat=True)[:SHOWN]
            return WouldEnter(count=found.count(), sample=tuple(newest), days=DAYS)
