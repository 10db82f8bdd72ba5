"""Reads of snapshots."""

from tenure.snapshots.queries.reading import (
    customers_at,
    features_as_of,
    first_week_known,
    is_past_taken,
    known_of,
    past_read,
    rows_of_weeks,
    weeks_of_accounts,
    weeks_taken,
)
from tenure.snapshots.queries.words import feature_name, feature_reason, feature_words
from tenure.snapshots.rules.rows import as_columns

__all__ = [
    "as_columns",
    "customers_at",
    "feature_name",
    "feature_reason",
    "feature_words",
    "features_as_of",
    "first_week_known",
    "is_past_taken",
    "known_of",
    "past_read",
    "rows_of_weeks",
    "weeks_of_accounts",
    "weeks_taken",
]
