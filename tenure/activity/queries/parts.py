"""The use of all accounts, read some accounts at a time: in memory while there are few, else laid into a file."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tenure.activity.queries.filed import FiledCounts
from tenure.activity.queries.use import key_use_of_accounts, minutes_of_accounts, use_of_accounts
from tenure.activity.rules import as_matrices, forgotten_before, zone_numbers
from tenure.activity.types import UsageFrame
from tenure.stats.survival import Floats
from tenure.stats.usage import Series, Usage

AT_ONCE = 65_536
"""The use of so many accounts is held in memory at once: 120 MB of counts."""


def usage_of(
    frame: UsageFrame,
    known_from: npt.NDArray[np.intp],
    key_events: Sequence[str] = (),
    *,
    at_once: int = AT_ONCE,
) -> Usage:
    """Read the use of a frame's accounts, each from a column on; `frame` may come without rows.

    Where there are key events, the events are those; people are active by whatever they do. More accounts than
    `at_once` are read in parts by ranges of their numbers, each part once, and only a file has all of them; what is
    found of them does not depend on how many parts there were.
    """
    accounts = len(frame.account_ids)
    if accounts <= at_once:
        return forgotten_before(as_matrices(_read(frame, key_events, is_part=False)), known_from)
    laid = {series: FiledCounts(accounts, frame.days) for series in Series}
    allowed: dict[int, Floats] = {}
    has_minutes = False
    part = Usage(np.zeros((0, frame.days)), np.zeros((0, frame.days)), 0)
    for begin in range(0, accounts, at_once):
        ids = frame.account_ids[begin : begin + at_once]
        seats = {pk: frame.seats[pk] for pk in ids if pk in frame.seats}
        asked = dataclasses.replace(frame, account_ids=ids, time_zones=(), seats=seats)
        part = forgotten_before(
            as_matrices(_read(asked, key_events, is_part=True)), known_from[begin : begin + at_once]
        )
        for series, counts in part.series.items():
            laid[series].put(begin, counts)
        has_minutes |= part.minutes is not None
        allowed |= {begin + row: left for row, left in part.allowed.items()}
    return Usage(
        events=laid[Series.EVENTS].as_counts(),
        people=laid[Series.PEOPLE].as_counts(),
        first_weekday=part.first_weekday,
        group=zone_numbers(frame.time_zones)[0] if frame.time_zones else None,
        minutes=laid[Series.MINUTES].as_counts() if has_minutes else None,
        allowed=allowed,
    )


def _read(frame: UsageFrame, key_events: Sequence[str], *, is_part: bool) -> UsageFrame:
    """Give a frame the rows of its accounts."""
    among = (frame.account_ids[0], frame.account_ids[-1]) if is_part else None
    as_of, days = frame.as_of, frame.days
    return dataclasses.replace(
        frame,
        rows=use_of_accounts(as_of, days, among=among),
        key_rows=key_use_of_accounts(as_of, days, key_events, among=among) if key_events else None,
        minutes_rows=minutes_of_accounts(as_of, days, among=among),
    )
