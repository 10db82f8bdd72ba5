"""The customers of CDNOW (see tests/data): repeat purchases by cohort are those that were published of them."""

import csv
import gzip
from collections import Counter
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from tenure.insights.rules import active, named, retention
from tenure.insights.rules.periods import number, start
from tenure.insights.types import Grain
from tests.insights import oracle
from tests.insights.engines import Duck, tell
from tests.insights.oracle import Happened
from tests.insights.strategies import everybody

PURCHASES = Path(__file__).parents[1] / "data" / "cdnow_sample.csv.gz"
FIRST, LAST = date(1996, 12, 30), date(1998, 6, 30)
CALIBRATED = date(1997, 9, 30)
"""The end of the 39 weeks that models of these customers are made from."""
REPEATED = {0: 1411, 1: 439, 2: 214, 3: 100, 4: 62, 5: 38, 6: 29, 7: 64}
"""How many bought again how often (7: or more) by then: Fader, Hardie and Lee (2005), Marketing Science 24 (2), and the
same in `lifetimes`' own summary of these customers."""


@pytest.fixture(scope="module")
def purchases():
    with gzip.open(PURCHASES, "rt", newline="") as lines:
        return [
            Happened(
                account_id=int(row["customer"]),
                person_id=int(row["customer"]),
                type="track",
                event="Order Completed",
                ts=datetime.combine(date.fromisoformat(row["day"]), time(12), UTC),
            )
            for row in csv.DictReader(lines)
        ]


def calendar(last, grain):
    return [(day, start(day, grain), number(start(day, grain), grain)) for day, _, _ in oracle.months(FIRST, last)]


def test_days_of_purchase_are_as_many_as_were_published(purchases):
    duck = Duck()
    tell(duck, purchases, calendar=calendar(CALIBRATED, Grain.DAY), grain=Grain.DAY, only=["sessions"])

    days = duck.run(active.days_of(named.months(), split=False))

    bought = Counter(row["subject"] for row in days)
    assert len(bought) == 2357
    assert Counter(min(count - 1, 7) for count in bought.values()) == REPEATED


@pytest.mark.parametrize("grain", [Grain.WEEK, Grain.MONTH])
def test_cohorts_come_back_as_a_recount_says(purchases, grain):
    duck, known = Duck(), calendar(LAST, grain)
    tell(duck, purchases, calendar=known, grain=grain, only=["sessions"])
    members = named.ungrouped(retention.cohorts(retention.entered_in(named.months())))

    sizes = duck.run(retention.sizes(members))
    triangle = duck.run(retention.triangle(retention.returns_noted(members, retention.seen_in_periods(named.months()))))

    periods = {day: (period, place) for day, period, place in known}
    entered = oracle.first_days(purchases, "person_id")
    expected_sizes, expected = oracle.retention(purchases, "person_id", entered, periods.get, everybody)
    assert {(r["grp"], r["cohort"]): r["size"] for r in sizes} == expected_sizes
    assert {(r["grp"], r["cohort"], r["age"]): r["active"] for r in triangle} == expected
    if grain is Grain.MONTH:
        assert {period.month: size for (_, period), size in expected_sizes.items()} == {1: 781, 2: 857, 3: 719}
