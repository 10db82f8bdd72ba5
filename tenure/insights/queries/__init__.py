"""Reads of insights."""

from tenure.insights.queries.readings import accounts_behind, read_metric, today, usual_range

__all__ = ["accounts_behind", "read_metric", "today", "usual_range"]
