"""Reads of tracking."""

from tenure.tracking.queries.arrivals import (
    last_heard,
    latest_calls,
    latest_refused_at_the_door,
    refusal_counts,
    refusals,
    strangers,
    what_became_of,
)
from tenure.tracking.queries.lag import Lag, events_stored, lag, recent_intake, refusals_since, waiting_calls
from tenure.tracking.queries.metrics import gauges, metrics
from tenure.tracking.queries.plan import drift, drifts, planned_events, planned_properties, rule, rules, screen_of
from tenure.tracking.queries.presence import name_months, name_presence, session_gap, sessions_counted_by
from tenure.tracking.queries.timeline import timeline, timeline_above
from tenure.tracking.queries.use import event_names, events, last_events, people_active, usage_by_day

__all__ = [
    "Lag",
    "drift",
    "drifts",
    "event_names",
    "events",
    "events_stored",
    "gauges",
    "lag",
    "last_events",
    "last_heard",
    "latest_calls",
    "latest_refused_at_the_door",
    "metrics",
    "name_months",
    "name_presence",
    "people_active",
    "planned_events",
    "planned_properties",
    "recent_intake",
    "refusal_counts",
    "refusals",
    "refusals_since",
    "rule",
    "rules",
    "screen_of",
    "session_gap",
    "sessions_counted_by",
    "strangers",
    "timeline",
    "timeline_above",
    "usage_by_day",
    "waiting_calls",
    "what_became_of",
]
