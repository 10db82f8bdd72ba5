"""Half a year of a shop's clicks (see tests/data): the expressions on data nobody made up for them."""

import csv
import gzip
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tenure.insights.rules import active, funnels, named, retention, sessions
from tenure.tracking.rules import rollups
from tests.insights import oracle
from tests.insights.engines import Duck, tell
from tests.insights.oracle import Happened
from tests.insights.strategies import everybody

CLICKS = Path(__file__).parents[1] / "data" / "ecom_clickstream.csv.gz"
FIRST, LAST = date(2023, 12, 1), date(2024, 7, 31)
CALENDAR = oracle.months(FIRST, LAST)
MONTHS = {day: (month, number) for day, month, number in CALENDAR}
STEPS = ("home", "add_to_cart", "purchase")


@pytest.fixture(scope="module")
def clicks():
    with gzip.open(CLICKS, "rt", newline="") as lines:
        rows = list(csv.DictReader(lines))
    people = {name: n for n, name in enumerate(sorted({row["user_id"] for row in rows}), 1)}
    events = [
        Happened(people[r["user_id"]], people[r["user_id"]], "track", r["event"],
                 datetime.fromisoformat(r["timestamp"]).replace(tzinfo=UTC))
        for r in rows
    ]  # fmt: skip
    return events, {(people[r["user_id"]], r["session_id"]) for r in rows}


@pytest.fixture
def duck(clicks):
    engine = Duck()
    tell(engine, clicks[0], calendar=CALENDAR, wanted=[(name, n) for n, name in enumerate(STEPS, 1)])
    return engine


def test_sessions_are_those_the_shop_marked_itself(duck, clicks):
    near = sessions.neighbours(rollups.events_table(), 1800, since=FIRST, until=LAST, split=False)

    months = duck.run(sessions.sessions_by_period(near))

    expected = oracle.sessions(clicks[0], 1800, everybody)
    assert sum(r["sessions"] for r in months) == sum(begun for begun, _, _ in expected.values())
    assert sum(r["seconds"] for r in months) == sum(seconds for _, seconds, _ in expected.values())
    assert sum(r["sessions"] for r in months) == len(clicks[1])


def test_retention_by_month(duck, clicks):
    members = named.ungrouped(retention.cohorts(retention.first_days(named.person_day(), "person_id")))

    triangle = duck.run(retention.triangle(retention.returns(members, named.person_day(), "person_id")))

    _, expected = oracle.retention(
        clicks[0], "person_id", oracle.first_days(clicks[0], "person_id"), MONTHS.get, everybody
    )
    assert {(r["grp"], r["cohort"], r["age"]): r["active"] for r in triangle} == expected
    assert sum(r["active"] for r in triangle if r["age"] == 0) == 600


def test_a_funnel_to_the_purchase(duck, clicks):
    found = duck.run(funnels.furthest(rollups.events_table(), "person_id", 3, 86_400, FIRST, LAST))

    chains = oracle.funnel(clicks[0], "person_id", [{name} for name in STEPS], 86_400, FIRST, LAST)
    assert {r["subject"]: r["reached"] for r in found} == {who: len(chain) for who, chain in chains.items()}
    assert max(r["reached"] for r in found) == 3


def test_people_active_in_each_month(duck, clicks):
    found = duck.run(active.by_period(active.active_days(named.person_day(), "person_id", split=False)))

    assert {r["period"]: r["subjects"] for r in found} == {
        month: len({e.person_id for e in clicks[0] if e.day.replace(day=1) == month})
        for month in {e.day.replace(day=1) for e in clicks[0]}
    }
