"""How days, months and the periods of a metric lie to each other, as rows to join use by month with."""

from collections.abc import Sequence
from datetime import date, timedelta

import pyarrow as pa

from tenure.insights.rules import named
from tenure.insights.rules.periods import number, start
from tenure.insights.rules.retention import PERIODS_A_WORD
from tenure.insights.types import Grain


def tables(since: date, until: date, grain: Grain) -> dict[str, pa.Table]:
    """Return, by their names, the tables that say of the days between two days which months and periods they are in."""
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    bits = [1 << day.day - 1 for day in days]
    found = {
        named.DAYS_OF_MONTHS: pa.table([days, [d.replace(day=1) for d in days], bits], schema=named.DAYS_SCHEMA),
        named.PARTS_OF_MONTHS: named.PARTS_SCHEMA.empty_table(),
        named.PLACES: named.PLACES_SCHEMA.empty_table(),
    }
    if grain is Grain.DAY:  # which days there are is all that is asked then
        return found
    parts: dict[tuple[date, date], int] = {}
    for day, bit in zip(days, bits, strict=True):
        key = day.replace(day=1), start(day, grain)
        parts[key] = parts.get(key, 0) | bit
    first = number(start(since, grain), grain)
    places = {
        period: divmod(number(period, grain) - first, PERIODS_A_WORD)
        for period in dict.fromkeys(start(day, grain) for day in days)
    }
    rows = [(number(period, grain), word, 3 << 2 * place) for period, (word, place) in places.items()]
    found[named.PLACES] = _table(rows, named.PLACES_SCHEMA)
    found[named.PARTS_OF_MONTHS] = _parts(parts, places)
    return found


def _parts(parts: dict[tuple[date, date], int], places: dict[date, tuple[int, int]]) -> pa.Table:
    """Put the parts of one month that are noted in one word into one row."""
    rows: dict[tuple[date, int], list[int]] = {}
    for (month, period), mask in parts.items():
        word, place = places[period]
        rows.setdefault((month, word), []).extend((mask, 1 << 2 * place))
    full = [(*key, *found, *[0] * (2 * named.MOST_PARTS - len(found))) for key, found in rows.items()]
    return _table(full, named.PARTS_SCHEMA)


def _table(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    return pa.table([list(column) for column in zip(*rows, strict=True)], schema=schema)
