"""Reads of insights."""

from tenure.insights.queries.activation import account_milestones, milestones
from tenure.insights.queries.adoption import adoption
from tenure.insights.queries.funnels import funnel, funnel_accounts, funnel_result, funnels
from tenure.insights.queries.money import months_of_mrr
from tenure.insights.queries.readings import accounts_behind, read_metric, splits, today, trait_splits, usual_range
from tenure.insights.queries.retention import cohort_accounts, curve_accounts, retention
from tenure.insights.queries.sessions import session_counts

__all__ = [
    "account_milestones",
    "accounts_behind",
    "adoption",
    "cohort_accounts",
    "curve_accounts",
    "funnel",
    "funnel_accounts",
    "funnel_result",
    "funnels",
    "milestones",
    "months_of_mrr",
    "read_metric",
    "retention",
    "session_counts",
    "splits",
    "today",
    "trait_splits",
    "usual_range",
]
