"""What somebody who judged every day anew would have noticed: alarms, and when each passed."""

import dataclasses
from collections.abc import Callable, Iterable
from typing import Protocol

import numpy as np

from tenure.stats.decline import Judged, Usual, Verdict, allowance, judge, recovered
from tenure.stats.rhythm import Ints
from tenure.stats.survival import Booleans, Floats
from tenure.stats.usage import Series, Terms, Usage


@dataclasses.dataclass(frozen=True, kw_only=True)
class Alarm:
    """One account was noticed on a day; `since` is how many days before that its decline had begun."""

    row: int
    day: int
    since: int
    leading: Series
    ratio: float
    q_value: float
    passed_on: int | None = None


class Beyond(Protocol):
    """Says which of the accounts that seem to decline have faded in more than one person."""

    def __call__(self, day: int, rows: Ints, since: Ints, leading: list[Series], expected: Floats) -> Booleans:
        """Answer for rows of the usage of a day; `since` are columns of it, `expected` that of the leading series."""
        ...


def watch(
    days: Iterable[int], usage_on: Callable[[int], Usage], beyond: Beyond, terms: Terms, *, every: int = 1
) -> list[Alarm]:
    """Judge on each of these days in turn what was known then; the rows of the usage are the same accounts each day.

    The days are `every` so many apart.
    """
    alarms: list[Alarm] = []
    open_now: dict[int, int] = {}
    usual: Usual | None = None
    opened: dict[int, int] = {}
    for day in days:
        usage = usage_on(day)
        is_open = np.zeros(usage.people.shape[0], dtype=np.bool_)
        is_open[list(open_now)] = True
        lately = sum(n for when, n in opened.items() if when > day - terms.memory_days)
        judged = judge(usage, terms=terms, known=is_open, rate=allowance(lately, terms, every))
        if open_now and usual is not None:
            for row in _passed(usage, judged, usual, open_now, alarms, terms):
                alarms[open_now[row]] = dataclasses.replace(alarms[open_now[row]], passed_on=day)
                del open_now[row]
        fresh = np.flatnonzero(judged.verdict == Verdict.DECLINING)
        if not fresh.size:
            continue
        leading: list[Series] = judged.leading[fresh].tolist()
        expected = np.array([judged.compared[s].expected[row] for s, row in zip(leading, fresh, strict=True)])
        fresh = fresh[beyond(day, fresh, judged.since[fresh], leading, expected)]
        usual = _kept(usual, judged, fresh)
        opened[day] = len(fresh)
        for row in fresh.tolist():
            open_now[row] = len(alarms)
            series = judged.leading[row]
            alarms.append(
                Alarm(
                    row=row,
                    day=day,
                    since=terms.days - 1 - int(judged.since[row]),
                    leading=series,
                    ratio=float(judged.compared[series].ratio[row]),
                    q_value=float(judged.q_value[row]),
                )
            )
    return alarms


def _passed(
    usage: Usage, judged: Judged, usual: Usual, open_now: dict[int, int], alarms: list[Alarm], terms: Terms
) -> list[int]:
    rows = np.array(list(open_now), dtype=np.intp)
    kept = Usual(
        people=usual.people[rows],
        events=usual.events[rows],
        dispersion=usual.dispersion[rows],
        people_seen=usual.people_seen[rows],
        minutes=None if usual.minutes is None else usual.minutes[rows],
    )
    factors = {series: each.factor(rows) for series, each in judged.rhythms.items()}
    leading = [alarms[open_now[row]].leading for row in rows.tolist()]
    back = recovered(usage.of(rows), kept, factors, leading, terms)
    found: list[int] = rows[back].tolist()
    return found


def _kept(usual: Usual | None, judged: Judged, fresh: Ints) -> Usual:
    """Return the usual weeks of all accounts, those that have just begun to decline as they are now."""
    if usual is None:
        return judged.usual
    for name in ("people", "events", "dispersion", "people_seen", "minutes"):
        column = getattr(usual, name)
        if column is not None:
            column[fresh] = getattr(judged.usual, name)[fresh]
    return usual
