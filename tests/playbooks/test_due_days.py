"""When tasks are due, against counting days one by one."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tenure.playbooks import rules
from tenure.playbooks.types import WorkingWeek

DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Asia/Shanghai",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Asia/Kathmandu",
    ]
)
MOMENTS = st.integers(1_262_304_000, 1_988_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))


def day_by_day(start: date, days: int) -> date:
    """Walk on one day at a time, counting only those on which people work."""
    day = start
    while day.weekday() >= 5:
        day += timedelta(days=1)
    while days:
        day += timedelta(days=1)
        if day.weekday() < 5:
            days -= 1
    return day


@given(DAYS, st.integers(0, 400))
def test_working_days_are_counted_as_on_fingers(start, days):
    assert rules.add_working_days(start, days) == day_by_day(start, days)


@given(DAYS)
def test_the_next_working_day_is_later_and_no_weekend(day):
    following = rules.next_working_day(day)

    assert following > day
    assert following.weekday() < 5
    assert following == day_by_day(day + timedelta(days=1), 0)


@given(MOMENTS, st.integers(0, 60), ZONES)
def test_a_task_is_due_at_the_end_of_that_day_where_the_team_is(moment, days, zone):
    week = WorkingWeek(timezone=zone)

    due = rules.due_at(moment, days, week)

    there = due.astimezone(ZoneInfo(zone))
    assert there.date() == day_by_day(moment.astimezone(ZoneInfo(zone)).date(), days)
    assert there.time() == time(17)


@given(MOMENTS, MOMENTS, ZONES)
def test_lateness_is_counted_in_the_teams_days(due, now, zone):
    late = rules.days_late(due, now, WorkingWeek(timezone=zone))

    walked, day = 0, due.astimezone(ZoneInfo(zone)).date()
    while day < now.astimezone(ZoneInfo(zone)).date():
        day, walked = day + timedelta(days=1), walked + 1
        if walked > 10_000:
            break
    assert late == walked


@given(DAYS, ZONES)
def test_the_day_ends_where_the_next_begins(day, zone):
    midnight = rules.end_of_calendar_day(day, WorkingWeek(timezone=zone))

    before = (midnight - timedelta(minutes=1)).astimezone(ZoneInfo(zone)).date()
    assert before <= day
    assert midnight.astimezone(ZoneInfo(zone)).date() > day


@given(st.lists(st.integers(1, 99), min_size=1, max_size=6, unique=True), st.integers(0, 50), st.integers(0, 40))
def test_the_pool_is_dealt_to_in_turn(pool, first, how_many):
    dealt = rules.in_turn(pool, first, how_many)

    assert len(dealt) == how_many
    counts = [dealt.count(m) for m in pool]
    assert max(counts) - min(counts) <= 1
    assert rules.in_turn(pool, first + how_many, 3) == rules.in_turn(pool, first, how_many + 3)[how_many:]
