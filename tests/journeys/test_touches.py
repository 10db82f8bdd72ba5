"""Whether one touch is made, and why."""

import dataclasses
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.journeys.rules import PATIENCE, Facts, cap_free_at, decide
from tenure.journeys.types import Outcome, Why

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
PLAIN = Facts(
    now=NOON,
    due_at=NOON,
    arrived_at=NOON,
    touches_from=None,
    held_out=False,
    churned=False,
    has_person=True,
    has_address=True,
    unsubscribed=False,
    has_content=True,
    sent_at=(),
    cap_messages=3,
    cap_days=7,
    quiet_from=time(20),
    quiet_until=time(8),
    tz=ZoneInfo("UTC"),
)


def decided(**facts):
    verdict = decide(dataclasses.replace(PLAIN, **facts))
    return verdict.outcome, verdict.why, verdict.until


def test_it_is_made_when_nothing_speaks_against_it():
    assert decided() == (Outcome.MADE, Why.DUE, None)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"held_out": True}, Why.HOLDOUT),
        ({"churned": True}, Why.CHURNED),
        ({"channel_forbidden": True}, Why.CHANNEL_FORBIDDEN),
        ({"has_person": False, "has_address": False}, Why.NO_PERSON),
        ({"has_address": False}, Why.NO_ADDRESS),
        ({"unsubscribed": True}, Why.UNSUBSCRIBED),
        ({"has_content": False}, Why.TEMPLATE_GONE),
        ({"touches_from": NOON + timedelta(minutes=1)}, Why.JOURNEY_PAUSED),
    ],
)
def test_each_reason_against_it_is_named(facts, why):
    assert decided(**facts) == (Outcome.SKIPPED, why, None)


def test_the_holdout_is_asked_before_anything_the_groups_could_differ_by():
    assert decided(held_out=True, churned=True, has_person=False, unsubscribed=True)[1] == Why.HOLDOUT


def test_at_night_it_waits_for_the_morning_where_the_person_is():
    in_taipei = {"tz": ZoneInfo("Asia/Taipei"), "now": datetime(2026, 3, 4, 13, tzinfo=UTC)}

    assert decided(**in_taipei) == (Outcome.POSTPONED, Why.QUIET_HOURS, datetime(2026, 3, 5, 0, tzinfo=UTC))
    assert decided(now=datetime(2026, 3, 4, 13, tzinfo=UTC))[0] == Outcome.MADE


def test_over_the_cap_it_waits_until_there_is_room():
    sent = [NOON - timedelta(days=d) for d in (6, 2, 1)]

    assert decided(sent_at=sent, arrived_at=NOON - timedelta(hours=1)) == (
        Outcome.POSTPONED,
        Why.FREQUENCY_CAP,
        NOON + timedelta(days=1),
    )
    assert decided(sent_at=sent[1:])[0] == Outcome.MADE


def test_room_that_comes_at_night_is_used_in_the_morning():
    sent = [datetime(2026, 2, 26, 23, tzinfo=UTC)] * 3

    assert decided(sent_at=sent)[2] == datetime(2026, 3, 6, 8, tzinfo=UTC)


def test_waited_too_long_for_room_it_is_skipped():
    sent = [NOON - timedelta(minutes=1)] * 3

    assert decided(sent_at=sent, arrived_at=NOON - PATIENCE) == (Outcome.SKIPPED, Why.FREQUENCY_CAP, None)


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 20_000).map(lambda m: NOON - timedelta(minutes=m)), max_size=8).map(sorted),
    st.integers(1, 4),
    st.integers(1, 10),
)
def test_the_cap_frees_at_the_first_minute_with_room(sent, cap, days):
    free = cap_free_at(sent, NOON, cap=cap, days=days)

    moment = NOON
    while sum(moment - timedelta(days=days) < at <= moment for at in sent) >= cap:
        moment += timedelta(minutes=1)
    assert free == moment


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.integers(0, 5), st.integers(0, 60 * 48))
def test_whatever_the_facts_nobody_is_reached_who_may_not_be(
    held_out, churned, has_address, unsubscribed, sent, minutes
):
    now = NOON + timedelta(minutes=minutes)
    verdict = decide(
        dataclasses.replace(
            PLAIN,
            now=now,
            arrived_at=now,
            held_out=held_out,
            churned=churned,
            has_address=has_address,
            unsubscribed=unsubscribed,
            sent_at=[now - timedelta(hours=1)] * sent,
        )
    )

    may = not (held_out or churned or unsubscribed) and has_address and sent < 3 and 8 <= now.hour < 20
    assert (verdict.outcome == Outcome.MADE) == may
    assert (verdict.until is not None) == (verdict.outcome == Outcome.POSTPONED)
    assert verdict.until is None or verdict.until > now
