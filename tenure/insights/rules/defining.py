"""Which definitions can be computed."""

from collections.abc import Sequence

from tenure.insights.errors import FunnelUnusable, MilestoneUnusable, RetentionUnusable
from tenure.insights.types import FunnelSteps, Grain, RetentionAsked

MOST_STEPS = 8
MOST_EVENTS = 20
LONGEST_LIMIT = 366 * 86_400
LONGEST_EVENT = 500
LONGEST_NAME = 120
LATEST_DAY = 3_650


def checked_funnel(asked: FunnelSteps) -> FunnelSteps:
    """Return the funnel with its events tidied; raises `FunnelUnusable`."""
    steps = tuple(tuple(dict.fromkeys(e.strip() for e in step if e.strip())) for step in asked.steps)
    steps = tuple(step for step in steps if step)
    if not 2 <= len(steps) <= MOST_STEPS or not 1 <= asked.limit_seconds <= LONGEST_LIMIT:
        raise FunnelUnusable
    if any(len(step) > MOST_EVENTS or not all(_storable(e) for e in step) for step in steps):
        raise FunnelUnusable
    return FunnelSteps(subject=asked.subject, steps=steps, limit_seconds=asked.limit_seconds)


def checked_retention(asked: RetentionAsked) -> RetentionAsked:
    """Return what was asked; raises `RetentionUnusable`."""
    if asked.grain is Grain.DAY or (asked.split and asked.change) or not _fits(asked.event) or not _fits(asked.split):
        raise RetentionUnusable
    return asked


def checked_milestone(name: str, event: str, due_days: int, taken: Sequence[str]) -> tuple[str, str, int]:
    """Return name, event and day, tidied; raises `MilestoneUnusable`."""
    name, event = name.strip(), event.strip()
    if not name or len(name) > LONGEST_NAME or not _fits(name) or name in taken:
        raise MilestoneUnusable
    if not event or not _storable(event) or not 0 <= due_days <= LATEST_DAY:
        raise MilestoneUnusable
    return name, event, due_days


def _storable(event: str) -> bool:
    return len(event) <= LONGEST_EVENT and _fits(event)


def _fits(text: str) -> bool:
    return "\x00" not in text and len(text) <= LONGEST_EVENT
