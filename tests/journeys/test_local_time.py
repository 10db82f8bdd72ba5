"""Good hours where somebody is, against looking at every minute."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.journeys.rules import is_open, next_open, zone
from tenure.journeys.types import Window

# Zones whose clocks change by an hour, by half an hour, at midnight, by a whole day, or not at all …
ZONES = st.sampled_from(
    [
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Africa/Casablanca",
        "Asia/Kathmandu",
        "Pacific/Apia",
        "UTC",
    ]
).map(ZoneInfo)
# … looked at around the days on which they do.
CHANGES = st.sampled_from(
    [
        datetime(2026, 3, 28, tzinfo=UTC),
        datetime(2026, 10, 24, tzinfo=UTC),
        datetime(2026, 3, 7, tzinfo=UTC),
        datetime(2026, 10, 31, tzinfo=UTC),
        datetime(2026, 4, 4, tzinfo=UTC),
        datetime(2026, 10, 3, tzinfo=UTC),
        datetime(2018, 11, 3, tzinfo=UTC),
        datetime(2018, 2, 17, tzinfo=UTC),
        datetime(2011, 12, 29, tzinfo=UTC),
        datetime(2026, 2, 14, tzinfo=UTC),
        datetime(2026, 3, 21, tzinfo=UTC),
    ]
)
MOMENTS = st.builds(lambda day, minutes: day + timedelta(minutes=minutes), CHANGES, st.integers(0, 60 * 60))
WALLS = st.builds(time, st.one_of(st.integers(0, 4), st.integers(0, 23)), st.sampled_from([0, 15, 30, 59]))
WEEKDAYS = st.one_of(st.just(frozenset()), st.frozensets(st.integers(0, 6), min_size=1, max_size=3))
WINDOWS = st.builds(Window, opens=WALLS, closes=WALLS, weekdays=WEEKDAYS)


def open_by_the_wall(moment: datetime, window: Window, tz: ZoneInfo) -> bool:
    """Look at the clock and the calendar on the wall."""
    there = moment.astimezone(tz)
    minute = there.hour * 60 + there.minute
    opens = window.opens.hour * 60 + window.opens.minute
    closes = window.closes.hour * 60 + window.closes.minute
    minutes = range(1440) if opens == closes else [m % 1440 for m in range(opens, closes + 1440 * (closes < opens))]
    return minute in set(minutes) and (not window.weekdays or there.weekday() in window.weekdays)


@settings(max_examples=200, deadline=None)
@given(MOMENTS, WINDOWS, ZONES)
def test_the_next_good_minute_is_the_first_one_the_wall_clock_allows(moment, window, tz):
    found = next_open(moment, window, tz)

    looked_at = moment
    while not is_open(looked_at, window, tz):
        looked_at += timedelta(minutes=1)
    assert found == looked_at


@settings(deadline=None)
@given(MOMENTS, WINDOWS, ZONES)
def test_open_is_what_the_wall_clock_says(moment, window, tz):
    assert is_open(moment, window, tz) == open_by_the_wall(moment, window, tz)


@given(MOMENTS, WINDOWS, ZONES)
def test_a_good_moment_is_not_put_off(moment, window, tz):
    first = next_open(moment, window, tz)

    assert next_open(first, window, tz) == first


def test_a_time_zone_nobody_knows_is_the_workspaces():
    assert zone("Mars/Olympus", "Europe/Berlin").key == "Europe/Berlin"
    assert zone("", "Asia/Taipei").key == "Asia/Taipei"
    assert zone("../etc/passwd", "nonsense").key == "UTC"
