"""Which weeks are to be taken."""

from collections.abc import Collection
from datetime import date, timedelta

EVERY_FOURTH = 4


def weeks_due(first: date, last: date, taken: Collection[date]) -> list[date]:
    """Return the Mondays from the first to the last that were not taken, in the order to take them.

    The latest first, then every fourth back to the beginning, so that there is something to learn from soon; then the
    rest, from the latest to the earliest.
    """
    mondays = _back_from(last, first)
    order = [*mondays[::EVERY_FOURTH], *(m for n, m in enumerate(mondays) if n % EVERY_FOURTH)]
    known = set(taken)
    return [monday for monday in order if monday not in known]


def weeks_to_begin_with(first: date, last: date) -> list[date]:
    """Return the Mondays that are taken first, the latest first: every fourth back to the beginning."""
    return _back_from(last, first)[::EVERY_FOURTH]


def _back_from(last: date, first: date) -> list[date]:
    return [last - timedelta(days=7 * n) for n in range(max((last - first).days // 7 + 1, 0))]
