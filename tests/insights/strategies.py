"""Raw events to count: few people and accounts, so that they meet; close moments and equal ones; days apart."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from tests.insights.oracle import Happened

BEGINS = datetime(2026, 1, 30, 22, tzinfo=UTC)
NAMES = ("Report Viewed", "Report Exported", "Teammate Invited", "Log in")
PLANS = {1: "Premium", 2: "Basic"}
"""What accounts 1 and 2 are on; nothing is known of the others."""


@st.composite
def happened(draw):
    """One event within about forty days, often in the same quarter of an hour as others."""
    day = draw(st.integers(0, 40))
    minute = draw(st.sampled_from([0, 1, 2, 29, 30, 31, 60, 119, 120, 600]))
    micro = draw(st.sampled_from([0, 0, 1, 400_000, 999_999]))
    return Happened(
        account_id=draw(st.integers(0, 3)),
        person_id=draw(st.integers(0, 4)),
        type=draw(st.sampled_from(["track", "track", "track", "page", "screen", "identify", "group"])),
        event=draw(st.sampled_from(NAMES)),
        ts=BEGINS + timedelta(days=day, minutes=minute, microseconds=micro),
    )


histories = st.lists(happened(), max_size=60)


def plan_of(account_id):
    return PLANS.get(account_id, "(none)")


def everybody(_):
    return ""
