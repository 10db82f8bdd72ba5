"""What the evidence of a decline is made of, as JSON that stays: usual weeks, who and what faded, what is at stake."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tenure.activity.types import AtStake, Faded, FadedEvent, Week
from tenure.stats import rhythm
from tenure.stats.decline import Judged, Usual, expectation_band
from tenure.stats.survival import Floats
from tenure.stats.usage import Series, Terms, Usage

TERMS = Terms()
WEEKS_SHOWN = 16
REGULAR_FROM = 2.0
"""Somebody from whom so many days of use were to be expected since a decline began is missed when not seen."""
PEOPLE_NAMED = 50
EVENTS_NAMED = 5
TELLING_EVENTS = 5.0
"""An event is missed when so many were to be expected."""
_Band: TypeAlias = tuple[float, float, float] | tuple[None, None, None]
_UNKNOWN: _Band = (None, None, None)


def usual_as_json(usual: Usual, row: int) -> dict[str, Any]:
    """Return one account's usual week as it is kept in evidence and standings."""
    return {
        "people": [round(float(v), 4) for v in usual.people[row]],
        "events": [round(float(v), 4) for v in usual.events[row]],
        "minutes": None if usual.minutes is None else [round(float(v), 4) for v in usual.minutes[row]],
        "dispersion": round(float(usual.dispersion[row]), 4),
        "seen": round(float(usual.people_seen[row]), 2),
        "amounts": {
            series.value: [round(float(spread[row]), 4), round(float(seen[row]), 2)]
            for series, (spread, seen) in usual.amounts.items()
        },
    }


def usual_from_json(kept: Sequence[Mapping[str, Any]]) -> Usual:
    """Return the usual weeks of accounts from what `usual_as_json` made; minutes when they are known of all."""
    minutes = [k.get("minutes") for k in kept]
    return Usual(
        people=np.array([k["people"] for k in kept], dtype=np.float64).reshape(-1, 7),
        events=np.array([k["events"] for k in kept], dtype=np.float64).reshape(-1, 7),
        dispersion=np.array([k["dispersion"] for k in kept], dtype=np.float64),
        people_seen=np.array([k["seen"] for k in kept], dtype=np.float64),
        minutes=np.array(minutes, dtype=np.float64).reshape(-1, 7) if minutes and None not in minutes else None,
    )


@dataclasses.dataclass(frozen=True, eq=False)
class OneAccount:
    """What evidence is made of: an account's daily use up to `as_of`, what is usual, and how odd each day was."""

    as_of: date
    use: Mapping[Series, Floats]
    factors: Mapping[Series, Floats]
    usual: Mapping[str, Any] | None

    @property
    def people(self) -> Floats:
        """Days of use."""
        return self.use[Series.PEOPLE]

    @property
    def days(self) -> list[date]:
        """The days of the columns, oldest first."""
        return [self.as_of - timedelta(days=n) for n in range(len(self.people) - 1, -1, -1)]

    def expected(self, series: Series) -> Floats:
        """Return what was to be expected on each day of one series."""
        week = None if self.usual is None else self.usual.get(series.value)
        if week is None:
            return np.full(len(self.people), np.nan)
        first = self.as_of - timedelta(days=len(self.people) - 1)
        usual = np.asarray(week, dtype=np.float64)[rhythm.weekdays(first.weekday(), len(self.people))]
        expected: Floats = usual * self.factors[series]
        return expected

    def spread(self, series: Series) -> tuple[float, float] | None:
        """Return how much weeks of a series vary and how much its level was learnt from; None where nobody knows."""
        if self.usual is None:
            return None
        if series == Series.PEOPLE:
            return self.usual["dispersion"], self.usual["seen"]
        known = self.usual.get("amounts", {}).get(series.value)
        return None if known is None else (known[0], known[1])


