"""Writes of insights: what a workspace defines."""

from typing import TYPE_CHECKING

from django.db import transaction

from tenure.insights.errors import FunnelNameTaken, NoSuchFunnel, NoSuchMilestone
from tenure.insights.models import Funnel, Milestone
from tenure.insights.rules.defining import LONGEST_NAME, checked_funnel, checked_milestone
from tenure.insights.types import FunnelSteps
from tenure.kernel import clock
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def define_funnel(name: str, asked: FunnelSteps, *, by: "Member | None") -> Funnel:
    """Give a funnel a name. Raises `FunnelUnusable` and `FunnelNameTaken`."""
    asked = checked_funnel(asked)
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or "\x00" in name or Funnel.objects.filter(name=name).exists():
        raise FunnelNameTaken
    made = Funnel.objects.create(
        name=name,
        subject=asked.subject.value,
        steps=[list(step) for step in asked.steps],
        limit_seconds=asked.limit_seconds,
        created_at=clock.now(),
        created_by=by,
    )
    record_audit("insights.define_funnel", by=by, subject=name, details={"steps": made.steps})
    return made


@transaction.atomic
def remove_funnel(funnel_id: int, *, by: "Member | None") -> None:
    """Forget a named funnel; the events it counted stay. Raises `NoSuchFunnel`."""
    found = Funnel.objects.select_for_update().filter(pk=funnel_id).first()
    if found is None:
        raise NoSuchFunnel
    details = {"steps": found.steps, "limit_seconds": found.limit_seconds, "counts": found.subject}
    record_audit("insights.remove_funnel", by=by, subject=found.name, details=details)
    found.delete()


@transaction.atomic
def define_milestone(name: str, *, event: str, due_days: int, by: "Member | None") -> Milestone:
    """Say that an account should have done something by so many days after signing up. Raises `MilestoneUnusable`."""
    taken = list(Milestone.objects.values_list("name", flat=True))
    name, event, due_days = checked_milestone(name, event, due_days, taken)
    made = Milestone.objects.create(name=name, event=event, due_days=due_days)
    record_audit("insights.define_milestone", by=by, subject=name, details={"event": event, "due_days": due_days})
    return made


@transaction.atomic
def remove_milestone(milestone_id: int, *, by: "Member | None") -> None:
    """Stop asking for a milestone. Raises `NoSuchMilestone`."""
    found = Milestone.objects.select_for_update().filter(pk=milestone_id).first()
    if found is None:
        raise NoSuchMilestone
    details = {"event": found.event, "due_days": found.due_days}
    record_audit("insights.remove_milestone", by=by, subject=found.name, details=details)
    found.delete()
