"""Reads of experiments: who is held out, and what touching the others did."""

from tenure.experiments.queries.assignments import (
    assignments,
    balance,
    group_counts,
    group_of,
    held_out_ids,
    watched_accounts,
)
from tenure.experiments.queries.effects import effect, effect_chart, effect_table, horizons
from tenure.experiments.queries.words import days_text, effect_words, group_name
from tenure.experiments.rules import in_holdout

__all__ = [
    "assignments",
    "balance",
    "days_text",
    "effect",
    "effect_chart",
    "effect_table",
    "effect_words",
    "group_counts",
    "group_name",
    "group_of",
    "held_out_ids",
    "horizons",
    "in_holdout",
    "watched_accounts",
]
