"""What journeys do, and whether they run."""

from typing import TYPE_CHECKING, Any

import msgspec
from django.db import IntegrityError, transaction

from tenure.customers.types import Role
from tenure.journeys import registry
from tenure.journeys.actions.enrolling import enrol
from tenure.journeys.errors import (
    JourneyArchived,
    JourneyInvalid,
    JourneyNotDraft,
    JourneyNotLive,
    JourneyNotPaused,
    JourneyTaken,
    JourneyUnknown,
    StepUnknown,
)
from tenure.journeys.models import Enrolment, Journey, JourneyVersion
from tenure.journeys.queries.definitions import definition_of
from tenure.journeys.queries.triggers import entrants_in_segment
from tenure.journeys.rules import definition_problems
from tenure.journeys.types import (
    Definition,
    EnrolmentStatus,
    Existing,
    JourneyStatus,
    LeaveReason,
    Overdue,
    Problem,
    Subject,
    TriggerKind,
)
from tenure.kernel import clock
from tenure.segments import queries as segments
from tenure.workspaces import actions as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

ENROLLED_AT_ONCE = 5_000


@transaction.atomic
def define_journey(
    name: str,
    *,
    subject: Subject,
    definition: Definition,
    about: str = "",
    priority: int = 0,
    by: "Member | None" = None,
) -> Journey:
    """Add a journey as a draft; raises `JourneyInvalid` with all its problems, or `JourneyTaken`."""
    _check(name, subject, definition)
    now = clock.now()
    journey = Journey(subject=subject.value, status=JourneyStatus.DRAFT.value, created_at=now)
    _fill(journey, name=name, about=about, priority=priority, definition=definition)
    _save(journey)
    _add_version(journey, definition, number=1, by=by)
    workspaces.record_audit("journeys.define", by=by, subject=journey.name)
    return journey


@transaction.atomic
def change_journey(
    journey: Journey,
    *,
    name: str,
    definition: Definition,
    about: str = "",
    priority: int = 0,
    by: "Member | None" = None,
) -> Journey:
    """Change what a journey does for those who come in from now on; those who are in it keep their version."""
    journey = _locked(journey)
    if journey.status == JourneyStatus.ARCHIVED:
        raise JourneyArchived
    _check(name, Subject(journey.subject), definition)
    _fill(journey, name=name, about=about, priority=priority, definition=definition)
    _save(journey)
    current = JourneyVersion.objects.filter(journey=journey).latest("number")
    if definition_of(current.pk) != definition:
        _add_version(journey, definition, number=current.number + 1, by=by)
    workspaces.record_audit("journeys.change", by=by, subject=journey.name)
    return journey


@transaction.atomic
def launch_journey(journey: Journey, *, existing: Existing, by: "Member | None" = None) -> Journey:
    """Let a draft run. `existing` says whether those who are in the trigger's segment already come in at once."""
    journey = _locked(journey)
    if journey.status != JourneyStatus.DRAFT:
        raise JourneyNotDraft
    definition = definition_of(journey.current_id or 0)
    _check(journey.name, Subject(journey.subject), definition)
    journey.status = JourneyStatus.LIVE.value
    journey.launched_at = clock.now()
    journey.save(update_fields=["status", "launched_at"])
    if existing == Existing.ENROL and definition.trigger.kind == TriggerKind.SEGMENT:
        waiting = entrants_in_segment(journey)
        for first in range(0, len(waiting), ENROLLED_AT_ONCE):
            enrol(journey, waiting[first : first + ENROLLED_AT_ONCE])
    workspaces.record_audit("journeys.launch", by=by, subject=journey.name, details={"existing": existing.value})
    return journey


@transaction.atomic
def pause_journey(journey: Journey, *, by: "Member") -> Journey:
    """Stop enrolling and touching; those who are in it stay where they are."""
    journey = _locked(journey)
    if journey.status != JourneyStatus.LIVE:
        raise JourneyNotLive
    journey.status = JourneyStatus.PAUSED.value
    journey.save(update_fields=["status"])
    workspaces.record_audit("journeys.pause", by=by, subject=journey.name)
    return journey


