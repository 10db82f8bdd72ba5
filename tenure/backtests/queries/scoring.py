"""Scores of accounts at moments of the past, by what was known then."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import assert_never

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from tenure.activity import queries as activity
from tenure.activity.types import ACTIVITY_DECLINE, Choices
from tenure.backtests.types import Definition, DefinitionKind
from tenure.customers import queries as customers
from tenure.health import queries as health
from tenure.kernel.as_of import AsOf
from tenure.risk import queries as risk
from tenure.risk.types import Periods
from tenure.segment_signals import queries as segment_signals
from tenure.segment_signals.types import KIND as SEGMENT_SIGNAL
from tenure.segments import queries as segments
from tenure.segments.types import Subject
from tenure.segments.types.conditions import Condition
from tenure.signals import queries as signals
from tenure.signals.types import SignalFilter
from tenure.snapshots import queries as snapshots
from tenure.snapshots.types import Known, begin_of

Floats = npt.NDArray[np.float64]
_EPOCH = date(1970, 1, 1)
WATCHED_BEFORE = 12 * 7
"""So many days before the first moment the watch over use begins to look."""


class NothingToScore(Exception):
    """The definition says nothing of any of these moments."""


def past_rows(now: datetime) -> Periods:
    """Return the accounts at every kept moment, four weeks apart, whose horizon is over."""
    periods = risk.person_periods(risk.choices(), now)
    return periods.of(periods.complete(periods.horizon_days))


def scores_of(
    definition: Definition, rows: Periods, now: datetime, report: Callable[[float], None]
) -> tuple[Floats, bool]:
    """Return each row's score, NaN where the definition says nothing of it, and whether scores are chances.

    Higher is worse. `report` hears how far it is. Raises `NothingToScore`.
    """
    found = np.full(rows.days.size, np.nan)
    days = sorted(set(rows.days.tolist()))
    score = _score_of(definition, rows, _pasts(days, now), now)
    for place, day in enumerate(days):
        there = rows.days == day
        found[there] = score(rows.of(there), day)
        report((place + 1) / len(days))
    if np.isnan(found).all():
        raise NothingToScore
    return found, definition.kind is DefinitionKind.RISK


def _score_of(
    definition: Definition, rows: Periods, as_of: Mapping[int, AsOf], now: datetime
) -> Callable[[Periods, int], Floats]:
    """Return what scores the accounts of a moment."""
    match definition.kind:
        case DefinitionKind.RISK:
            everything = risk.person_periods(risk.choices(), now)
            return lambda there, day: _taught_before(everything, there, day)
        case DefinitionKind.SIGNAL if definition.subject == ACTIVITY_DECLINE:
            declines = _declines(as_of, now, activity.choices_in(definition.version))
            return lambda there, day: _fading(declines[day], there.accounts)
        case DefinitionKind.SIGNAL if definition.subject.startswith(SEGMENT_SIGNAL):
            asked = _asked(definition.segment_id or _segment_of_rule(definition.subject), definition.version)
            return lambda there, day: _member(asked, there.accounts, as_of[day])
        case DefinitionKind.SIGNAL:
            opened = _alarms(definition.subject)
            return lambda there, day: _alarming(opened, there.accounts.tolist(), begin_of(_EPOCH + timedelta(days=day)))
        case DefinitionKind.TRAIT:
            return lambda there, day: _trait(definition, there.accounts.tolist(), as_of[day])
        case DefinitionKind.SEGMENT:
            asked = _asked(int(definition.subject), definition.version)
            return lambda there, day: _member(asked, there.accounts, as_of[day])
        case DefinitionKind.HEALTH:
            return lambda there, day: _unhealthy(definition, there.accounts.tolist(), as_of[day])
        case _:
            assert_never(definition.kind)


def _pasts(days: list[int], now: datetime) -> dict[int, AsOf]:
    """Return how each moment is read: as it was known then, or by now where its week was told later."""
    told_later = {taken.day for taken in snapshots.weeks_taken() if taken.known == Known.BY_NOW}
    found = {}
    for day in days:
        on = _EPOCH + timedelta(days=day)
        found[day] = AsOf.by_now(begin_of(on), now) if on in told_later else AsOf.then(begin_of(on))
    return found


def _declines(as_of: Mapping[int, AsOf], now: datetime, choices: Choices) -> dict[int, dict[int, float]]:
    """Return how sure the watch over use would have been of each account it had an open signal of, by moment.

    It looks once a week, as every moment is so many whole weeks from the others, and begins a quarter before the first.
    """
    found: dict[int, dict[int, float]] = {day: {} for day in as_of}
    for is_then in (True, False):
        moments = [day for day, read in as_of.items() if read.is_then == is_then]
        if not moments:
            continue
        first, last = (_EPOCH + timedelta(days=day - 1) for day in (min(moments) - WATCHED_BEFORE, max(moments)))
        for alarm in activity.alarms_between(first, last, None if is_then else now, choices=choices, every=7):
            for day in moments:
                morning = _EPOCH + timedelta(days=day - 1)
                if alarm.day <= morning and (alarm.passed_on is None or alarm.passed_on > morning):
                    found[day][alarm.account_id] = alarm.confidence
    return found


def _fading(declines: Mapping[int, float], accounts: "npt.NDArray[np.int64]") -> Floats:
    return np.array([declines.get(account, 0.0) for account in accounts.tolist()])


def _taught_before(everything: Periods, rows: Periods, day: int) -> Floats:
    """Foretell accounts at a moment by what could be learnt before it: no row or outcome of later takes part."""
    return risk.taught_and_foretold(everything.until(day), rows)


BARELY = 1e-3
"""Whose signal was open counts for more than whose was not, however little it mattered."""


def _alarms(kind: str) -> dict[int, list[tuple[datetime, datetime | None, float]]]:
    """Return when signals of a kind were open and how severe they were at first, by account; closed ones, too.

    How severe they became was not known yet at the moments before.
    """
    found: dict[int, list[tuple[datetime, datetime | None, float]]] = {}
    of_kind = signals.signals_matching(SignalFilter(kind=kind, status=None)).order_by("pk")
    columns = ("account_id", "opened_at", "closed_at", "first_severity")
    for account, opened, closed, severity in of_kind.values_list(*columns):
        found.setdefault(account, []).append((opened, closed, max(severity or 0.0, BARELY)))
    return found


def _alarming(
    alarms: dict[int, list[tuple[datetime, datetime | None, float]]], accounts: list[int], at: datetime
) -> Floats:
    """Return how severe the open signals of accounts were at a moment, 0 without any; NaN before the first of all."""
    first = min((opened for each in alarms.values() for opened, _, _ in each), default=None)
    if first is None or at < first:
        return np.full(len(accounts), np.nan)
    return np.array(
        [
            max(
                (s for opened, closed, s in alarms.get(a, ()) if opened <= at and (closed is None or closed > at)),
                default=0.0,
            )
            for a in accounts
        ]
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Asked:
    """What a segment asks for in one version, and of whom."""

    condition: Condition
    subject: Subject


def _asked(segment_id: int, version: int) -> _Asked:
    """Return what a segment asks for in a version, 0 being that of today; raises `NothingToScore` for one not kept."""
    current = segments.segment(segment_id)
    if version in (0, current.version):
        found = current.condition
    else:
        found = next((v.condition for v in segments.versions(segment_id) if v.number == version), None)
    if found is None:
        raise NothingToScore
    return _Asked(condition=found, subject=current.subject)


def _segment_of_rule(kind: str) -> int:
    return segment_signals.segment_signal(int(kind.removeprefix(SEGMENT_SIGNAL))).segment_id


def _member(asked: _Asked, accounts: "npt.NDArray[np.int64]", as_of: AsOf) -> Floats:
    """Return 1 for the accounts a condition held of, or of anybody who was known to be at them; else 0."""
    held = segments.judged_as_of(asked.condition, asked.subject, as_of)
    if asked.subject is Subject.PERSON:
        places = customers.people_as_of(as_of)
        held = places["account_id"].filter(pc.is_in(places["person_id"], value_set=held))
    return np.isin(accounts, held.to_numpy(zero_copy_only=False)).astype(np.float64)


def _unhealthy(definition: Definition, accounts: list[int], as_of: AsOf) -> Floats:
    """Return scores turned round, so that higher is worse."""
    said = health.scores_as_of((int(definition.subject), definition.version), as_of)
    score = dict(zip(said["account_id"].to_pylist(), said["score"].to_pylist(), strict=True))
    known = [score.get(account) for account in accounts]
    return np.array([np.nan if value is None else -value for value in known])


def _trait(definition: Definition, accounts: list[int], as_of: AsOf) -> Floats:
    told = customers.traits_as_of("account", [definition.subject], as_of, accounts)
    known = {
        account: float(value)
        for account, value in zip(told["account_id"].to_pylist(), told[definition.subject].to_pylist(), strict=True)
        if isinstance(value, int | float)
    }
    sign = -1.0 if definition.lower_is_worse else 1.0
    return np.array([sign * known.get(account, np.nan) for account in accounts])
