"""How the engine computes conditions: all segments of one subject in one wide pass of booleans, as Ibis expressions.

The pass reads three named tables that its caller provides:

- `segment_facts`: a row per account (or person): `id`, `now` (microseconds since 1970), and a column per needed fact;
- `segment_days`: use per id, person, event and day; a day is given as its `age` (0 is today, UTC), which the caller
  attaches through a small calendar, so that no expression mentions a moment and its SQL can be kept and used again;
- `segment_lifetimes`: use per id and event since the beginning.

It goes in two steps, each one expression: *features* (facts beside counts, one row per id) and, over those, *verdicts*
(one boolean per segment) or *evidence* (the value and truth of every leaf). Only equi-joins, and integers throughout.
"""

import dataclasses
from collections.abc import Sequence
from enum import StrEnum
from functools import reduce
from operator import and_, or_
from typing import Any, assert_never

import ibis
import ibis.expr.types as ir

from tenure.segments.rules.checking import moment
from tenure.segments.types.conditions import (
    AgeOperator,
    All,
    AnyOf,
    Churned,
    Condition,
    Direction,
    LastPerformed,
    LastSeen,
    Leaf,
    Not,
    NotPerformed,
    Owner,
    OwnerOperator,
    Performed,
    RandomBucket,
    SignedUp,
    TimesOperator,
    Trait,
    TraitOperator,
    Usage,
    UsageChange,
    UsageMeasure,
    leaves,
)

DAY = 86_400_000_000
"""Microseconds in a day."""

FACTS = "segment_facts"
DAYS = "segment_days"
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
_DAYS = ibis.schema({"id": "int64", "person_id": "int64", "event": "string", "n": "int64", "age": "int32"})
_LIFETIMES = ibis.schema({"id": "int64", "event": "string", "n": "int64", "first": "int64", "last": "int64"})


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


@dataclasses.dataclass(frozen=True, kw_only=True)
class Pass:
    """A compiled set of conditions; `keys` name them in the order of their verdict columns `s0`, `s1`, …

    The evidence of leaf `k` of condition `i` is in the columns `v{i}_{k}` (its value) and `t{i}_{k}` (its truth).
    """

    keys: tuple[int, ...]
    conditions: tuple[Condition, ...]
    needs: Needs
    features: ir.Table
    verdicts: ir.Table
    evidence: ir.Table

    def whole(self) -> ir.Table:
        """Return features and verdicts as the one expression they are together."""
        tables = _Columns(self.conditions)
        return tables.verdicts(tables.features())


def compile_pass(conditions: Sequence[tuple[int, Condition]]) -> Pass:
    """Compile conditions, each under a key, into one pass."""
    trees = tuple(condition for _, condition in conditions)
    columns = _Columns(trees)
    features = columns.features()
    kept = ibis.table(features.schema(), name=FEATURES)
    return Pass(
        keys=tuple(key for key, _ in conditions),
        conditions=trees,
        needs=columns.needs,
        features=features,
        verdicts=columns.verdicts(kept),
        evidence=columns.evidence(kept),
    )


