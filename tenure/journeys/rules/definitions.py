"""What a journey does, as it is written down."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tenure.journeys.types import Been, Definition, Problem, Reentry, StepDefinition, Subject, TriggerKind

MOST_STEPS = 50


def definition_problems(definition: Definition, subject: Subject, roles: Sequence[str]) -> list[Problem]:
    """Find what is wrong with a definition, apart from what its steps say themselves. `roles` are those there are."""
    problems = []
    trigger = definition.trigger
    if trigger.kind == TriggerKind.SEGMENT and trigger.segment_id is None:
        problems.append(Problem(code="segment_missing", place="trigger"))
    if trigger.kind == TriggerKind.EVENT and not trigger.event.strip():
        problems.append(Problem(code="event_missing", place="trigger"))
    if definition.leaves_with_segment and trigger.kind != TriggerKind.SEGMENT:
        problems.append(Problem(code="no_segment_to_leave", place="trigger"))
    if definition.goal is not None and not definition.goal.event.strip() and definition.goal.segment_id is None:
        problems.append(Problem(code="goal_empty", place="goal"))
    if not 0 <= definition.reentry_days <= 3650:
        problems.append(Problem(code="reentry_out_of_range", place="reentry"))
    if subject == Subject.PERSON and definition.recipient.roles:
        problems.append(Problem(code="recipient_of_person", place="recipient"))
    problems += [
        Problem(code="role_unknown", place="recipient", detail=role)
        for role in definition.recipient.roles
        if role not in roles
    ]
    if not definition.steps:
        problems.append(Problem(code="no_steps", place="steps"))
    if len(definition.steps) > MOST_STEPS:
        problems.append(Problem(code="too_many_steps", place="steps"))
    seen: set[str] = set()
    for number, step in enumerate(definition.steps):
        if not step.id or len(step.id) > 40:
            problems.append(Problem(code="step_id_wrong", place=f"steps[{number}]", detail=step.id))
        elif step.id in seen:
            problems.append(Problem(code="step_id_twice", place=f"steps[{number}]", detail=step.id))
        seen.add(step.id)
    return problems


def first_step(definition: Definition) -> StepDefinition:
    """Return where enrolments begin."""
    return definition.steps[0]


def step_of(definition: Definition, step_id: str) -> StepDefinition | None:
    """Return a step by its id."""
    return next((s for s in definition.steps if s.id == step_id), None)


def next_step(definition: Definition, step_id: str) -> StepDefinition | None:
    """Return the step after one; None after the last."""
    ids = [s.id for s in definition.steps]
    place = ids.index(step_id) + 1 if step_id in ids else len(ids)
    return definition.steps[place] if place < len(ids) else None


def touch_key(journey_id: int, version: int, step_id: str, enrolment_id: int) -> str:
    """Name one touch for good, so that it is never made twice."""
    return f"journey:{journey_id}:{version}:{step_id}:{enrolment_id}"


def may_enter(before: Been | None, definition: Definition, *, at: datetime) -> bool:
    """Tell whether somebody may come in for what happened at a moment, given when they were in before.

    What happened before they last left lets nobody in again, so a repeated announcement changes nothing.
    """
    if before is None:
        return True
    if before.live or before.ended_at is None or definition.reentry == Reentry.NEVER:
        return False
    return at > before.ended_at + timedelta(days=definition.reentry_days)
