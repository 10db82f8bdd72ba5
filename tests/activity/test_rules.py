"""Frames into matrices, weeks, evidence and severity."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.activity.rules import (
    TERMS,
    Fall,
    OneAccount,
    as_matrices,
    commonest_zones,
    decline_evidence,
    expected_parts,
    factors_on,
    faded_events,
    faded_people,
    forgotten_before,
    last_complete_day,
    ratio_of,
    seats_by_day,
    seats_left,
    summary_of,
    usual_as_json,
    usual_from_json,
    weeks_from_json,
    weeks_of,
    zone_numbers,
)
from tenure.activity.types import Faded, UsageFrame
from tenure.stats.decline import Usual
from tenure.stats.usage import Series, Usage

AS_OF = date(2026, 3, 17)
EVEN_WEEK = {"people": [5.0] * 7, "events": [20.0] * 7, "dispersion": 1.0, "seen": 420.0}


def given_frame(*rows: tuple[int, date, int, int], accounts: tuple[int, ...] = (7, 9), days: int = 14) -> UsageFrame:
    columns = list(zip(*rows, strict=True)) if rows else [[], [], [], []]
    table = pa.table(
        {
            "account_id": pa.array(columns[0], pa.int64()),
            "dt": pa.array(columns[1], pa.date32()),
            "events": pa.array(columns[2], pa.int64()),
            "active_people": pa.array(columns[3], pa.int64()),
        }
    )
    return UsageFrame(account_ids=accounts, as_of=AS_OF, days=days, rows=table)


def given_account(people: list[float], usual: dict | None = EVEN_WEEK) -> OneAccount:
    column = np.array(people)
    even = np.ones(len(people))
    return OneAccount(
        as_of=AS_OF,
        use={Series.PEOPLE: column, Series.EVENTS: column * 4},
        factors={Series.PEOPLE: even, Series.EVENTS: even},
        usual=usual,
    )


def given_fall(since: date, p_value: float | None = None, faded: Faded | None = None) -> Fall:
    return Fall(
        since=since,
        p_value=p_value,
        confidence=None if p_value is None else 0.987_65,
        false_share=0.1,
        leading=Series.PEOPLE,
        faded=faded or Faded(regular=0, stopped=(), fading=()),
    )


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 3, 18, 0, 59, tzinfo=UTC), date(2026, 3, 16)),
        (datetime(2026, 3, 18, 1, 0, tzinfo=UTC), date(2026, 3, 17)),
        (datetime(2026, 3, 18, 23, 59, tzinfo=UTC), date(2026, 3, 17)),
    ],
)
def test_a_day_is_over_an_hour_after_midnight(now: datetime, day: date) -> None:
    assert last_complete_day(now) == day


def test_rows_land_on_their_account_and_day() -> None:
    frame = given_frame((9, AS_OF, 12, 3), (7, AS_OF - timedelta(days=13), 5, 2), (9, AS_OF - timedelta(days=1), 1, 1))

    usage = as_matrices(frame)

    assert usage.people[0].tolist() == [2] + [0] * 13
    assert usage.people[1].tolist() == [0] * 12 + [1, 3]
    assert usage.events[1].tolist() == [0] * 12 + [1, 12]
    assert usage.first_weekday == (AS_OF - timedelta(days=13)).weekday()


def test_rows_of_others_and_other_days_fall_away() -> None:
    frame = given_frame((8, AS_OF, 12, 3), (7, AS_OF - timedelta(days=14), 5, 2), (7, AS_OF + timedelta(days=1), 5, 2))

    assert as_matrices(frame).people.sum() == 0
    assert as_matrices(given_frame(accounts=())).people.shape == (0, 14)


@given(st.lists(st.tuples(st.sampled_from([3, 8, 5]), st.integers(0, 13)), unique=True))
def test_every_row_is_found_in_any_order_of_accounts(rows: list[tuple[int, int]]) -> None:
    listed = [(account, AS_OF - timedelta(days=back), account * 10, account) for account, back in rows]

    usage = as_matrices(given_frame(*listed, accounts=(8, 3, 5)))

    for place, account in enumerate((8, 3, 5)):
        for back in range(14):
            assert usage.people[place, 13 - back] == (account if (account, back) in rows else 0)


def test_an_account_works_where_most_of_its_people_do() -> None:
    zones = commonest_zones([1, 1, 1, 2, 2, 3], ["Asia/Tokyo", "Europe/Paris", "Asia/Tokyo", "B", "A", None])

    assert zones == {1: "Asia/Tokyo", 2: "A"}


def test_zones_are_numbered_and_unknown_ones_have_none() -> None:
    numbers, names = zone_numbers(["Europe/Paris", "", "Asia/Tokyo", "Europe/Paris"])

    assert names == ["Asia/Tokyo", "Europe/Paris"]
    assert numbers.tolist() == [1, -1, 0, 1]


def test_forgets_what_came_before_a_column() -> None:
    usage = Usage(np.ones((2, 4)), np.ones((2, 4)), 0)

    kept = forgotten_before(usage, np.array([0, 3]))

    assert kept.people.tolist() == [[1, 1, 1, 1], [0, 0, 0, 1]]


def test_usual_survives_its_journey_through_json() -> None:
    usual = Usual(np.arange(14.0).reshape(2, 7), np.ones((2, 7)), np.array([1.5, 2.0]), np.array([10.0, 20.0]))

    back = usual_from_json([usual_as_json(usual, 1)])

    assert back.people.tolist() == [usual.people[1].tolist()]
    assert (back.dispersion[0], back.people_seen[0], back.minutes) == (2.0, 20.0, None)


def test_weeks_end_with_the_last_day_and_carry_their_band() -> None:
    weeks = weeks_of(given_account([5.0] * 20 + [1.0] * 8), shown=3)

    assert [w.ends for w in weeks] == [AS_OF - timedelta(days=14), AS_OF - timedelta(days=7), AS_OF]
    assert [w.actual for w in weeks] == [35, 31, 7]
    assert [w.events for w in weeks] == [140, 124, 28]
    assert all(w.expected == 35.0 for w in weeks)
    assert weeks[0].low == pytest.approx(35 - 1.96 * (35 * (1 + 35 / 420)) ** 0.5, abs=0.01)
    assert weeks[2].actual < weeks[2].low


def test_weeks_before_the_first_use_have_no_expectation() -> None:
    weeks = weeks_of(given_account([0.0] * 10 + [5.0] * 11), shown=3)

    assert [w.expected is None for w in weeks] == [True, True, False]


def test_weeks_without_a_usual_have_no_band() -> None:
    assert all(w.low is None for w in weeks_of(given_account([5.0] * 21, usual=None), shown=3))


def test_evidence_compares_since_the_decline_began() -> None:
    account = given_account([5.0] * (TERMS.days - 14) + [1.0] * 14)
    faded = Faded(regular=6, stopped=(1, 2, 3, 4), fading=(5,))

    evidence = decline_evidence(account, given_fall(AS_OF - timedelta(days=13), 0.000_412_3, faded))

    assert evidence["percent"] == evidence["events_percent"] == 80
    assert (evidence["actual"], evidence["expected"], evidence["window_days"]) == (14, 70.0, 14)
    assert (evidence["regular_people"], evidence["stopped_people"], evidence["fading_people"]) == (6, 4, 1)
    assert (evidence["p_value"], evidence["confidence"], evidence["leading"]) == (0.000412, 0.9877, "people")
    assert evidence["series"]["events"] == {"expected": 280.0, "actual": 56, "percent": 80}
    assert len(evidence["weeks"]) == 16
    assert summary_of(evidence) == {
        "percent": 80,
        "since": "2026-03-04",
        "leading": "people",
        "regular_people": 6,
        "stopped_people": 4,
    }
    assert ratio_of(evidence) == 0.2


def test_evidence_of_a_long_decline_says_how_things_are_now() -> None:
    account = given_account([5.0] * 60 + [1.0] * (TERMS.days - 60 - 28) + [2.0] * 28)

    evidence = decline_evidence(account, given_fall(AS_OF - timedelta(days=93)))

    assert (evidence["window_days"], evidence["percent"]) == (28, 60)


def test_weeks_come_back_from_evidence() -> None:
    account = given_account([5.0] * (TERMS.days - 14) + [1.0] * 14)

    evidence = decline_evidence(account, given_fall(AS_OF))

    assert weeks_from_json(evidence["weeks"]) == weeks_of(account)


def test_days_without_a_factor_are_as_usual() -> None:
    days = [AS_OF + timedelta(days=n) for n in (-1, 0, 1, 2)]

    assert factors_on(days, AS_OF, [0.5, 0.25]).tolist() == [1.0, 0.5, 0.25, 1.0]


def test_people_share_the_expectation_by_their_use() -> None:
    account = np.array([0, 0, 1])

    assert expected_parts(account, np.array([30.0, 10.0, 5.0]), np.array([20.0, 3.0])).tolist() == [15.0, 5.0, 3.0]


def test_names_who_is_missed_most_first() -> None:
    faded = faded_people([11, 12, 13, 14], np.array([4.0, 9.0, 1.9, 6.0]), np.array([0.0, 0.0, 0.0, 3.0]))

    assert faded == Faded(regular=3, stopped=(12, 11), fading=(14,))


def test_names_which_events_are_missed_most() -> None:
    names = ["Opened", "Exported", "Rarely done", "Shared"]

    missed = faded_events(names, np.array([100.0, 40.0, 4.0, 60.0]), np.array([90.0, 0.0, 0.0, 30.0]))

    assert [(each.name, each.expected, each.actual) for each in missed] == [("Exported", 40.0, 0), ("Shared", 60.0, 30)]


def test_seats_given_up_are_not_missed() -> None:
    people = np.array([8.0] * 5 + [4.0] * 5, dtype=np.float32)

    assert seats_left(people, [12.0] * 5 + [6.0] * 5).tolist() == [1.0] * 5 + [0.5] * 5


def test_seats_that_nobody_sat_on_excuse_nothing() -> None:
    people = np.array([8.0] * 5 + [4.0] * 5, dtype=np.float32)

    assert seats_left(people, [100.0] * 5 + [50.0] * 5) is None
    assert seats_left(people, [12.0] * 10) is None
    assert seats_left(people, [6.0] * 5 + [12.0] * 5) is None
    assert seats_left(np.full(10, 2, dtype=np.float32), [12.0] * 5 + [6.0] * 5) is None


def test_seats_hold_from_the_day_they_changed() -> None:
    changes = [(date(2026, 1, 1), 10.0), (date(2026, 3, 3), 5.0), (date(2026, 3, 5), 8.0)]

    assert seats_by_day(changes, date(2026, 3, 1), 6) == [10.0, 10.0, 5.0, 5.0, 8.0, 8.0]
