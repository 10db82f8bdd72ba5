"""Reads of activity: what is said of each account's use, why, and the chart."""

from tenure.activity.queries.charts import usage_chart, usage_weeks
from tenure.activity.queries.standings import last_pass, standing_counts, standing_of, standings_of, workspaces_judged
from tenure.activity.queries.use import account_use, frame_of, people_use, use_of_accounts, use_of_people
from tenure.activity.queries.words import explain, headline, verdict_name

__all__ = [
    "account_use",
    "explain",
    "frame_of",
    "headline",
    "last_pass",
    "people_use",
    "standing_counts",
    "standing_of",
    "standings_of",
    "usage_chart",
    "usage_weeks",
    "use_of_accounts",
    "use_of_people",
    "verdict_name",
    "workspaces_judged",
]
