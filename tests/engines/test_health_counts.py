"""DuckDB and Sail count the same use for scorecards."""

import datetime as dt
from typing import Any

import pyarrow as pa

from tenure.health.rules import gathering
from tenure.health.types.scorecards import Adoption, EventTimes, Trend, Use, UseMeasure
from tests.engines.test_every_expression import HAPPENED, ordered
from tests.insights.engines import Duck
from tests.segments.strategies import EVENTS as NAMES
from tests.segments.strategies import NOW
from tests.segments.telling import rolled_up

INPUTS = (
    *(Use(measure, days) for measure in UseMeasure for days in (1, 7, 30)),
    *(Trend(measure, 14) for measure in UseMeasure),
    EventTimes(NAMES[0], 14),
    EventTimes("Other", 30),
    Adoption("seats", 21),
)


def by_account_and_day() -> pa.Table:
    on = Duck()
    on.name(gathering.PERSON_DAY, rolled_up(HAPPENED))
    kept = pa.schema([("account_id", pa.int64()), ("dt", pa.date32()), ("events", pa.int64())])
    return pa.Table.from_pylist(on.run(gathering.account_days()), schema=kept)


def test_scorecards_read_the_same_use(sail: Any) -> None:
    windows = gathering.windows_of(INPUTS)
    by_account, by_person = gathering.of_accounts(windows), gathering.of_people(windows)
    events = tuple(window for window in by_person if window.event)
    days = [NOW.date() - dt.timedelta(days=age) for age in range(46)]
    inputs = {
        gathering.PERSON_DAY: rolled_up(HAPPENED),
        gathering.ACCOUNT_DAY: by_account_and_day(),
        gathering.CALENDAR: pa.table({"dt": pa.array(days, pa.date32()), "age": pa.array(range(46), pa.int32())}),
        gathering.WANTED: pa.table({"id": pa.array([1, 4, 99], pa.int64())}),
    }
    expressions = [
        expression
        for some in (False, True)
        for expression in (
            gathering.counted_of_accounts(by_account, only_some=some),
            gathering.counted_of_people(by_person, only_some=some),
            gathering.counted_of_people(events, only_some=some),
        )
    ]
    found = []
    for on in (Duck(), sail):
        for name, rows in inputs.items():
            on.name(name, rows)
        found.append(
            [ordered(on.run(each)) for each in (*expressions, gathering.last_seen(), gathering.account_days())]
        )

    assert found[0] == found[1]
    assert len(found[0][0]) > 10


def test_counts_are_those_of_brute_force() -> None:
    windows = gathering.windows_of(INPUTS)
    days = [NOW.date() - dt.timedelta(days=age) for age in range(46)]
    on = Duck()
    on.name(gathering.PERSON_DAY, rolled_up(HAPPENED))
    on.name(
        gathering.CALENDAR,
        pa.table({"dt": pa.array(days, pa.date32()), "age": pa.array(range(46), pa.int32())}),
    )

    on.name(gathering.ACCOUNT_DAY, by_account_and_day())
    by_account, by_person = gathering.of_accounts(windows), gathering.of_people(windows)

    rows = [(row, by_account) for row in on.run(gathering.counted_of_accounts(by_account, only_some=False))] + [
        (row, by_person) for row in on.run(gathering.counted_of_people(by_person, only_some=False))
    ]

    assert {*by_account, *by_person} == set(windows)
    for row, counted in rows:
        for n, window in enumerate(counted):
            theirs = [
                h
                for h in HAPPENED
                if h.account_id == row["id"]
                and window.low <= (NOW.date() - h.at.date()).days <= window.high
                and window.event in ("", h.event)
            ]
            seen = {
                UseMeasure.EVENTS: len(theirs),
                UseMeasure.ACTIVE_PEOPLE: len({h.person_id for h in theirs}),
                UseMeasure.ACTIVE_DAYS: len({h.at.date() for h in theirs}),
            }
            assert row[f"c{n}"] == seen[window.measure], window
    assert len(rows) > 10
