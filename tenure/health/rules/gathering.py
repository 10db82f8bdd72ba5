"""How the engine counts use for scorecards: everything any of them reads, a column each, as two Ibis expressions.

They read named tables: `health_account_day` (use per account and day), `health_person_day` (per account, person, event
and day), `health_calendar` (the days that matter with their `age`; 0 is today, UTC), and, where only some accounts are
wanted, `health_wanted`.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tenure.health.types.scorecards import Adoption, EventTimes, Input, Trend, Use, UseMeasure
from tenure.lake.lazily import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

PERSON_DAY = "health_person_day"
ACCOUNT_DAY = "health_account_day"
CALENDAR = "health_calendar"
WANTED = "health_wanted"
_PERSON_DAY = {"account_id": "int64", "person_id": "int64", "event": "string", "n": "int64", "dt": "date"}
_ACCOUNT_DAY = {"account_id": "int64", "events": "int64", "dt": "date"}
_CALENDAR = {"dt": "date", "age": "int32"}


@dataclasses.dataclass(frozen=True, order=True)
class Window:
    """One count: of events, people or days (or of one event) between two ages of days, both included."""

    measure: UseMeasure
    low: int
    high: int
    event: str = ""


def windows_of(inputs: Iterable[Input]) -> tuple[Window, ...]:
    """Return the counts that inputs need, each once, in a fixed order."""
    return tuple(sorted({window for each in inputs for window in windows(each)}))


def windows(reads: Input) -> tuple[Window, ...]:
    """Return the counts one input needs; of a trend the later days and those before them."""
    match reads:
        case Use():
            return (Window(reads.measure, 0, reads.days),)
        case EventTimes():
            return (Window(UseMeasure.EVENTS, 0, reads.days, reads.event),)
        case Adoption():
            return (Window(UseMeasure.ACTIVE_PEOPLE, 0, reads.days),)
        case Trend():
            return (
                Window(reads.measure, 1, reads.days),
                Window(reads.measure, reads.days + 1, 2 * reads.days),
            )
        case _:
            return ()


def of_accounts(wanted: Iterable[Window]) -> tuple[Window, ...]:
    """Return the counts that the rollup by account and day answers, which is a fraction of the one by person."""
    days = (UseMeasure.EVENTS, UseMeasure.ACTIVE_DAYS)
    return tuple(window for window in wanted if window.measure in days and not window.event)


def of_people(wanted: Iterable[Window]) -> tuple[Window, ...]:
    """Return the counts that need to know who did what."""
    whole = tuple(wanted)
    return tuple(window for window in whole if window not in of_accounts(whole))


def counted_of_accounts(wanted: tuple[Window, ...], *, only_some: bool) -> "ir.Table":
    """Count events and days: a row for each account with any, and a column `c0`, `c1`, … for each window."""
    days = _days(ACCOUNT_DAY, _ACCOUNT_DAY, only_some=only_some)
    counts = {
        f"c{n}": _summed(days.events, _held(days, window))
        if window.measure is UseMeasure.EVENTS
        else days.count(where=_held(days, window))
        for n, window in enumerate(wanted)
    }
    return _whole(days.group_by(id=days.account_id).aggregate(**counts), wanted)


def counted_of_people(wanted: tuple[Window, ...], *, only_some: bool) -> "ir.Table":
    """Count people, and single events: a row for each account with any, and a column for each window.

    Grouping by person first and then by account takes half of the time of DISTINCT for every window; sums are not
    carried along, as there are far more people than accounts to keep them for.
    """
    days = _days(PERSON_DAY, _PERSON_DAY, only_some=only_some)
    columns = {window: f"c{n}" for n, window in enumerate(wanted)}
    sums = {c: _summed(days.n, _held(days, w)) for w, c in columns.items() if w.measure is UseMeasure.EVENTS}
    there = {c: _held(days, w).any() for w, c in columns.items() if w.measure is UseMeasure.ACTIVE_PEOPLE}
    summed = days.group_by(id=days.account_id).aggregate(**sums)
    if not there:
        return _whole(summed, wanted)
    once = days.group_by(id=days.account_id, counted=days.person_id).aggregate(**there)
    people = once.group_by("id").aggregate(**{column: once[column].cast("int64").sum() for column in there})
    return _whole(people.inner_join(summed, "id") if sums else people, wanted)


def account_days() -> "ir.Table":
    """Sum use by person up to use by account and day, where only the first is at hand."""
    use = ibis.table(_PERSON_DAY, name=PERSON_DAY)
    return use.group_by("account_id", "dt").aggregate(events=use.n.sum().cast("int64"))


def _days(name: str, columns: Mapping[str, str], *, only_some: bool) -> "ir.Table":
    use = ibis.table(columns, name=name)
    days = use.inner_join(ibis.table(_CALENDAR, name=CALENDAR), "dt")
    days = days.filter(days.account_id != 0)
    return days.semi_join(ibis.table({"id": "int64"}, name=WANTED), [("account_id", "id")]) if only_some else days


def _whole(counts: "ir.Table", wanted: tuple[Window, ...]) -> "ir.Table":
    return counts.select("id", **{f"c{n}": counts[f"c{n}"].fill_null(0).cast("int64") for n in range(len(wanted))})


def _summed(counts: Any, where: Any) -> Any:
    """Sum up as floating point: exact up to 2⁵³ calls, and half as dear as the engine's wide integers."""
    return counts.cast("float64").sum(where=where)


def _held(days: "ir.Table", window: Window) -> Any:
    held = (days.age >= window.low) & (days.age <= window.high)
    return held & (days.event == window.event) if window.event else held


def last_seen() -> "ir.Table":
    """Say how many days ago each account was last used, as far back as the calendar goes: `id` and `days`."""
    use = ibis.table(_PERSON_DAY, name=PERSON_DAY)
    days = use.inner_join(ibis.table(_CALENDAR, name=CALENDAR), "dt")
    days = days.filter(days.account_id != 0)
    return days.group_by(id=days.account_id).aggregate(days=days.age.min().cast("int64"))


def oldest_age(wanted: tuple[Window, ...]) -> int:
    """Return how many days back the windows go."""
    return max((window.high for window in wanted), default=0)
