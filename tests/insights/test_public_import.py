"""The shop's clicks (see tests/data), imported as anybody imports a file: the numbers are those that pandas gives."""

from datetime import UTC, date, datetime

import pytest

from tenure.connectors.files import reading
from tenure.connectors.files.types import Kind, Status
from tenure.insights import queries
from tenure.insights.types import FunnelSteps, RetentionAsked, Subject
from tenure.kernel import jobs
from tests.connectors.files.given import checked, counts, imported, undone
from tests.insights.test_public_clicks import CLICKS

NOW = datetime(2024, 7, 15, 12, tzinfo=UTC)
SINCE, UNTIL = date(2024, 1, 1), date(2024, 6, 30)
RETURNED = {
    1: (63, [63, 45, 38, 43, 39, 32]),
    2: (124, [124, 90, 93, 81, 77]),
    3: (181, [181, 150, 138, 141]),
    4: (167, [167, 148, 151]),
    5: (62, [62, 58]),
    6: (3, [3]),
}
"""How many came first in a month of 2024, and how many of them were there in it and in each month after."""


def by_month(name):
    return [r.value for r in queries.read_metric(name, since=SINCE, until=UNTIL).rows]


@pytest.fixture
def shop(workspace, at):
    at(NOW)
    of = imported(reading.look_over(CLICKS), Kind.EVENTS)
    jobs.run_stage("months", NOW)
    return of


def test_a_file_of_clicks_is_what_pandas_makes_of_it(shop):
    assert (shop.status, shop.rows, *counts(shop)) == (Status.DONE, 31_106, 31_106, 0, 0, 0)

    assert by_month("active_people") == [63, 169, 309, 453, 468, 462]
    weeks = queries.read_metric("sessions", since=SINCE, until=UNTIL).rows
    assert sum(r.value for r in weeks if r.value) == 3_605  # as many as the shop's own column `session_id` has
    days = queries.session_counts(SINCE, UNTIL)
    assert sum(day.seconds for day in days) == 3_747_594

    asked = RetentionAsked(subject=Subject.PERSON)
    triangle = queries.retention(asked, since=SINCE, until=UNTIL)
    assert {
        c.period.month: (c.size, [cell.active for cell in c.cells if not cell.so_far]) for c in triangle.cohorts
    } == RETURNED

    steps = FunnelSteps(
        subject=Subject.PERSON, steps=(("home",), ("add_to_cart",), ("purchase",)), limit_seconds=86_400
    )
    [result] = queries.funnel_result(steps, since=SINCE, until=UNTIL)
    assert [step.count for step in result.steps] == [586, 380, 132]
    assert result.open == 0

    bought = queries.read_metric("feature_adoption_people", since=SINCE, until=UNTIL, by="event").rows
    assert [round(r.value * r.n) for r in bought if r.group == "purchase"] == [11, 30, 51, 99, 92, 137]

    again = checked(reading.look_over(CLICKS), Kind.EVENTS)
    assert counts(again) == (0, 0, 31_106, 0)


def test_undone_it_is_as_if_it_had_never_come(shop):
    assert undone(shop).status == Status.UNDONE

    assert by_month("active_people") == [None] * 6
    assert queries.retention(RetentionAsked(), since=SINCE, until=UNTIL).cohorts == ()
