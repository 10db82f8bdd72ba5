"""Reads of tracking."""

from tenure.tracking.queries.arrivals import last_heard, latest_calls, refusal_counts, refusals

__all__ = ["last_heard", "latest_calls", "refusal_counts", "refusals"]
