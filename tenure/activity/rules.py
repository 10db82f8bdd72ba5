"""Decisions about use, without a database or a clock: frames of use in, verdicts and evidence out."""

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tenure.activity.types import Faded, UsageFrame, Week
from tenure.stats import rhythm
from tenure.stats.decline import Judged, Terms, Usage, Usual, expectation_band
from tenure.stats.survival import Floats

TERMS = Terms()
WEEKS_SHOWN = 16
LATE_EVENTS = timedelta(hours=1)
REGULAR_FROM = 2.0
"""Somebody from whom so many days of use were to be expected since a decline began is missed when not seen."""
PEOPLE_NAMED = 50


def last_complete_day(now: datetime) -> date:
    """Return the last UTC day that is over, with an hour for events still on their way."""
    return (now - LATE_EVENTS).date() - timedelta(days=1)


def severity_of(ratio: float) -> float:
    """Say how much a decline matters, 0 to 1, by what is left of the usual use: 70 % left is 0.4, none is 1."""
    gone = min(max(1 - ratio, 0.0), 1.0)
    return round(min(1.0, max(0.0, 0.4 + 0.6 * (gone - TERMS.fall) / (1 - TERMS.fall))), 3)


def as_matrices(frame: UsageFrame) -> Usage:
    """Spread the rows of a frame over accounts × days; days without a row had no use."""
    shape = (len(frame.account_ids), frame.days)
    events, people = np.zeros(shape), np.zeros(shape)
    first = frame.as_of - timedelta(days=frame.days - 1)
    known = np.asarray(frame.account_ids, dtype=np.int64)
    ids = frame.rows["account_id"].to_numpy()
    day = frame.rows["dt"].cast(pa.int32()).to_numpy() - (first - date(1970, 1, 1)).days
    order = np.argsort(known)
    at = np.searchsorted(known, ids, sorter=order).clip(max=max(len(known) - 1, 0))
    inside = (day >= 0) & (day < frame.days)
    if len(known):
        inside &= known[order[at]] == ids
        row, column = order[at[inside]], day[inside]
        events[row, column] = frame.rows["events"].to_numpy()[inside]
        people[row, column] = frame.rows["active_people"].to_numpy()[inside]
    else:
        inside &= False
    return Usage(events, people, first.weekday(), zone_numbers(frame.time_zones)[0] if frame.time_zones else None)


def zone_numbers(time_zones: Sequence[str]) -> tuple[npt.NDArray[np.intp], list[str]]:
    """Number time zones from 0, −1 for unknown; returns the number of each and the names in order."""
    names = sorted(set(time_zones) - {""})
    number = {name: n for n, name in enumerate(names)} | {"": -1}
    return np.array([number[zone] for zone in time_zones], dtype=np.intp), names


def commonest_zones(account_ids: Sequence[int], time_zones: Sequence[str | None]) -> dict[int, str]:
    """Return where most people of each account work; one entry a person, those without a zone do not count."""
    counted: dict[int, Counter[str]] = {}
    for account_id, zone in zip(account_ids, time_zones, strict=True):
        if zone:
            counted.setdefault(account_id, Counter())[zone] += 1
    return {pk: min(zones, key=lambda z: (-zones[z], z)) for pk, zones in counted.items()}


def forgotten_before(usage: Usage, first_column: npt.NDArray[np.intp]) -> Usage:
    """Return the use with everything before each account's column taken out, as if the account were new then."""
    kept = np.arange(usage.people.shape[1]) >= first_column[:, None]
    return Usage(np.where(kept, usage.events, 0.0), np.where(kept, usage.people, 0.0), usage.first_weekday, usage.group)


def usual_as_json(usual: Usual, row: int) -> dict[str, Any]:
    """Return one account's usual week as it is kept in evidence and standings."""
    return {
        "people": [round(float(v), 4) for v in usual.people[row]],
        "events": [round(float(v), 4) for v in usual.events[row]],
        "dispersion": round(float(usual.dispersion[row]), 4),
        "seen": round(float(usual.people_seen[row]), 2),
    }


def usual_from_json(kept: Sequence[Mapping[str, Any]]) -> Usual:
    """Return the usual weeks of accounts from what `usual_as_json` made."""
    return Usual(
        people=np.array([k["people"] for k in kept], dtype=np.float64).reshape(-1, 7),
        events=np.array([k["events"] for k in kept], dtype=np.float64).reshape(-1, 7),
        dispersion=np.array([k["dispersion"] for k in kept], dtype=np.float64),
        people_seen=np.array([k["seen"] for k in kept], dtype=np.float64),
    )


def with_rows(usual: Usual, rows: npt.NDArray[np.intp], kept: Usual) -> Usual:
    """Return `usual` with these rows replaced by the ones in `kept`, in their order."""
    replaced = {}
    for field in dataclasses.fields(Usual):
        column = np.array(getattr(usual, field.name))
        column[rows] = getattr(kept, field.name)
        replaced[field.name] = column
    return Usual(**replaced)


@dataclasses.dataclass(frozen=True, eq=False)
class OneAccount:
    """What evidence is made of: an account's daily use up to `as_of`, what is usual, and how odd each day was."""

    as_of: date
    events: Floats
    people: Floats
    factor_events: Floats
    factor_people: Floats
    usual: Mapping[str, Any] | None

    @property
    def days(self) -> list[date]:
        """The days of the columns, oldest first."""
        return [self.as_of - timedelta(days=n) for n in range(len(self.people) - 1, -1, -1)]

    def expected(self, measure: str) -> Floats:
        """Return what was to be expected on each day, of "people" or "events"."""
        if self.usual is None:
            return np.full(len(self.people), np.nan)
        week = np.asarray(self.usual[measure], dtype=np.float64)
        factor = self.factor_people if measure == "people" else self.factor_events
        first = self.as_of - timedelta(days=len(self.people) - 1)
        expected: Floats = week[rhythm.weekdays(first.weekday(), len(self.people))] * factor
        return expected


