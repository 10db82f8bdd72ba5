"""Reads of activity: what is said of each account's use, why, and the chart."""

from tenure.activity.queries.charts import series_of_use, usage_chart, usage_weeks
from tenure.activity.queries.faded import events_use, people_events, people_minutes, people_use, use_of_people
from tenure.activity.queries.parts import AT_ONCE, usage_of
from tenure.activity.queries.past import PREVIEW_DAYS, account_use_of_people, alarms_between, preview
from tenure.activity.queries.standings import (
    choices,
    choices_in,
    choices_text,
    choices_version,
    last_pass,
    opened_lately,
    standing_counts,
    standing_of,
    standings_of,
    workspaces_judged,
)
from tenure.activity.queries.use import (
    account_use,
    frame_of,
    key_use,
    key_use_of_accounts,
    minutes_of_accounts,
    minutes_use,
    of_range,
    seats_of,
    use_of_accounts,
    with_use,
)
from tenure.activity.queries.words import explain, headline, leading_of, verdict_name

__all__ = [
    "AT_ONCE",
    "PREVIEW_DAYS",
    "account_use",
    "account_use_of_people",
    "alarms_between",
    "choices",
    "choices_in",
    "choices_text",
    "choices_version",
    "events_use",
    "explain",
    "frame_of",
    "headline",
    "key_use",
    "key_use_of_accounts",
    "last_pass",
    "leading_of",
    "minutes_of_accounts",
    "minutes_use",
    "of_range",
    "opened_lately",
    "people_events",
    "people_minutes",
    "people_use",
    "preview",
    "seats_of",
    "series_of_use",
    "standing_counts",
    "standing_of",
    "standings_of",
    "usage_chart",
    "usage_of",
    "usage_weeks",
    "use_of_accounts",
    "use_of_people",
    "verdict_name",
    "with_use",
    "workspaces_judged",
]
