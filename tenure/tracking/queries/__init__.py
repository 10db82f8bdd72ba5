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
from tenure.tracking.queries.consents import ConsentCall, consents_since
from tenure.tracking.queries.entries import entries_counted
from tenure.tracking.queries.export import events_between
from tenure.tracking.queries.lag import Lag, events_stored, lag, recent_intake, refusals_since, waiting_calls
from tenure.tracking.queries.metrics import gauges, metrics
from tenure.tracking.queries.past import (
    account_days_as_of,
    events_as_of,
    first_day_of_use,
    name_person_days_as_of,
    person_days_as_of,
)
from tenure.tracking.queries.plan import drift, drifts, planned_events, planned_properties, rule, rules, screen_of
from tenure.tracking.queries.presence import name_months, name_presence, session_gap, sessions_counted_by
from tenure.tracking.queries.sources import (
    is_waiting_from,
    messages_known,
    people_seen_at,
    stored_from,
    traces_of_source,
)
from tenure.tracking.queries.timeline import cursor_before, timeline, timeline_above
from tenure.tracking.queries.trouble import failing, put_aside, uncounted
from tenure.tracking.queries.use import event_names, events, last_events, people_active, seen_at, usage_by_day

__all__ = [
    "ConsentCall",
    "Lag",
    "account_days_as_of",
    "consents_since",
    "cursor_before",
    "drift",
    "drifts",
    "entries_counted",
    "event_names",
    "events",
    "events_as_of",
    "events_between",
    "events_stored",
    "failing",
    "first_day_of_use",
    "gauges",
    "is_waiting_from",
    "lag",
    "last_events",
    "last_heard",
    "latest_calls",
    "latest_refused_at_the_door",
    "messages_known",
    "metrics",
    "name_months",
    "name_person_days_as_of",
    "name_presence",
    "people_active",
    "people_seen_at",
    "person_days_as_of",
    "planned_events",
    "planned_properties",
    "put_aside",
    "recent_intake",
    "refusal_counts",
    "refusals",
    "refusals_since",
    "rule",
    "rules",
    "screen_of",
    "seen_at",
    "session_gap",
    "sessions_counted_by",
    "stored_from",
    "strangers",
    "timeline",
    "timeline_above",
    "traces_of_source",
    "uncounted",
    "usage_by_day",
    "waiting_calls",
    "what_became_of",
]