@transaction.atomic
def resume_journey(journey: Journey, *, overdue: Overdue, by: "Member") -> Journey:
    """Go on; `overdue` says what becomes of touches that came due during the pause."""
    journey = _locked(journey)
    if journey.status != JourneyStatus.PAUSED:
        raise JourneyNotPaused
    journey.status = JourneyStatus.LIVE.value
    journey.touches_from = clock.now() if overdue == Overdue.SKIP else None
    journey.save(update_fields=["status", "touches_from"])
    workspaces.record_audit("journeys.resume", by=by, subject=journey.name, details={"overdue": overdue.value})
    return journey


@transaction.atomic
def archive_journey(journey: Journey, *, by: "Member") -> Journey:
    """End a journey for good, and everybody's enrolment with it; its decisions stay."""
    journey = _locked(journey)
    if journey.status == JourneyStatus.ARCHIVED:
        raise JourneyArchived
    journey.status = JourneyStatus.ARCHIVED.value
    journey.save(update_fields=["status"])
    Enrolment.objects.filter(journey=journey, status=EnrolmentStatus.LIVE.value).update(
        status=EnrolmentStatus.LEFT.value,
        due_at=None,
        ended_at=clock.now(),
        end_reason=LeaveReason.ARCHIVED.value,
    )
    workspaces.record_audit("journeys.archive", by=by, subject=journey.name)
    return journey


@transaction.atomic
def delete_draft(journey: Journey, *, by: "Member") -> None:
    """Throw away a journey that never ran; raises `JourneyNotDraft` for one that did."""
    journey = _locked(journey)
    if journey.status != JourneyStatus.DRAFT:
        raise JourneyNotDraft
    workspaces.record_audit("journeys.delete_draft", by=by, subject=journey.name)
    journey.delete()


def _check(name: str, subject: Subject, definition: Definition) -> None:
    problems = definition_problems(definition, subject, [role.value for role in Role])
    if not name.strip():
        problems.append(Problem(code="name_missing", place="name"))
    known = segments.segment_names()
    trigger, goal = definition.trigger, definition.goal
    if trigger.segment_id is not None and trigger.segment_id not in known:
        problems.append(Problem(code="segment_unknown", place="trigger"))
    elif trigger.segment_id is not None and segments.segment(trigger.segment_id).subject != subject.value:
        problems.append(Problem(code="segment_of_others", place="trigger"))
    if goal is not None and goal.segment_id is not None and goal.segment_id not in known:
        problems.append(Problem(code="segment_unknown", place="goal"))
    for number, step in enumerate(definition.steps):
        try:
            said = registry.step(step.kind).problems(step.settings)
        except StepUnknown:
            said = [Problem(code="step_unknown", place="kind", detail=step.kind)]
        problems += [Problem(code=p.code, place=f"steps[{number}].{p.place}", detail=p.detail) for p in said]
    if problems:
        raise JourneyInvalid(problems=[msgspec.to_builtins(p) for p in problems])


def _fill(journey: Journey, *, name: str, about: str, priority: int, definition: Definition) -> None:
    trigger, goal = definition.trigger, definition.goal
    journey.name = name.strip()[:120]
    journey.about = about
    journey.priority = priority
    journey.trigger_kind = trigger.kind.value
    journey.trigger_segment_id = trigger.segment_id
    journey.trigger_event = trigger.event.strip()[:200]
    journey.goal_segment_id = goal.segment_id if goal else None
    journey.goal_event = goal.event.strip()[:200] if goal else ""
    journey.changed_at = clock.now()


def _add_version(journey: Journey, definition: Definition, *, number: int, by: "Member | None") -> None:
    stored: dict[str, Any] = msgspec.to_builtins(definition)
    journey.current = JourneyVersion.objects.create(
        journey=journey, number=number, definition=stored, created_at=clock.now(), created_by=by
    )
    journey.save(update_fields=["current"])


def _save(journey: Journey) -> None:
    try:
        with transaction.atomic():
            journey.save()
    except IntegrityError as error:
        raise JourneyTaken(name=journey.name) from error


def _locked(journey: Journey) -> Journey:
    found = Journey.objects.select_for_update().filter(pk=journey.pk).first()
    if found is None:
        raise JourneyUnknown
    return found
