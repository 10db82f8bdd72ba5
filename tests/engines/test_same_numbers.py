"""DuckDB and Sail give the same numbers for every expression of insights.

The short form runs everywhere; `TENURE_TEST_EVENTS=200000` makes a longer one.
"""

import os
import random
from datetime import UTC, date, datetime, timedelta

import pytest

from tenure.insights.rules import active, funnels, milestones, named, retention, sessions
from tenure.tracking.rules import rollups
from tests.insights import oracle
from tests.insights.engines import Duck, tell
from tests.insights.oracle import Happened
from tests.insights.strategies import NAMES

EVENTS = int(os.environ.get("TENURE_TEST_EVENTS", "3000"))
FIRST, LAST = date(2025, 12, 1), date(2026, 6, 30)
MONTHS = oracle.months(FIRST, LAST)
DAYS = [(day, day, day.toordinal()) for day, _, _ in MONTHS]
SINCE, UNTIL = date(2026, 1, 10), date(2026, 5, 20)
PLANS = {account: ("Premium", "Basic", "基本")[account % 3] for account in range(1, 25)}
SIGNED_UP = {account: FIRST + timedelta(days=5 * account) for account in range(1, 30)}
STEPS = [("Log in", 1), ("Report Viewed", 2), ("Report Exported", 2), ("Teammate Invited", 3)]


def _history():
    chance = random.Random(7)
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    events = []
    while len(events) < EVENTS:
        person = chance.randint(0, 90)
        at = begins + timedelta(
            seconds=chance.randrange(150 * 86_400), microseconds=chance.choice([0, 999_999, 500_001])
        )
        for _ in range(chance.randint(1, 6)):
            kind = chance.choice(["track", "track", "page", "screen", "identify"])
            events.append(Happened(person % 31, person, kind, chance.choice(NAMES), at))
            at += timedelta(seconds=chance.choice([0, 1, 59, 1799, 1800, 1801, 7200]))
    return events


def _expressions():
    use, light, raw = named.person_day(), named.account_day(), rollups.events_table()
    for subject in ("person_id", "account_id"):
        for split in (False, True):
            days = active.active_days(use, subject, split=split)
            yield f"active by month, {subject}, split {split}", MONTHS, active.by_period(days)
            yield f"active in 30 days, {subject}, split {split}", DAYS, active.window_changes(days, 30)
        there = active.active_days(named.presence(), subject, split=True)
        yield f"presence by month, {subject}", MONTHS, active.by_period(there)
        yield f"features, {subject}", MONTHS, active.features(use, subject)
        yield f"funnel, {subject}", MONTHS, funnels.furthest(raw, subject, 3, 5 * 86_400, SINCE, UNTIL)
    for split in (False, True):
        near = sessions.neighbours(raw, 1800, since=SINCE, until=UNTIL, split=split)
        yield f"sessions, split {split}", MONTHS, sessions.sessions_by_period(near)
        joined = sessions.over_midnight(named.session_day(), 1800, since=SINCE, until=UNTIL, split=split)
        yield f"sessions joined over midnight, split {split}", MONTHS, sessions.sessions_by_period(joined)
        days = active.days_of(named.months(), split=split)
        yield f"days of months, split {split}", MONTHS, active.by_period(days)
        by_month = named.grouped if split else lambda rows, _: named.ungrouped(rows)
        noted = by_month(retention.cohorts(retention.entered_in(named.months())), "subject")
        seen = retention.seen_in_periods(named.months())
        yield f"returns noted, split {split}", MONTHS, retention.triangle(retention.returns_noted(noted, seen))
        yield f"counts noted, split {split}", MONTHS, retention.counts_noted(noted, seen)
    yield "sessions by day", MONTHS, rollups.session_days(rollups.use_of(raw), 1800)
    yield "sessions unseen", MONTHS, rollups.sessions_unseen(rollups.person_day_table())
    for subject in ("person_id", "account_id"):
        yield f"months of {subject}", MONTHS, rollups.months(rollups.presence_table(), subject)
    first = retention.cohorts(retention.first_days(light, "account_id"))
    signed_up = retention.cohorts(named.entries())
    people = retention.cohorts(retention.first_days(use, "person_id"))
    for what, members, subject in (
        ("first use by plan", named.grouped(first, "subject"), "account_id"),
        ("first use around a change", retention.split_at(first, date(2026, 1, 2)), "account_id"),
        ("sign-up", named.ungrouped(signed_up), "account_id"),
        ("people", named.ungrouped(people), "person_id"),
    ):
        counted = light if subject == "account_id" else use
        yield f"cohorts, {what}", MONTHS, retention.sizes(members)
        yield f"retention, {what}", MONTHS, retention.triangle(retention.returns(members, counted, subject))
    yield "first times", MONTHS, milestones.first_times(use)


HISTORY = _history()


@pytest.mark.parametrize(("calendar", "expression"), [pytest.param(c, e, id=what) for what, c, e in _expressions()])
def test_both_engines_agree(sail, calendar, expression):
    duck = Duck()
    if sail.told is not calendar:
        tell(sail, HISTORY, groups=PLANS.items(), calendar=calendar, entries=SIGNED_UP.items(), wanted=STEPS)
        sail.told = calendar
    tell(duck, HISTORY, groups=PLANS.items(), calendar=calendar, entries=SIGNED_UP.items(), wanted=STEPS)

    here, there = duck.run(expression), sail.run(expression)

    assert len(here) > 1
    assert here == there
