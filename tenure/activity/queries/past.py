"""What the watch would have noticed in days gone by: every day judged anew, knowing only what was known then."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tenure.activity.queries.faded import DECLINES, people_events, people_use, use_of_people
from tenure.activity.queries.standings import choices as chosen_now
from tenure.activity.queries.use import (
    key_use,
    key_use_of_accounts,
    minutes_of_accounts,
    seats_of,
    time_zones,
    use_of_accounts,
)
from tenure.activity.rules import LATE_EVENTS, TERMS, as_matrices, expected_parts, last_complete_day
from tenure.activity.types import Choices, PastAlarm, UsageFrame
from tenure.customers import queries as customers
from tenure.kernel.as_of import AsOf
from tenure.lake import engine
from tenure.lake.lazily import ibis
from tenure.stats.decline import beyond_one
from tenure.stats.rhythm import Ints
from tenure.stats.survival import Booleans, Floats
from tenure.stats.usage import Series, Usage
from tenure.stats.watching import watch
from tenure.tracking import queries as tracking
from tenure.tracking.types.lake import PERSON_DAY

if TYPE_CHECKING:
    import ibis.expr.types as ir

PREVIEW_DAYS = 91
PREVIEW_EVERY = 7
_EPOCH = date(1970, 1, 1)
_THEN = "activity_person_day_then"
_PeopleOf = Callable[[int, pa.Table, Series], pa.Table]


def alarms_between(
    first_day: date, last_day: date, known_at: datetime | None = None, *, choices: Choices | None = None, every: int = 1
) -> tuple[PastAlarm, ...]:
    """Return every signal that would have been opened after the days from one to another, both included.

    Each day is judged by what was known on the morning after it, or by all that was known at `known_at`: then minutes
    count, too, where they are counted, which nobody can say any more as they were known. By the choices of the
    workspace unless told others. `every` so many days are looked at; 1 is what the product does. Accounts that had
    churned by then are left out; whether the signals of then were closed by members is not known to it.
    """
    chosen = choices or chosen_now()
    days = range((first_day - _EPOCH).days, (last_day - _EPOCH).days + 1, every)
    terms = replace(TERMS, false_share=chosen.false_share)
    if not days:
        return ()
    past = _AsThen(first_day, last_day, chosen) if known_at is None else _ByNow(first_day, last_day, chosen)
    if not past.account_ids:
        return ()
    found = watch(days, past.usage_on, past.beyond, terms, every=every)
    churned = {day: _churned(day, known_at) for day in {alarm.day for alarm in found}}
    return tuple(
        PastAlarm(
            account_id=past.account_ids[alarm.row],
            day=_day(alarm.day),
            since=_day(alarm.day - alarm.since),
            leading=alarm.leading,
            ratio=alarm.ratio,
            confidence=1 - alarm.q_value,
            passed_on=None if alarm.passed_on is None else _day(alarm.passed_on),
        )
        for alarm in found
        if past.account_ids[alarm.row] not in churned[alarm.day]
    )


def preview(now: datetime) -> tuple[PastAlarm, ...]:
    """Return what the choices of the workspace would have raised in the last quarter, looking once a week."""
    last = last_complete_day(now)
    return alarms_between(last - timedelta(days=PREVIEW_DAYS - PREVIEW_EVERY), last, now, every=PREVIEW_EVERY)


def _day(number: int) -> date:
    return _EPOCH + timedelta(days=number)


def _end(number: int) -> datetime:
    return datetime.combine(_day(number + 1), time(), UTC)


def _churned(number: int, known_at: datetime | None) -> set[int]:
    """Return the accounts known to have churned by the end of a day."""
    at = _end(number)
    known = customers.accounts_as_of(AsOf.then(at) if known_at is None else AsOf(at, max(at, known_at)))
    return {
        pk for pk, gone in zip(known["account_id"].to_pylist(), known["churned_at"].to_pylist(), strict=True) if gone
    }


class _ByNow:
    """The past as it is known now: all days are read once."""

    def __init__(self, first_day: date, last_day: date, choices: Choices) -> None:
        self._choices = choices
        self._from = (first_day - _EPOCH).days - TERMS.days + 1
        days = (last_day - _EPOCH).days - self._from + 1
        rows = use_of_accounts(last_day, days)
        self.account_ids: Sequence[int] = sorted(rows["account_id"].unique().to_pylist())
        zones = time_zones(self.account_ids)
        names = choices.key_events
        frame = UsageFrame(
            account_ids=tuple(self.account_ids),
            as_of=last_day,
            days=days,
            rows=rows,
            time_zones=tuple(zones.get(pk, "") for pk in self.account_ids),
            key_rows=key_use_of_accounts(last_day, days, names) if names else None,
            minutes_rows=minutes_of_accounts(last_day, days),
            seats=seats_of(self.account_ids, last_day, days),
        )
        self._usage = as_matrices(frame)

    def usage_on(self, day: int) -> Usage:
        """Return the use of the days up to one."""
        begin = day - TERMS.days + 1 - self._from
        window = slice(begin, begin + TERMS.days)
        whole = self._usage
        return Usage(
            events=whole.events[:, window],
            people=whole.people[:, window],
            first_weekday=_day(self._from + begin).weekday(),
            group=whole.group,
            minutes=None if whole.minutes is None else whole.minutes[:, window],
            allowed={row: left[window] for row, left in whole.allowed.items() if left[window].min() < 1},
        )

    def beyond(self, day: int, rows: Ints, since: Ints, leading: list[Series], expected: Floats) -> Booleans:
        """Say who has faded in more than one person."""
        return _beyond(self.account_ids, day, rows, since, leading, expected, self._people)

    def _people(self, day: int, declines: pa.Table, series: Series) -> pa.Table:
        return use_of_people(_day(day), declines, series, self._choices.key_events)


class _AsThen:
    """The past as it was known on the morning after each day: the raw events of its days, read for each."""

    def __init__(self, first_day: date, last_day: date, choices: Choices) -> None:
        self._choices = choices
        known = [customers.accounts_as_of(AsOf.then(_end((day - _EPOCH).days))) for day in (first_day, last_day)]
        self.account_ids: Sequence[int] = sorted({pk for each in known for pk in each["account_id"].to_pylist()})
        zones = time_zones(self.account_ids)
        self._zones = tuple(zones.get(pk, "") for pk in self.account_ids)
        self._last = last_day
        self._days = (last_day - first_day).days + TERMS.days
        self._seats = seats_of(self.account_ids, last_day, self._days)

    def usage_on(self, day: int) -> Usage:
        """Return the use of the days up to one, as known then."""
        as_of = AsOf(_end(day) - timedelta(microseconds=1), _end(day) + LATE_EVENTS)
        tracking.name_person_days_as_of(_THEN, as_of, _day(day - TERMS.days + 1))
        names = self._choices.key_events
        engine.name_rows("activity_names", pa.table({"event": pa.array(names, pa.string())}))
        end = self._days - (self._last - _day(day)).days
        return as_matrices(
            UsageFrame(
                account_ids=tuple(self.account_ids),
                as_of=_day(day),
                days=TERMS.days,
                rows=engine.answer(_use_then()),
                time_zones=self._zones,
                key_rows=engine.answer(_key_use_then()) if names else None,
                seats={pk: seats[end - TERMS.days : end] for pk, seats in self._seats.items()},
            )
        )

    def beyond(self, day: int, rows: Ints, since: Ints, leading: list[Series], expected: Floats) -> Booleans:
        """Say who has faded in more than one person, of the day last asked for."""
        return _beyond(self.account_ids, day, rows, since, leading, expected, self._people)

    def _people(self, _day_asked: int, declines: pa.Table, series: Series) -> pa.Table:
        engine.name_rows("activity_declines", declines)
        if series == Series.PEOPLE:
            return engine.answer(_people_then())
        return engine.answer(_events_then(bool(self._choices.key_events)))


def _beyond(
    account_ids: Sequence[int],
    day: int,
    rows: Ints,
    since: Ints,
    leading: list[Series],
    expected: Floats,
    people_of: _PeopleOf,
) -> Booleans:
    begun = [_day(day - TERMS.days + 1 + column) for column in since.tolist()]
    found = np.zeros(len(rows), dtype=np.bool_)
    for series in dict.fromkeys(leading):
        own = [n for n, each in enumerate(leading) if each == series]
        columns = [
            [account_ids[rows[n]] for n in own],
            [begun[n] - timedelta(days=TERMS.baseline_days) for n in own],
            [begun[n] for n in own],
        ]
        declines = pa.table([pa.array(c, f.type) for c, f in zip(columns, DECLINES, strict=True)], schema=DECLINES)
        people = people_of(day, declines, series)
        place_of = {pk: n for n, pk in enumerate(columns[0])}
        place: npt.NDArray[np.intp] = np.array([place_of[pk] for pk in people["account_id"].to_pylist()], dtype=np.intp)
        before = people["before"].to_numpy().astype(np.float64)
        lately = people["lately"].to_numpy().astype(np.float64)
        share = expected_parts(place, before, expected[own])
        found[own] = beyond_one(place, share, lately, len(own), terms=TERMS)
    return found


def _then() -> "ir.Table":
    return ibis.table(ibis.Schema.from_pyarrow(PERSON_DAY.schema), name=_THEN)


def account_use_of_people(table: "ir.Table") -> "ir.Table":
    """Count use by account and day from that of people."""
    known = table.filter(table.account_id != 0)
    return known.group_by("account_id", "dt").aggregate(events=known.n.sum(), active_people=known.person_id.nunique())


@cache
def _use_then() -> str:
    return engine.sql_of(account_use_of_people(_then()))


@cache
def _key_use_then() -> str:
    names = ibis.table({"event": "string"}, name="activity_names")
    return engine.sql_of(key_use(_then(), names))


@cache
def _people_then() -> str:
    return engine.sql_of(people_use(_then(), _declines()))


@cache
def _events_then(is_of_names: bool) -> str:
    names = ibis.table({"event": "string"}, name="activity_names") if is_of_names else None
    return engine.sql_of(people_events(_then(), _declines(), names))


def _declines() -> "ir.Table":
    return ibis.table(ibis.Schema.from_pyarrow(DECLINES), name="activity_declines")
