"""Journeys and those in them, to start from."""

from typing import Any

from tenure.journeys import actions
from tenure.journeys.types import (
    Definition,
    Existing,
    StepDefinition,
    Subject,
    Trigger,
    TriggerKind,
)
from tenure.segments import actions as segments
from tests.channels.given import delivered as delivered
from tests.channels.given import given_template, given_topic

ON_PREMIUM = {"kind": "trait", "name": "plan", "operator": "is", "value": "Premium"}


def given_segment(name: str = "Premium", subject: str = "account", condition: Any = None) -> int:
    """Make a segment; returns its id."""
    return segments.define_segment(name, subject=subject, condition=condition or ON_PREMIUM).pk


def send(step_id: str = "welcome", template: int | None = None, topic: str = "onboarding") -> StepDefinition:
    """Describe a step that sends a template."""
    from tenure.channels import queries

    if topic not in queries.topic_names():
        given_topic(topic)
    chosen = template or next((t.pk for t in queries.templates().filter(name="Welcome")), None) or given_template()
    return StepDefinition(id=step_id, kind="send_email", settings={"template_id": chosen, "topic": topic})


def wait(step_id: str = "later", **settings: Any) -> StepDefinition:
    """Describe a step that waits."""
    return StepDefinition(id=step_id, kind="wait", settings=settings or {"days": 14})


def given_journey(
    *steps: StepDefinition,
    name: str = "Welcome",
    subject: Subject = Subject.ACCOUNT,
    trigger: Trigger | None = None,
    priority: int = 0,
    existing: Existing = Existing.LEAVE_OUT,
    **definition: Any,
) -> Any:
    """Make a journey and launch it."""
    draft = actions.define_journey(
        name,
        subject=subject,
        priority=priority,
        definition=Definition(
            trigger=trigger or Trigger(kind=TriggerKind.APPEARED), steps=steps or (send(),), **definition
        ),
    )
    return actions.launch_journey(draft, existing=existing)
