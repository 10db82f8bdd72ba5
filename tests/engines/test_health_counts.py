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


def test_scorecards_read_the_same_use(sail: Any) -> None:
    sets = [INPUTS, [i for i in INPUTS if isinstance(i, EventTimes)], [Use(UseMeasure.ACTIVE_DAYS, 9)]]
    windows = [gathering.windows_of(each) for each in sets]
    days = [NOW.date() - dt.timedelta(days=age) for age in range(46)]
    inputs = {
        gathering.PERSON_DAY: rolled_up(HAPPENED),
        gathering.CALENDAR: pa.table({"dt": pa.array(days, pa.date32()), "age": pa.array(range(46), pa.int32())}),
        gathering.WANTED: pa.table({"id": pa.array([1, 4, 99], pa.int64())}),
    }
    expressions = [gathering.counted(each, only_some=some) for each in windows for some in (False, True)]
    found = []
    for on in (Duck(), sail):
        for name, rows in inputs.items():
            on.name(name, rows)
        found.append([ordered(on.run(each)) for each in (*expressions, gathering.last_seen())])

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

    rows = on.run(gathering.counted(windows, only_some=False))

    for row in rows:
        for n, window in enumerate(windows):
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