def weeks_of(account: OneAccount, shown: int = WEEKS_SHOWN) -> tuple[Week, ...]:
    """Add days up to weeks that end with the last day, oldest first; weeks before the first use expect nothing."""
    n = min(shown, len(account.people) // 7)
    cut = len(account.people) - n * 7
    ends = account.days[cut:][6::7]
    used = account.people > 0
    first_use = int(used.argmax()) if used.any() else len(used)
    seen = {series: _by_week(counts, cut) for series, counts in account.use.items()}
    known = [cut + i * 7 >= first_use for i in range(n)]
    bands = {series: _bands(account, series, cut, known) for series in account.use}
    people, events = bands[Series.PEOPLE], bands[Series.EVENTS]
    minutes = bands.get(Series.MINUTES, [_UNKNOWN] * n)
    return tuple(
        Week(
            ends=ends[i],
            actual=round(float(seen[Series.PEOPLE][i])),
            events=round(float(seen[Series.EVENTS][i])),
            minutes=round(float(seen[Series.MINUTES][i])) if Series.MINUTES in seen else None,
            expected=people[i][0],
            low=people[i][1],
            high=people[i][2],
            events_expected=events[i][0],
            events_low=events[i][1],
            events_high=events[i][2],
            minutes_expected=minutes[i][0],
            minutes_low=minutes[i][1],
            minutes_high=minutes[i][2],
        )
        for i in range(n)
    )


def _by_week(days: Floats, cut: int) -> Floats:
    weeks: Floats = days[cut:].reshape(-1, 7).sum(axis=1)
    return weeks


def _bands(account: OneAccount, series: Series, cut: int, known: Sequence[bool]) -> list[_Band]:
    """Return what was to be expected of each week, and between what and what."""
    spread = account.spread(series)
    if spread is None:
        return [_UNKNOWN] * len(known)
    expected = _by_week(account.expected(series), cut)
    low, high = expectation_band(expected, spread[1], spread[0])
    rows = np.stack([expected, low, high], axis=1).round(2).tolist()
    return [(row[0], row[1], row[2]) if is_known else _UNKNOWN for row, is_known in zip(rows, known, strict=True)]


def weeks_from_json(kept: Sequence[Mapping[str, Any]]) -> tuple[Week, ...]:
    """Return the weeks that evidence holds."""
    return tuple(Week(**{**week, "ends": date.fromisoformat(week["ends"])}) for week in kept)


def factors_on(days: Sequence[date], first: date, factors: Sequence[float]) -> Floats:
    """Return the factor of each of these days from a column that begins on `first`; days outside it are as usual."""
    at = [(day - first).days for day in days]
    return np.array([factors[n] if 0 <= n < len(factors) else 1.0 for n in at])


def expected_parts(account: npt.NDArray[np.intp], before: Floats, expected: Floats) -> Floats:
    """Share what was to be expected of each account out among its people (or events), by their part before the decline.

    One entry a person: which account (a row of `expected`), and how much before.
    """
    total = np.bincount(account, before, len(expected))
    shared: Floats = before * (expected / np.maximum(total, 1e-9))[account]
    return shared


def faded_people(person_ids: Sequence[int], expected: Floats, actual: Floats) -> Faded:
    """Say which people of one account are missed since its decline began, those missed most first."""
    by_loss = np.argsort(-(expected - actual), kind="stable")
    regular = [i for i in by_loss if expected[i] >= REGULAR_FROM]
    stopped = [person_ids[i] for i in regular if actual[i] == 0]
    fading = [person_ids[i] for i in regular if 0 < actual[i] <= expected[i] / 2]
    return Faded(regular=len(regular), stopped=tuple(stopped), fading=tuple(fading))


def faded_events(names: Sequence[str], expected: Floats, actual: Floats) -> tuple[FadedEvent, ...]:
    """Say which events of one account are missed since its decline began, those missed most first."""
    by_loss = np.argsort(-(expected - actual), kind="stable")
    missed = [i for i in by_loss if expected[i] >= TELLING_EVENTS and actual[i] <= (1 - TERMS.fall) * expected[i]]
    return tuple(
        FadedEvent(name=names[i], expected=round(float(expected[i]), 1), actual=round(float(actual[i])))
        for i in missed[:EVENTS_NAMED]
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Fall:
    """What was found of one decline, apart from the use itself."""

    since: date
    p_value: float | None
    confidence: float | None
    false_share: float
    leading: Series
    faded: Faded
    events: tuple[FadedEvent, ...] = ()
    at_stake: AtStake | None = None


def decline_evidence(account: OneAccount, fall: Fall) -> dict[str, Any]:
    """Put together what a decline signal rests on, as JSON.

    The comparison runs from the fall's beginning, but over the last four weeks at most, so that it says how things are
    now.
    """
    window = min((account.as_of - fall.since).days + 1, TERMS.told_days)
    series = {}
    for each, counts in account.use.items():
        expected, actual = float(account.expected(each)[-window:].sum()), float(counts[-window:].sum())
        if not np.isnan(expected):
            series[each.value] = {
                "expected": round(expected, 1),
                "actual": round(actual),
                "percent": _percent_down(actual, expected),
            }
    people, events = series[Series.PEOPLE.value], series[Series.EVENTS.value]
    faded = fall.faded
    return {
        "as_of": account.as_of.isoformat(),
        "since": fall.since.isoformat(),
        "window_days": window,
        "leading": fall.leading.value,
        "series": series,
        "percent": series.get(fall.leading.value, people)["percent"],
        "events_percent": events["percent"],
        "expected": people["expected"],
        "actual": people["actual"],
        "expected_events": events["expected"],
        "actual_events": events["actual"],
        "baseline_days": TERMS.baseline_days,
        "p_value": None if fall.p_value is None else float(f"{fall.p_value:.3g}"),
        "confidence": None if fall.confidence is None else round(fall.confidence, 4),
        "false_share": fall.false_share,
        "regular_people": faded.regular,
        "stopped_people": len(faded.stopped),
        "fading_people": len(faded.fading),
        "stopped_person_ids": list(faded.stopped[:PEOPLE_NAMED]),
        "fading_person_ids": list(faded.fading[:PEOPLE_NAMED]),
        "faded_events": [dataclasses.asdict(each) for each in fall.events],
        "at_stake": None if fall.at_stake is None else dataclasses.asdict(fall.at_stake),
        "usual": account.usual,
        "weeks": [dataclasses.asdict(week) | {"ends": week.ends.isoformat()} for week in weeks_of(account)],
    }


def summary_of(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Return the few values of the evidence that the timeline says."""
    return {key: evidence[key] for key in ("percent", "since", "leading", "regular_people", "stopped_people")}


def ratio_of(evidence: Mapping[str, Any]) -> float:
    """Return what is left of what the decline shows in most, by the evidence."""
    leading = evidence["series"][evidence["leading"]]
    return float(leading["actual"]) / max(float(leading["expected"]), 0.1)


def one_account(frame_end: date, usage: Usage, judged: Judged, row: int, usual: Mapping[str, Any]) -> OneAccount:
    """Take one account out of a pass."""
    rows = np.array([row], dtype=np.intp)
    return OneAccount(
        as_of=frame_end,
        use={series: counts[row].astype(np.float64) for series, counts in usage.series.items()},
        factors={series: each.factor(rows)[0] for series, each in judged.rhythms.items()},
        usual=usual,
    )


def _percent_down(actual: float, expected: float) -> int:
    return round(100 * (1 - actual / expected)) if expected > 0 else 0
