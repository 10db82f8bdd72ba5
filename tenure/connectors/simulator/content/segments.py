"""The demo's segments, as anybody could define them on the segments page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Condition = Mapping[str, object]
"""The JSON form of a condition, see `tenure.segments.types.conditions`."""


@dataclass(frozen=True, kw_only=True)
class DemoSegment:
    """One segment to define."""

    name: str
    description: str
    subject: str
    condition: Condition


def _all(*conditions: Condition) -> Condition:
    return {"kind": "all", "conditions": list(conditions)}


def _trait(name: str, operator: str, value: object) -> Condition:
    return {"kind": "trait", "name": name, "operator": operator, "value": value}


_STAYING: Condition = {"kind": "churned", "value": False}
_BIGGER_PLANS = _trait("plan", "one_of", ["Premium", "Enterprise"])

NEW_ACCOUNTS = "New accounts"
WELCOME_CALLS = "New on a bigger plan"
UPGRADED = "Just upgraded"
RENEWING = "Renewing within 30 days"
NO_AUTOMATION = "Premium without automations"
READY = "Ready for a bigger plan"

SEGMENTS: Sequence[DemoSegment] = (
    DemoSegment(
        name=NEW_ACCOUNTS,
        description="Signed up in the last two weeks.",
        subject="account",
        condition=_all({"kind": "signed_up", "operator": "within_last_days", "days": 14}, _STAYING),
    ),
    DemoSegment(
        name=WELCOME_CALLS,
        description="Signed up in the last week for Premium or Enterprise: worth a welcome call.",
        subject="account",
        condition=_all(_BIGGER_PLANS, {"kind": "signed_up", "operator": "within_last_days", "days": 7}, _STAYING),
    ),
    DemoSegment(
        name=UPGRADED,
        description="Changed plan in the last week and now pays for more.",
        subject="account",
        condition=_all(
            {"kind": "performed", "event": "Plan Changed", "operator": "at_least", "times": 1, "days": 7},
            _BIGGER_PLANS,
            _STAYING,
        ),
    ),
    DemoSegment(
        name=RENEWING,
        description="Enterprise accounts whose contract renews within 30 days.",
        subject="account",
        condition=_all(_trait("plan", "is", "Enterprise"), _trait("renewsOn", "within_next_days", 30), _STAYING),
    ),
    DemoSegment(
        name=NO_AUTOMATION,
        description="On Premium for a month and never made an automation, the feature that keeps most teams.",
        subject="account",
        condition=_all(
            _trait("plan", "is", "Premium"),
            {"kind": "not_performed", "event": "Automation Created"},
            {"kind": "signed_up", "operator": "more_than_days_ago", "days": 30},
            {"kind": "usage", "measure": "active_people", "operator": "at_least", "amount": 2, "days": 14},
            _STAYING,
        ),
    ),
    DemoSegment(
        name="Quiet for two weeks",
        description="Nobody at the account has used the product for 14 days.",
        subject="account",
        condition=_all({"kind": "last_seen", "operator": "more_than_days_ago", "days": 14}, _STAYING),
    ),
    DemoSegment(
        name="Use is growing",
        description="At least 30 % more active people in the last four weeks than in the four before.",
        subject="account",
        condition=_all(
            {"kind": "usage_change", "measure": "active_people", "direction": "rose", "percent": 30, "days": 28},
            {"kind": "usage", "measure": "active_people", "operator": "at_least", "amount": 4, "days": 28},
        ),
    ),
    DemoSegment(
        name=READY,
        description="On Starter with at least four people active this month.",
        subject="account",
        condition=_all(
            _trait("plan", "is", "Starter"),
            {"kind": "usage", "measure": "active_people", "operator": "at_least", "amount": 4, "days": 28},
        ),
    ),
    DemoSegment(
        name="Power users absent 14 days",
        description="People who used the product most and have not been seen for two weeks.",
        subject="person",
        condition=_all(
            _trait("role", "is", "power_user"), {"kind": "last_seen", "operator": "more_than_days_ago", "days": 14}
        ),
    ),
    DemoSegment(
        name="Buyers looking at billing",
        description="Buyers who opened the billing or pricing page in the last week.",
        subject="person",
        condition=_all(
            _trait("role", "is", "buyer"),
            {
                "kind": "any",
                "conditions": [
                    {"kind": "performed", "event": name, "operator": "at_least", "times": 1, "days": 7}
                    for name in ("Viewed Billing Page", "Viewed Pricing Page")
                ],
            },
        ),
    ),
)

LATER_SEGMENTS: Sequence[DemoSegment] = (
    DemoSegment(
        name="Renewal ahead, buyers away",
        description="Renews within 60 days, while a buyer, a manager or the sponsor has not been seen for two weeks.",
        subject="account",
        condition=_all(
            {"kind": "renewal", "operator": "within_next_days", "days": 60},
            {
                "kind": "people",
                "quantifier": "at_least",
                "number": 1,
                "roles": ["buyer", "manager", "executive_sponsor"],
                "condition": {"kind": "last_seen", "operator": "more_than_days_ago", "days": 14},
            },
        ),
    ),
    DemoSegment(
        name="Invited and set to work",
        description="Somebody invited a colleague and created a task within two days, this month: a team is forming.",
        subject="account",
        condition={
            "kind": "sequence",
            "steps": [{"event": "Colleague Invited"}, {"event": "Task Created"}],
            "within": 2,
            "by": "person",
            "days": 30,
        },
    ),
)
"""Those that members thought of lately: defined when the history has been lived through."""
