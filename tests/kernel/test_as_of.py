from datetime import UTC, datetime, timedelta

import pytest

from tenure.kernel.as_of import AsOf

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_then_knows_nothing_that_came_later() -> None:
    assert AsOf.then(NOON) == AsOf(NOON, NOON)
    assert AsOf.then(NOON).is_then
    assert not AsOf.by_now(NOON, NOON + timedelta(days=1)).is_then


def test_a_moment_cannot_be_known_before_it_came() -> None:
    with pytest.raises(ValueError, match="known before"):
        AsOf(NOON, NOON - timedelta(seconds=1))


def test_a_moment_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        AsOf.then(NOON.replace(tzinfo=None))
