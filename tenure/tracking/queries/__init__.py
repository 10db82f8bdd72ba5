"""Reads of tracking."""

from tenure.tracking.queries.arrivals import last_heard, latest_calls, refusal_counts, refusals
from tenure.tracking.queries.lag import Lag, events_stored, lag, refusals_since, waiting_calls

__all__ = [
    "Lag",
    "events_stored",
    "lag",
    "last_heard",
    "latest_calls",
    "refusal_counts",
    "refusals",
    "refusals_since",
    "waiting_calls",
]
