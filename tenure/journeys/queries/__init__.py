"""Reads of journeys: what they do, who is in them, and why touches were, or were not, made."""

from tenure.journeys.queries.decisions import decision, decisions
from tenure.journeys.queries.enrolments import been_in, enrolments_in, enrolments_of
from tenure.journeys.queries.entering import would_enter
from tenure.journeys.queries.journeys import (
    definition_now_of,
    journey,
    journey_row,
    journey_versions,
    journeys,
    step_counts,
    templates_sent,
)
from tenure.journeys.queries.triggers import (
    dry_run,
    entrants_in_segment,
    journeys_entered_by_appearing,
    journeys_entered_by_segments,
    journeys_heeding_events,
    journeys_of_segments,
    journeys_with_goal_segments,
)

__all__ = [
    "been_in",
    "decision",
    "decisions",
    "definition_now_of",
    "dry_run",
    "enrolments_in",
    "enrolments_of",
    "entrants_in_segment",
    "journey",
    "journey_row",
    "journey_versions",
    "journeys",
    "journeys_entered_by_appearing",
    "journeys_entered_by_segments",
    "journeys_heeding_events",
    "journeys_of_segments",
    "journeys_with_goal_segments",
    "step_counts",
    "templates_sent",
    "would_enter",
]
