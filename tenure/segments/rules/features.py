"""What conditions need to know of each account or person: every fact and count once, as columns of a wide table."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, assert_never

from tenure.lake.lazily import ibis
from tenure.segments.types import Subject
from tenure.segments.types.conditions import (
    Churned,
    Condition,
    LastPerformed,
    LastSeen,
    Leaf,
    NotPerformed,
    Owner,
    Performed,
    RandomBucket,
    SignedUp,
    Trait,
    TraitOperator,
    Usage,
    UsageChange,
    UsageMeasure,
    leaves,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

DAY = 86_400_000_000
"""Microseconds in a day."""

FACTS = "segment_facts"
PERSON_DAY = "segment_person_day"
CALENDAR = "segment_calendar"
LIFETIMES = "segment_lifetimes"
FEATURES = "segment_features"

_OWN_FACTS = {
    "id": "int64",
    "now": "int64",
    "signed_up": "int64",
    "last_seen": "int64",
    "churned": "boolean",
    "owner_id": "int64",
}
_PERSON_DAY = {"account_id": "int64", "person_id": "int64", "event": "string", "n": "int64", "dt": "date"}
_CALENDAR = {"dt": "date", "age": "int32"}
_LIFETIMES = {"id": "int64", "event": "string", "n": "int64", "first": "int64", "last": "int64"}


class FactKind(StrEnum):
    """How a trait is read for a comparison: lower-cased text, a number, or a moment in microseconds."""

    TEXT = "string"
    NUMBER = "float64"
    MOMENT = "int64"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Needs:
    """What a pass must be given: trait columns, hash columns, and how far back use is looked at."""

    traits: dict[tuple[str, FactKind], str]
    salts: dict[str, str]
    oldest_age: int | None
    lifetime_events: frozenset[str]


class Columns:
    """The features a set of conditions needs, each once, and what they are called."""

    def __init__(self, conditions: Sequence[Condition], subject: Subject) -> None:
        self.conditions = conditions
        self._id = "account_id" if subject is Subject.ACCOUNT else "person_id"
        self.traits: dict[tuple[str, FactKind], str] = {}
        self.salts: dict[str, str] = {}
        self.counts: dict[tuple[str, int], str] = {}
        self.uses: dict[tuple[UsageMeasure, int, int], str] = {}
        self.lifetimes: dict[str, str] = {}
        for condition in conditions:
            for _, leaf in leaves(condition):
                self._collect(leaf)
        ages = [days for _, days in self.counts] + [high for _, _, high in self.uses]
        self.needs = Needs(
            traits=self.traits,
            salts=self.salts,
            oldest_age=max(ages, default=None),
            lifetime_events=frozenset(self.lifetimes),
        )

    def _collect(self, leaf: Leaf) -> None:
        match leaf:
            case Trait():
                for kind in kinds_of(leaf):
                    self.traits.setdefault((leaf.name, kind), f"trait{len(self.traits)}")
            case Performed() | NotPerformed():
                if leaf.days is None:
                    self.lifetimes.setdefault(leaf.event, f"ever{len(self.lifetimes)}")
                else:
                    self.counts.setdefault((leaf.event, leaf.days), f"count{len(self.counts)}")
            case LastPerformed():
                self.lifetimes.setdefault(leaf.event, f"ever{len(self.lifetimes)}")
            case Usage():
                self.uses.setdefault((leaf.measure, 0, leaf.days), f"use{len(self.uses)}")
            case UsageChange():
                for low, high in complete_days(leaf):
                    self.uses.setdefault((leaf.measure, low, high), f"use{len(self.uses)}")
            case RandomBucket():
                self.salts.setdefault(leaf.salt, f"bucket{len(self.salts)}")
            case SignedUp() | LastSeen() | Churned() | Owner():
                pass
            case _:
                assert_never(leaf)

    def features(self) -> "ir.Table":
        """Return the wide table: facts, with the counts of use beside them."""
        schema = _OWN_FACTS | {column: str(kind) for (_, kind), column in self.traits.items()}
        schema |= dict.fromkeys(self.salts.values(), "int32")
        facts = wide = ibis.table(ibis.schema(schema), name=FACTS)
        for counted in (*self._use(facts), *self._life()):
            found = counted.rename(counted_id="id")
            wide = wide.left_join(found, wide.id == found.counted_id).drop("counted_id")
        return wide

    def _use(self, facts: "ir.Table") -> "Iterator[ir.Table]":
        if not self.counts and not self.uses:
            return
        use = ibis.table(_PERSON_DAY, name=PERSON_DAY)
        if not self.uses:
            use = use.filter(use.event.isin(sorted({event for event, _ in self.counts})))
        days = use.inner_join(ibis.table(_CALENDAR, name=CALENDAR), "dt").semi_join(facts, [(self._id, "id")])
        sums = {
            column: days.n.sum(where=(days.event == event) & (days.age <= age))
            for (event, age), column in self.counts.items()
        }
        sums |= {
            column: days.n.sum(where=_between(days.age, low, high))
            for (low, high), column in self._windows(UsageMeasure.EVENTS).items()
        }
        people = self._windows(UsageMeasure.ACTIVE_PEOPLE)
        if people:
            yield _by_id(days, self._id, "person_id", sums, people)
        elif sums:
            yield days.group_by(id=days[self._id]).aggregate(**sums)
        if active := self._windows(UsageMeasure.ACTIVE_DAYS):
            yield _by_id(days, self._id, "age", {}, active)

    def _windows(self, measure: UsageMeasure) -> dict[tuple[int, int], str]:
        return {(low, high): column for (of, low, high), column in self.uses.items() if of is measure}

    def _life(self) -> "Iterator[ir.Table]":
        if not self.lifetimes:
            return
        life = ibis.table(_LIFETIMES, name=LIFETIMES)
        made: dict[str, Any] = {}
        for event, column in self.lifetimes.items():
            made[f"{column}_n"] = life.n.sum(where=life.event == event)
            made[f"{column}_last"] = life["last"].max(where=life.event == event)
        yield life.group_by("id").aggregate(**made)


def _by_id(
    days: "ir.Table", id_: str, distinct: str, sums: Mapping[str, Any], windows: Mapping[tuple[int, int], str]
) -> "ir.Table":
    """Sum up, and count how many distinct people (or days) there were in each window.

    Grouping twice takes half as long as DISTINCT for every window: 46 ms against 108 ms for four windows of 456 k rows.
    """
    seen = {column: _between(days.age, low, high).any() for (low, high), column in windows.items()}
    once = days.group_by(id=days[id_], counted=days[distinct]).aggregate(**sums, **seen)
    totals = {column: once[column].sum() for column in sums}
    totals |= {column: once[column].cast("int64").sum() for column in windows.values()}
    return once.group_by("id").aggregate(**totals)


def _between(age: Any, low: int, high: int) -> Any:
    return (age >= low) & (age <= high)


def kinds_of(leaf: Trait) -> tuple[FactKind, ...]:
    """Return the readings of the trait that the comparison needs, the one worth showing first."""
    match leaf.operator:
        case TraitOperator.MORE_THAN | TraitOperator.LESS_THAN | TraitOperator.BETWEEN:
            return (FactKind.NUMBER,)
        case (
            TraitOperator.BEFORE
            | TraitOperator.AFTER
            | TraitOperator.WITHIN_LAST_DAYS
            | TraitOperator.MORE_THAN_DAYS_AGO
            | TraitOperator.WITHIN_NEXT_DAYS
        ):
            return (FactKind.MOMENT,)
        case TraitOperator.IS | TraitOperator.IS_NOT | TraitOperator.ONE_OF:
            values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
            return (FactKind.TEXT, FactKind.NUMBER) if any(map(is_number, values)) else (FactKind.TEXT,)
        case _:
            return (FactKind.TEXT,)


def is_number(value: object) -> bool:
    """Tell a number from a yes or no, which Python counts as one."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def complete_days(leaf: UsageChange) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the youngest and oldest day's age of the last complete days, and of those before them."""
    return (1, leaf.days), (leaf.days + 1, 2 * leaf.days)
