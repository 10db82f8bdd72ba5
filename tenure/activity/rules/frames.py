"""Frames of use as matrices of accounts × days."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tenure.activity.types import UsageFrame
from tenure.stats.rhythm import Counts
from tenure.stats.survival import Floats
from tenure.stats.usage import Usage

LATE_EVENTS = timedelta(hours=1)
FEWEST_SEATED = 4
"""An account with fewer people a day than this at its busiest has not filled its seats."""
SEATED_PER_BUSY = 1.5
"""For each person who comes on the busiest day so many have a seat."""


def last_complete_day(now: datetime) -> date:
    """Return the last UTC day that is over, with an hour for events still on their way."""
    return (now - LATE_EVENTS).date() - timedelta(days=1)


def as_matrices(frame: UsageFrame) -> Usage:
    """Spread the rows of a frame over accounts × days; days without a row had no use."""
    place = _Places(frame)
    people = place.spread(frame.rows, "active_people")
    key = frame.key_rows
    first = frame.as_of - timedelta(days=frame.days - 1)
    return Usage(
        events=place.spread(frame.rows, "events") if key is None else place.spread(key, "amount"),
        people=people,
        first_weekday=first.weekday(),
        group=zone_numbers(frame.time_zones)[0] if frame.time_zones else None,
        minutes=None if frame.minutes_rows is None else place.spread(frame.minutes_rows, "amount"),
        allowed={
            row: left
            for row, pk in enumerate(frame.account_ids)
            if pk in frame.seats and (left := seats_left(people[row], frame.seats[pk])) is not None
        },
    )


class _Places:
    """Where the rows of a frame belong: accounts in their order, days from the first."""

    def __init__(self, frame: UsageFrame) -> None:
        self._shape = (len(frame.account_ids), frame.days)
        known = np.asarray(frame.account_ids, dtype=np.int64)
        self._order = np.argsort(known, kind="stable")
        self._known = known[self._order]
        self._first = (frame.as_of - date(1970, 1, 1)).days - frame.days + 1

    def spread(self, rows: pa.Table, amount: str) -> npt.NDArray[np.float32]:
        """Lay amounts out as accounts × days; rows of other accounts and days fall away."""
        laid = np.zeros(self._shape, dtype=np.float32)
        if not len(self._known):
            return laid
        ids = rows["account_id"].to_numpy()
        day = rows["dt"].cast(pa.int32()).to_numpy() - self._first
        at = np.searchsorted(self._known, ids).clip(max=len(self._known) - 1)
        inside = (day >= 0) & (day < self._shape[1]) & (self._known[at] == ids)
        laid[self._order[at[inside]], day[inside]] = rows[amount].to_numpy()[inside]
        return laid


def seats_left(people: Counts, seats: Sequence[float] | Floats) -> Floats | None:
    """Return on each day what share of the people of before have a seat; None where all had one all the time.

    `people` came on each day and `seats` were paid for. Seats that nobody sat on are not missed: what counts is how
    many came on the busiest day while there were most seats.
    """
    paid = np.asarray(seats, dtype=np.float64)
    most = np.maximum.accumulate(paid)
    full = paid >= most
    if full.all():
        return None
    busiest = np.maximum.accumulate(np.where(full, people, 0.0))
    if busiest.max() < FEWEST_SEATED:
        return None
    seated = np.minimum(most, SEATED_PER_BUSY * busiest)
    left: Floats = np.where(full, 1.0, np.minimum(1.0, paid / np.maximum(seated, 1.0)))
    return None if (left == 1).all() else left


def seats_by_day(changes: Sequence[tuple[date, float]], first: date, days: int) -> list[float]:
    """Return how many seats there were at the end of each day, from changes in their order; the first holds before."""
    by_day: list[float] = []
    at = 0
    for n in range(days):
        day = first + timedelta(days=n)
        while at + 1 < len(changes) and changes[at + 1][0] <= day:
            at += 1
        by_day.append(changes[at][1] if changes else 0.0)
    return by_day


def zone_numbers(time_zones: Sequence[str]) -> tuple[npt.NDArray[np.intp], list[str]]:
    """Number time zones from 0, −1 for unknown; returns the number of each and the names in order."""
    names = sorted(set(time_zones) - {""})
    number = {name: n for n, name in enumerate(names)} | {"": -1}
    return np.array([number[zone] for zone in time_zones], dtype=np.intp), names


def commonest_zones(
    account_ids: "Sequence[int] | pa.ChunkedArray", time_zones: "Sequence[str | None] | pa.ChunkedArray"
) -> dict[int, str]:
    """Return where most people of each account work; one entry a person, those without a zone do not count.

    Of two with as many the first by its name.
    """
    schema = pa.schema([("account_id", pa.int64()), ("zone", pa.string())])
    people = pa.table([account_ids, time_zones], names=schema.names).cast(schema)
    known = people.filter(pc.greater(pc.utf8_length(people["zone"]), 0))
    counted = known.group_by(["account_id", "zone"]).aggregate([([], "count_all")])
    best_last = [("account_id", "ascending"), ("count_all", "ascending"), ("zone", "descending")]
    counted = counted.sort_by(best_last)
    return dict(zip(counted["account_id"].to_pylist(), counted["zone"].to_pylist(), strict=True))


def forgotten_before(usage: Usage, first_column: npt.NDArray[np.intp]) -> Usage:
    """Take everything before each account's column out of the use, as if the account were new then."""
    for row in np.flatnonzero(first_column):
        for counts in usage.series.values():
            counts[row, : first_column[row]] = 0
    return usage
