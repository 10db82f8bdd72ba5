"""What the builder's kinds of conditions hold, and begin with."""

from collections.abc import Mapping

GROUPS = ("all", "any")
_COMPARISON = {"operator": "is", "value": "", "value2": ""}
DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "trait": {"name": "", **_COMPARISON},
    "trait_was": {"name": "", **_COMPARISON, "days": "30"},
    "trait_changed": {"name": "", "from_value": "", "to_value": "", "days": "30"},
    "performed": {"event": "", "operator": "at_least", "times": "1", "period": "last", "days": "30"},
    "not_performed": {"event": "", "period": "last", "days": "30"},
    "first_performed": {"event": "", "operator": "within_last_days", "days": "14"},
    "last_performed": {"event": "", "operator": "more_than_days_ago", "days": "14"},
    "sequence": {"within": "7", "unit": "days", "by": "anyone", "period": "ever", "days": "30"},
    "usage": {"measure": "events", "event": "", "operator": "at_least", "amount": "10", "days": "30"},
    "usage_change": {"measure": "events", "event": "", "direction": "fell", "percent": "30", "days": "28"},
    "signed_up": {"operator": "within_last_days", "days": "14"},
    "last_seen": {"operator": "more_than_days_ago", "days": "14"},
    "churned": {"value": "false"},
    "owner": {"operator": "is_set", "member_id": ""},
    "subscription": {"status": "active"},
    "billed_plan": {"plan": ""},
    "mrr": {"operator": "at_least", "amount": "100", "currency": ""},
    "renewal": {"operator": "within_next_days", "days": "60", "number": ""},
    "tickets": {
        "what": "opened", "operator": "at_least", "times": "3", "priorities": "", "period": "last", "days": "30",
    },
    "people": {"quantifier": "at_least", "number": "1", "roles": ""},
    "in_segment": {"segment_id": ""},
    "random_bucket": {"salt": "", "low": "0", "high": "50"},
    "filter": {"property": "", **_COMPARISON},
    "step": {"event": ""},
}  # fmt: skip
PARTS = frozenset({"filter", "step"})
"""What is no condition of its own: a property an event must have, and one event of a sequence."""
FILTERED = frozenset({"performed", "not_performed", "first_performed", "last_performed", "step"})
PRESETS: Mapping[str, Mapping[str, str]] = {
    "lifecycle_stage": {"operator": "is", "value": "active"},
    "touch_model": {"operator": "is", "value": ""},
    "health_score": {"operator": "less_than", "value": "50"},
    "churn_risk": {"operator": "more_than", "value": ""},
    "vip": {"operator": "is_set", "value": ""},
    "nps": {"operator": "less_than", "value": "7"},
}
"""Traits that Tenure concludes, offered by what they are called: how each is asked about first."""
NUMERIC = frozenset({"health_score", "churn_risk", "nps", "open_tickets"})
OF_MANY_KINDS = frozenset({"event", "days", "period", "measure"})
"""What is kept when a condition becomes one of another kind."""
WHOLE_NUMBERS = frozenset(
    {"times", "days", "amount", "percent", "low", "high", "member_id", "within", "number", "segment_id"}
)
SEVERAL = frozenset({"roles", "priorities"})
"""Fields of which several are chosen at once, one a line."""
DAYS_OPERATORS = frozenset({"within_last_days", "more_than_days_ago", "within_next_days"})
LEAST_STEPS = 2