class _Columns:
    """The features a set of conditions needs, each once, and what they are called."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self.conditions = conditions
        self._traits: dict[tuple[str, FactKind], str] = {}
        self._salts: dict[str, str] = {}
        self._counts: dict[tuple[str, int], str] = {}
        self._uses: dict[tuple[UsageMeasure, int, int], str] = {}
        self._lifetimes: dict[str, str] = {}
        for condition in conditions:
            for _, leaf in leaves(condition):
                self._collect(leaf)
        ages = [days for _, days in self._counts] + [high for _, _, high in self._uses]
        self.needs = Needs(
            traits=self._traits,
            salts=self._salts,
            oldest_age=max(ages, default=None),
            lifetime_events=frozenset(self._lifetimes),
        )

    def _collect(self, leaf: Leaf) -> None:
        match leaf:
            case Trait():
                for kind in _kinds_of(leaf):
                    self._traits.setdefault((leaf.name, kind), f"trait{len(self._traits)}")
            case Performed() | NotPerformed():
                if leaf.days is None:
                    self._lifetimes.setdefault(leaf.event, f"ever{len(self._lifetimes)}")
                else:
                    self._counts.setdefault((leaf.event, leaf.days), f"count{len(self._counts)}")
            case LastPerformed():
                self._lifetimes.setdefault(leaf.event, f"ever{len(self._lifetimes)}")
            case Usage():
                self._uses.setdefault((leaf.measure, 0, leaf.days), f"use{len(self._uses)}")
            case UsageChange():
                for low, high in _complete_days(leaf):
                    self._uses.setdefault((leaf.measure, low, high), f"use{len(self._uses)}")
            case RandomBucket():
                self._salts.setdefault(leaf.salt, f"bucket{len(self._salts)}")
            case SignedUp() | LastSeen() | Churned() | Owner():
                pass
            case _:
                assert_never(leaf)

    # -- features

    def features(self) -> ir.Table:
        schema = _OWN_FACTS | {column: str(kind) for (_, kind), column in self._traits.items()}
        schema |= dict.fromkeys(self._salts.values(), "int32")
        wide = ibis.table(ibis.schema(schema), name=FACTS)
        for counted in (self._use(), self._life()):
            if counted is not None:
                found = counted.rename(counted_id="id")
                wide = wide.left_join(found, wide.id == found.counted_id).drop("counted_id")
        return wide

    def _use(self) -> ir.Table | None:
        days = ibis.table(_DAYS, name=DAYS)
        made: dict[str, Any] = {}
        for (event, age), column in self._counts.items():
            made[column] = days.n.sum(where=(days.event == event) & (days.age <= age))
        for (measure, low, high), column in self._uses.items():
            where = (days.age >= low) & (days.age <= high)
            match measure:
                case UsageMeasure.EVENTS:
                    made[column] = days.n.sum(where=where)
                case UsageMeasure.ACTIVE_PEOPLE:
                    made[column] = days.person_id.nunique(where=where)
                case UsageMeasure.ACTIVE_DAYS:
                    made[column] = days.age.nunique(where=where)
                case _:
                    assert_never(measure)
        if not made:
            return None
        if not self._uses:
            days = days.filter(days.event.isin(sorted({event for event, _ in self._counts})))
        return days.group_by("id").aggregate(**made)

    def _life(self) -> ir.Table | None:
        if not self._lifetimes:
            return None
        life = ibis.table(_LIFETIMES, name=LIFETIMES)
        made: dict[str, Any] = {}
        for event, column in self._lifetimes.items():
            made[f"{column}_n"] = life.n.sum(where=life.event == event)
            made[f"{column}_last"] = life["last"].max(where=life.event == event)
        return life.group_by("id").aggregate(**made)

    # -- over the features

    def verdicts(self, features: ir.Table) -> ir.Table:
        judged = {f"s{i}": self._truth(c, features) for i, c in enumerate(self.conditions)}
        return features.select("id", **judged)

    def evidence(self, features: ir.Table) -> ir.Table:
        shown: dict[str, Any] = {}
        for i, condition in enumerate(self.conditions):
            for k, (_, leaf) in enumerate(leaves(condition)):
                value, truth = self._leaf(leaf, features)
                shown[f"v{i}_{k}"] = value
                shown[f"t{i}_{k}"] = truth
        return features.select("id", **shown)

    def _truth(self, condition: Condition, features: ir.Table) -> Any:
        match condition:
            case All():
                return reduce(and_, [self._truth(each, features) for each in condition.conditions])
            case AnyOf():
                return reduce(or_, [self._truth(each, features) for each in condition.conditions])
            case Not():
                return ~self._truth(condition.condition, features)
            case _:
                return self._leaf(condition, features)[1]

    def _leaf(self, leaf: Leaf, row: ir.Table) -> tuple[Any, Any]:
        """Return the value a leaf looks at and whether it holds, never null."""
        match leaf:
            case Trait():
                return self._trait(leaf, row)
            case Performed():
                n = self._times(leaf.event, leaf.days, row)
                return n, _compared(n, leaf.operator, leaf.times)
            case NotPerformed():
                n = self._times(leaf.event, leaf.days, row)
                return n, n == 0
            case LastPerformed():
                last = row[f"{self._lifetimes[leaf.event]}_last"]
                return last, (row.now - last > leaf.days * DAY).fill_null(False)
            case Usage():
                amount = row[self._uses[leaf.measure, 0, leaf.days]].fill_null(0)
                return amount, _compared(amount, leaf.operator, leaf.amount)
            case UsageChange():
                return self._change(leaf, row)
            case SignedUp():
                return row.signed_up, _aged(row, row.signed_up, leaf.operator, leaf.days)
            case LastSeen():
                return row.last_seen, _aged(row, row.last_seen, leaf.operator, leaf.days)
            case Churned():
                churned = row.churned.fill_null(False)
                return churned, churned if leaf.value else ~churned
            case Owner():
                return row.owner_id, _owned(row.owner_id, leaf)
            case RandomBucket():
                bucket = row[self._salts[leaf.salt]]
                return bucket, ((bucket >= leaf.low * 100) & (bucket < leaf.high * 100)).fill_null(False)
            case _:
                assert_never(leaf)

    def _times(self, event: str, days: int | None, row: ir.Table) -> Any:
        column = f"{self._lifetimes[event]}_n" if days is None else self._counts[event, days]
        return row[column].fill_null(0)

    def _change(self, leaf: UsageChange, row: ir.Table) -> tuple[Any, Any]:
        (low, high), (earlier_low, earlier_high) = _complete_days(leaf)
        now = row[self._uses[leaf.measure, low, high]].fill_null(0)
        before = row[self._uses[leaf.measure, earlier_low, earlier_high]].fill_null(0)
        if leaf.direction is Direction.FELL:
            moved = now * 100 <= before * (100 - leaf.percent)
        else:
            moved = now * 100 >= before * (100 + leaf.percent)
        percent = ((now - before) * 100).cast("float64") / before.nullif(0).cast("float64")
        return percent, (before > 0) & moved

    def _trait(self, leaf: Trait, row: ir.Table) -> tuple[Any, Any]:
        kinds = _kinds_of(leaf)
        shown = row[self._traits[leaf.name, kinds[0]]]
        return shown, _trait_truth(leaf, {kind: row[self._traits[leaf.name, kind]] for kind in kinds}, row)


def _trait_truth(leaf: Trait, columns: dict[FactKind, Any], row: ir.Table) -> Any:
    value: Any = leaf.value
    match leaf.operator:
        case TraitOperator.IS:
            return _equals(columns, value)
        case TraitOperator.IS_NOT:
            return ~_equals(columns, value)
        case TraitOperator.ONE_OF:
            return reduce(or_, [_equals(columns, each) for each in value])
        case TraitOperator.CONTAINS:
            return columns[FactKind.TEXT].contains(lowered(value)).fill_null(False)
        case TraitOperator.STARTS_WITH:
            return columns[FactKind.TEXT].startswith(lowered(value)).fill_null(False)
        case TraitOperator.MORE_THAN:
            return (columns[FactKind.NUMBER] > _number(value)).fill_null(False)
        case TraitOperator.LESS_THAN:
            return (columns[FactKind.NUMBER] < _number(value)).fill_null(False)
        case TraitOperator.BETWEEN:
            number = columns[FactKind.NUMBER]
            return ((number >= _number(value[0])) & (number <= _number(value[1]))).fill_null(False)
        case TraitOperator.IS_SET:
            return columns[FactKind.TEXT].notnull()
        case TraitOperator.IS_NOT_SET:
            return columns[FactKind.TEXT].isnull()
        case TraitOperator.BEFORE:
            return (columns[FactKind.MOMENT] < microseconds(value)).fill_null(False)
        case TraitOperator.AFTER:
            return (columns[FactKind.MOMENT] > microseconds(value)).fill_null(False)
        case TraitOperator.WITHIN_LAST_DAYS:
            return _aged(row, columns[FactKind.MOMENT], AgeOperator.WITHIN_LAST_DAYS, value)
        case TraitOperator.MORE_THAN_DAYS_AGO:
            return _aged(row, columns[FactKind.MOMENT], AgeOperator.MORE_THAN_DAYS_AGO, value)
        case TraitOperator.WITHIN_NEXT_DAYS:
            ahead = columns[FactKind.MOMENT] - row.now
            return ((ahead >= 0) & (ahead <= value * DAY)).fill_null(False)
        case _:
            assert_never(leaf.operator)


def _kinds_of(leaf: Trait) -> tuple[FactKind, ...]:
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
            return (FactKind.TEXT, FactKind.NUMBER) if any(map(_is_number, values)) else (FactKind.TEXT,)
        case _:
            return (FactKind.TEXT,)


def _equals(columns: dict[FactKind, Any], value: Any) -> Any:
    if _is_number(value):
        return (columns[FactKind.NUMBER] == _number(value)).fill_null(False)
    text = ("true" if value else "false") if isinstance(value, bool) else lowered(value)
    return (columns[FactKind.TEXT] == text).fill_null(False)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _number(value: float) -> Any:
    return ibis.literal(float(value), "float64")


def _compared(n: Any, operator: TimesOperator, times: int) -> Any:
    match operator:
        case TimesOperator.AT_LEAST:
            return n >= times
        case TimesOperator.AT_MOST:
            return n <= times
        case TimesOperator.EXACTLY:
            return n == times
        case _:
            assert_never(operator)


def _aged(row: ir.Table, at: Any, operator: AgeOperator, days: int) -> Any:
    age = row.now - at
    match operator:
        case AgeOperator.MORE_THAN_DAYS_AGO:
            return (age > days * DAY).fill_null(False)
        case AgeOperator.WITHIN_LAST_DAYS:
            return ((age >= 0) & (age <= days * DAY)).fill_null(False)
        case AgeOperator.EXACTLY_DAYS_AGO:
            return ((age >= days * DAY) & (age < (days + 1) * DAY)).fill_null(False)
        case _:
            assert_never(operator)


def _owned(owner_id: Any, leaf: Owner) -> Any:
    match leaf.operator:
        case OwnerOperator.IS_SET:
            return owner_id.notnull()
        case OwnerOperator.IS_NOT_SET:
            return owner_id.isnull()
        case OwnerOperator.IS:
            return (owner_id == leaf.member_id).fill_null(False)
        case _:
            assert_never(leaf.operator)


def _complete_days(leaf: UsageChange) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the youngest and oldest day's age of the last complete days, and of those before them."""
    return (1, leaf.days), (leaf.days + 1, 2 * leaf.days)


def lowered(text: str) -> str:
    """Return text as it is compared: without regard to case."""
    return text.lower()


def microseconds(text: str) -> int:
    """Return an ISO 8601 moment as microseconds since 1970."""
    at = moment(text)
    if at is None:
        raise ValueError(f"not a moment: {text!r}")
    return int(at.timestamp()) * 1_000_000 + at.microsecond
