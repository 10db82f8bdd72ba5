"""Clicks of the shop (see tests/data), imported as anybody does: numbers are those of pandas and `retentioneering`."""

import csv
import gzip
from datetime import UTC, date, datetime

import pytest

from tenure.connectors.files import reading
from tenure.connectors.files.types import Kind, Status
from tenure.insights import queries
from tenure.insights.types import FunnelSteps, RetentionAsked, Subject
from tenure.kernel import jobs
from tests.connectors.files.given import checked, counts, imported
from tests.insights.test_public_clicks import CLICKS

NOW = datetime(2024, 7, 15, 12, tzinfo=UTC)
SINCE, UNTIL = date(2024, 1, 1), date(2024, 6, 30)
RETURNED = {
    1: (12, [12, 8, 6, 8, 5, 6]),
    2: (23, [23, 17, 18, 15, 11]),
    3: (34, [34, 30, 27, 27]),
    4: (36, [36, 30, 32]),
    5: (15, [15, 15]),
}
"""How many came first in a month of 2024, and how many of them were there in it and in each month after."""


def by_month(name):
    return [r.value for r in queries.read_metric(name, since=SINCE, until=UNTIL).rows]


def funnel(first, *, days):
    steps = ((first,), ("add_to_cart",), ("purchase",))
    asked = FunnelSteps(subject=Subject.PERSON, steps=steps, limit_seconds=days * 86_400)
    [result] = queries.funnel_result(asked, since=SINCE, until=UNTIL)
    return [step.count for step in result.steps]


@pytest.fixture
def clicks(tmp_path):
    """The clicks of the first 120 visitors, in a file of their own."""
    file = tmp_path / "clicks.csv"
    with gzip.open(CLICKS, "rt", newline="") as lines, file.open("w", newline="") as kept:
        rows = csv.DictReader(lines)
        writer = csv.DictWriter(kept, rows.fieldnames)
        writer.writeheader()
        writer.writerows(row for row in rows if row["user_id"] < "user_0120")
    return reading.look_over(file)


def test_a_file_of_clicks_is_what_others_make_of_it(workspace, at, clicks):
    at(NOW)

    of = imported(clicks, Kind.EVENTS)
    jobs.run_stage("months", NOW)

    assert (of.status, of.rows, *counts(of)) == (Status.DONE, 6_142, 6_142, 0, 0, 0)
    assert by_month("active_people") == [12, 31, 57, 92, 92, 91]
    weeks = queries.read_metric("sessions", since=SINCE, until=UNTIL).rows
    assert sum(r.value for r in weeks if r.value) == 696  # as many as the shop's own column `session_id` has
    assert sum(week.seconds for week in queries.session_counts(SINCE, UNTIL)) == 741_419

    triangle = queries.retention(RetentionAsked(subject=Subject.PERSON), since=SINCE, until=UNTIL)
    assert {
        c.period.month: (c.size, [cell.active for cell in c.cells if not cell.so_far]) for c in triangle.cohorts
    } == RETURNED

    assert funnel("home", days=1) == [114, 72, 23]
    # Within a year means at any time here; these two are what `retentioneering` 5.2.4 itself says of its data.
    assert funnel("home", days=366) == [114, 93, 46]
    assert funnel("catalog", days=366) == [120, 102, 53]

    bought = queries.read_metric("feature_adoption_people", since=SINCE, until=UNTIL, by="event").rows
    assert [round(r.value * r.n) for r in bought if r.group == "purchase"] == [2, 4, 12, 17, 14, 31]
    assert counts(checked(clicks, Kind.EVENTS)) == (0, 0, 6_142, 0)
