"""How the engine counts use for scorecards: everything any of them reads, a column each, as one Ibis expression.

It reads two named tables: `health_person_day` (use per account, person, event and day) and `health_calendar` (the days
that matter with their `age`; 0 is today, UTC), and, where only some accounts are wanted, `health_wanted`.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tenure.health.types.scorecards import Adoption, EventTimes, Input, Trend, Use, UseMeasure
from tenure.lake.lazily import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

PERSON_DAY = "health_person_day"
CALENDAR = "health_calendar"
WANTED = "health_wanted"
_PERSON_DAY = {"account_id": "int64", "person_id": "int64", "event": "string", "n": "int64", "dt": "date"}
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


def counted(wanted: tuple[Window, ...], *, only_some: bool) -> "ir.Table":
    """Count use: a row for each account with any, and a column `c0`, `c1`, … for each window."""
    use = ibis.table(_PERSON_DAY, name=PERSON_DAY)
    days = use.inner_join(ibis.table(_CALENDAR, name=CALENDAR), "dt")
    days = days.filter(days.account_id != 0)
    if only_some:
        days = days.semi_join(ibis.table({"id": "int64"}, name=WANTED), [("account_id", "id")])
    columns = {window: f"c{n}" for n, window in enumerate(wanted)}
    events = {c: days.n.sum(where=_held(days, w)) for w, c in columns.items() if w.measure is UseMeasure.EVENTS}
    people = {c: _held(days, w) for w, c in columns.items() if w.measure is UseMeasure.ACTIVE_PEOPLE}
    active = {c: _held(days, w) for w, c in columns.items() if w.measure is UseMeasure.ACTIVE_DAYS}
    parts = []
    if events or people:
        parts.append(_by_account(days, "person_id", events, people) if people else _summed(days, events))
    if active:
        parts.append(_by_account(days, "age", {}, active))
    whole = parts[0]
    for n, part in enumerate(parts[1:]):
        other = part.rename(**{f"id{n}": "id"})
        whole = whole.left_join(other, whole.id == other[f"id{n}"]).drop(f"id{n}")
    return whole.select("id", **{c: whole[c].fill_null(0).cast("int64") for c in columns.values()})


def _held(days: "ir.Table", window: Window) -> Any:
    held = (days.age >= window.low) & (days.age <= window.high)
    return held & (days.event == window.event) if window.event else held


def _summed(days: "ir.Table", events: Mapping[str, Any]) -> "ir.Table":
    return days.group_by(id=days.account_id).aggregate(**events)


def _by_account(days: "ir.Table", distinct: str, sums: Mapping[str, Any], seen: Mapping[str, Any]) -> "ir.Table":
    """Sum up, and count distinct people (or days) in each window: grouping twice takes half of DISTINCT's time."""
    there = {column: held.any() for column, held in seen.items()}
    once = days.group_by(id=days.account_id, counted=days[distinct]).aggregate(**sums, **there)
    totals = {column: once[column].sum() for column in sums}
    totals |= {column: once[column].cast("int64").sum() for column in seen}
    return once.group_by("id").aggregate(**totals)


def last_seen() -> "ir.Table":
    """Say how many days ago each account was last used, as far back as the calendar goes: `id` and `days`."""
    use = ibis.table(_PERSON_DAY, name=PERSON_DAY)
    days = use.inner_join(ibis.table(_CALENDAR, name=CALENDAR), "dt")
    days = days.filter(days.account_id != 0)
    return days.group_by(id=days.account_id).aggregate(days=days.age.min().cast("int64"))


def oldest_age(wanted: tuple[Window, ...]) -> int:
    """Return how many days back the windows go."""
    return max((window.high for window in wanted), default=0)