def weeks_of(account: OneAccount, shown: int = WEEKS_SHOWN) -> tuple[Week, ...]:
    """Add days up to weeks that end with the last day, oldest first; days before the first use have no expectation."""
    n = min(shown, len(account.people) // 7)
    cut = len(account.people) - n * 7
    expected = account.expected("people")[cut:].reshape(n, 7).sum(axis=1)
    low, high = expected, expected
    if account.usual is not None:
        low, high = expectation_band(expected, account.usual["seen"], account.usual["dispersion"])
    people = account.people[cut:].reshape(n, 7).sum(axis=1)
    events = account.events[cut:].reshape(n, 7).sum(axis=1)
    ends = account.days[cut:][6::7]
    used = account.people > 0
    first_use = int(used.argmax()) if used.any() else len(used)
    return tuple(
        Week(
            ends=ends[i],
            actual=round(float(people[i])),
            events=round(float(events[i])),
            expected=round(float(expected[i]), 2) if known else None,
            low=round(float(low[i]), 2) if known else None,
            high=round(float(high[i]), 2) if known else None,
        )
        for i in range(n)
        for known in [account.usual is not None and cut + i * 7 >= first_use]
    )


def weeks_from_json(kept: Sequence[Mapping[str, Any]]) -> tuple[Week, ...]:
    """Return the weeks that evidence holds."""
    return tuple(Week(**{**week, "ends": date.fromisoformat(week["ends"])}) for week in kept)


def factors_on(days: Sequence[date], first: date, factors: Sequence[float]) -> Floats:
    """Return the factor of each of these days from a column that begins on `first`; days outside it are as usual."""
    at = [(day - first).days for day in days]
    return np.array([factors[n] if 0 <= n < len(factors) else 1.0 for n in at])


def expected_of_people(account: npt.NDArray[np.intp], before: npt.NDArray[np.int64], expected: Floats) -> Floats:
    """Share what was to be expected of each account out among its people, by their use before the decline.

    One entry a person: which account (a row of `expected`), and days of use before.
    """
    total = np.bincount(account, before, len(expected))
    shared: Floats = before * (expected / np.maximum(total, 1))[account]
    return shared


def faded_people(person_ids: Sequence[int], expected: Floats, actual: Floats) -> Faded:
    """Say which people of one account are missed since its decline began, those missed most first."""
    by_loss = np.argsort(-(expected - actual), kind="stable")
    regular = [i for i in by_loss if expected[i] >= REGULAR_FROM]
    stopped = [person_ids[i] for i in regular if actual[i] == 0]
    fading = [person_ids[i] for i in regular if 0 < actual[i] <= expected[i] / 2]
    return Faded(regular=len(regular), stopped=tuple(stopped), fading=tuple(fading))


def decline_evidence(account: OneAccount, since: date, p_value: float | None, faded: Faded) -> dict[str, Any]:
    """Put together what a decline signal rests on, as JSON.

    The comparison runs from `since`, but over the last four weeks at most, so that it says how things are now.
    """
    window = min((account.as_of - since).days + 1, TERMS.longest_days)
    expected_people = float(account.expected("people")[-window:].sum())
    expected_events = float(account.expected("events")[-window:].sum())
    actual_people, actual_events = float(account.people[-window:].sum()), float(account.events[-window:].sum())
    return {
        "as_of": account.as_of.isoformat(),
        "since": since.isoformat(),
        "window_days": window,
        "percent": _percent_down(actual_people, expected_people),
        "events_percent": _percent_down(actual_events, expected_events),
        "expected": round(expected_people, 1),
        "actual": round(actual_people),
        "expected_events": round(expected_events, 1),
        "actual_events": round(actual_events),
        "baseline_days": TERMS.baseline_days,
        "p_value": None if p_value is None else float(f"{p_value:.3g}"),
        "regular_people": faded.regular,
        "stopped_people": len(faded.stopped),
        "fading_people": len(faded.fading),
        "stopped_person_ids": list(faded.stopped[:PEOPLE_NAMED]),
        "fading_person_ids": list(faded.fading[:PEOPLE_NAMED]),
        "usual": account.usual,
        "weeks": [dataclasses.asdict(week) | {"ends": week.ends.isoformat()} for week in weeks_of(account)],
    }


def summary_of(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Return the few values of the evidence that the timeline says."""
    return {key: evidence[key] for key in ("percent", "since", "regular_people", "stopped_people")}


def ratio_of(evidence: Mapping[str, Any]) -> float:
    """Return what is left of the usual use, by the evidence."""
    return float(evidence["actual"]) / max(float(evidence["expected"]), 0.1)


def one_account(frame: UsageFrame, usage: Usage, judged: Judged, row: int, usual: Mapping[str, Any]) -> OneAccount:
    """Take one account out of a pass."""
    return OneAccount(
        as_of=frame.as_of,
        events=usage.events[row],
        people=usage.people[row],
        factor_events=judged.events.factor[row],
        factor_people=judged.people.factor[row],
        usual=usual,
    )


def _percent_down(actual: float, expected: float) -> int:
    return round(100 * (1 - actual / expected)) if expected > 0 else 0
