"""A metric as it is asked for: its range, its split, and None where nothing is known."""

from datetime import UTC, date, datetime

import pytest

from tenure.insights import queries, registry
from tenure.insights.errors import NoSuchMetric, PeriodUnusable, RangeUnusable, SplitUnknown
from tenure.insights.types import Grain, Metric, MetricRow, Unit


@pytest.fixture
def tides(at):
    """Know a metric with two months of values, of which one has but one group."""
    at(datetime(2026, 5, 20, 9, tzinfo=UTC))

    def compute(since, until, by):
        if not by:
            return [MetricRow(period=date(2026, 3, 1), value=4, n=4)]
        return [
            MetricRow(period=date(2026, 3, 1), group="Premium", value=3, n=3),
            MetricRow(period=date(2026, 4, 1), group="Basic", value=1, n=1),
        ]

    known = dict(registry._metrics)
    registry.register(
        Metric(
            name="tides",
            title="Tides",
            formula="Tides seen in the month.",
            unit=Unit.ACCOUNTS,
            grain=Grain.MONTH,
            by=("plan",),
            compute=compute,
            accounts_behind=lambda period, by, group: [7] if group else [7, 8],
        )
    )
    yield
    registry._metrics.clear()
    registry._metrics.update(known)


def test_months_without_a_row_are_none(tides):
    read = queries.read_metric("tides", since=date(2026, 2, 20), until=date(2026, 5, 2))

    assert [(r.period, r.value, r.so_far) for r in read.rows] == [
        (date(2026, 2, 1), None, False),
        (date(2026, 3, 1), 4, False),
        (date(2026, 4, 1), None, False),
        (date(2026, 5, 1), None, True),
    ]


def test_every_group_has_every_month(tides):
    read = queries.read_metric("tides", since=date(2026, 3, 1), until=date(2026, 4, 30), by="plan")

    assert [(r.period.month, r.group, r.value) for r in read.rows] == [
        (3, "Premium", 3),
        (3, "Basic", None),
        (4, "Premium", None),
        (4, "Basic", 1),
    ]


def test_the_latest_twelve_months_unless_told(tides):
    read = queries.read_metric("tides")

    assert (read.since, read.until, len(read.rows)) == (date(2025, 6, 1), date(2026, 5, 20), 12)


def test_refuses_what_it_does_not_know(tides):
    with pytest.raises(NoSuchMetric):
        queries.read_metric("moons")
    with pytest.raises(SplitUnknown):
        queries.read_metric("tides", by="colour")
    with pytest.raises(RangeUnusable):
        queries.read_metric("tides", since=date(2026, 4, 2), until=date(2026, 4, 1))
    with pytest.raises(RangeUnusable):
        queries.read_metric("tides", until=date(9999, 12, 31))
    with pytest.raises(PeriodUnusable):
        queries.accounts_behind("tides", date(2026, 3, 2))
    with pytest.raises(SplitUnknown):
        queries.accounts_behind("tides", date(2026, 3, 1), by="colour", group="red")


def test_a_value_opens_to_its_accounts(tides):
    assert queries.accounts_behind("tides", date(2026, 3, 1)) == [7, 8]
    assert queries.accounts_behind("tides", date(2026, 3, 1), by="plan", group="Premium") == [7]


def test_a_metric_is_named_plainly():
    with pytest.raises(ValueError, match="lower case"):
        registry.register(
            Metric(
                name="MRR!",
                title="",
                formula="",
                unit=Unit.MONEY,
                grain=Grain.MONTH,
                compute=lambda *_: [],
                accounts_behind=lambda *_: [],
            )
        )
