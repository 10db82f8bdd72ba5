"""Reads of backtests."""

from tenure.backtests.queries.accounts import AccountBehind, accounts_behind
from tenure.backtests.queries.backtests import (
    backtest,
    backtests,
    definition_of,
    definitions,
    earlier_versions,
    in_version,
    is_backtested,
    judged_of,
    moments_of,
    on_the_same_terms,
    previous_of,
    version_before,
)
from tenure.backtests.queries.scoring import NothingToScore, past_rows, scores_of
from tenure.backtests.queries.words import (
    baseline_name,
    definition_name,
    definition_names,
    headline,
    names_of,
    refusal_words,
    warnings,
)

__all__ = [
    "AccountBehind",
    "NothingToScore",
    "accounts_behind",
    "backtest",
    "backtests",
    "baseline_name",
    "definition_name",
    "definition_names",
    "definition_of",
    "definitions",
    "earlier_versions",
    "headline",
    "in_version",
    "is_backtested",
    "judged_of",
    "moments_of",
    "names_of",
    "on_the_same_terms",
    "past_rows",
    "previous_of",
    "refusal_words",
    "scores_of",
    "version_before",
    "warnings",
]
