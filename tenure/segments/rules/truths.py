"""Whether conditions hold, as boolean expressions over the wide table; never null, so that "not" is exact."""

from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any, assert_never

from tenure.lake.lazily import ibis
from tenure.segments.rules.checking import moment
from tenure.segments.rules.features import DAY, Columns, FactKind, complete_days, is_number, kinds_of
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
)

if TYPE_CHECKING:
    import ibis.expr.types as ir


def truth(condition: Condition, row: "ir.Table", columns: Columns) -> Any:
    """Return whether a condition holds of each row."""
    match condition:
        case All():
            return reduce(and_, [truth(each, row, columns) for each in condition.conditions])
        case AnyOf():
            return reduce(or_, [truth(each, row, columns) for each in condition.conditions])
        case Not():
            return ~truth(condition.condition, row, columns)
        case _:
            return leaf_truth(condition, row, columns)[1]


def leaf_truth(leaf: Leaf, row: "ir.Table", columns: Columns) -> tuple[Any, Any]:
    """Return the value a leaf looks at and whether it holds, never null."""
    match leaf:
        case Trait():
            return _trait(leaf, row, columns)
        case Performed():
            n = _times(leaf.event, leaf.days, row, columns)
            return n, _compared(n, leaf.operator, leaf.times)
        case NotPerformed():
            n = _times(leaf.event, leaf.days, row, columns)
            return n, n == 0
        case LastPerformed():
            last = row[f"{columns.lifetimes[leaf.event]}_last"]
            return last, (row.now - last > leaf.days * DAY).fill_null(False)
        case Usage():
            amount = row[columns.uses[leaf.measure, 0, leaf.days]].fill_null(0)
            return amount, _compared(amount, leaf.operator, leaf.amount)
        case UsageChange():
            return _change(leaf, row, columns)
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
            bucket = row[columns.salts[leaf.salt]]
            return bucket, ((bucket >= leaf.low * 100) & (bucket < leaf.high * 100)).fill_null(False)
        case _:
            assert_never(leaf)


def _times(event: str, days: int | None, row: "ir.Table", columns: Columns) -> Any:
    column = f"{columns.lifetimes[event]}_n" if days is None else columns.counts[event, days]
    return row[column].fill_null(0)


def _change(leaf: UsageChange, row: "ir.Table", columns: Columns) -> tuple[Any, Any]:
    (low, high), (earlier_low, earlier_high) = complete_days(leaf)
    now = row[columns.uses[leaf.measure, low, high]].fill_null(0)
    before = row[columns.uses[leaf.measure, earlier_low, earlier_high]].fill_null(0)
    if leaf.direction is Direction.FELL:
        moved = now * 100 <= before * (100 - leaf.percent)
    else:
        moved = now * 100 >= before * (100 + leaf.percent)
    percent = ((now - before) * 100).cast("float64") / before.nullif(0).cast("float64")
    return percent, (before > 0) & moved


def _trait(leaf: Trait, row: "ir.Table", columns: Columns) -> tuple[Any, Any]:
    kinds = kinds_of(leaf)
    shown = row[columns.traits[leaf.name, kinds[0]]]
    return shown, _trait_truth(leaf, {kind: row[columns.traits[leaf.name, kind]] for kind in kinds}, row)


def _trait_truth(leaf: Trait, readings: dict[FactKind, Any], row: "ir.Table") -> Any:
    value: Any = leaf.value
    match leaf.operator:
        case TraitOperator.IS:
            return _equals(readings, value)
        case TraitOperator.IS_NOT:
            return ~_equals(readings, value)
        case TraitOperator.ONE_OF:
            return reduce(or_, [_equals(readings, each) for each in value])
        case TraitOperator.CONTAINS:
            return readings[FactKind.TEXT].contains(lowered(value)).fill_null(False)
        case TraitOperator.STARTS_WITH:
            return readings[FactKind.TEXT].startswith(lowered(value)).fill_null(False)
        case TraitOperator.MORE_THAN:
            return (readings[FactKind.NUMBER] > _number(value)).fill_null(False)
        case TraitOperator.LESS_THAN:
            return (readings[FactKind.NUMBER] < _number(value)).fill_null(False)
        case TraitOperator.BETWEEN:
            number = readings[FactKind.NUMBER]
            return ((number >= _number(value[0])) & (number <= _number(value[1]))).fill_null(False)
        case TraitOperator.IS_SET:
            return readings[FactKind.TEXT].notnull()
        case TraitOperator.IS_NOT_SET:
            return readings[FactKind.TEXT].isnull()
        case TraitOperator.BEFORE:
            return (readings[FactKind.MOMENT] < microseconds(value)).fill_null(False)
        case TraitOperator.AFTER:
            return (readings[FactKind.MOMENT] > microseconds(value)).fill_null(False)
        case TraitOperator.WITHIN_LAST_DAYS:
            return _aged(row, readings[FactKind.MOMENT], AgeOperator.WITHIN_LAST_DAYS, value)
        case TraitOperator.MORE_THAN_DAYS_AGO:
            return _aged(row, readings[FactKind.MOMENT], AgeOperator.MORE_THAN_DAYS_AGO, value)
        case TraitOperator.WITHIN_NEXT_DAYS:
            ahead = readings[FactKind.MOMENT] - row.now
            return ((ahead >= 0) & (ahead <= value * DAY)).fill_null(False)
        case _:
            assert_never(leaf.operator)


def _equals(readings: dict[FactKind, Any], value: Any) -> Any:
    if is_number(value):
        return (readings[FactKind.NUMBER] == _number(value)).fill_null(False)
    text = ("true" if value else "false") if isinstance(value, bool) else lowered(value)
    return (readings[FactKind.TEXT] == text).fill_null(False)


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


def _aged(row: "ir.Table", at: Any, operator: AgeOperator, days: int) -> Any:
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


def lowered(text: str) -> str:
    """Return text as it is compared: without regard to case."""
    return text.lower()


def microseconds(text: str) -> int:
    """Return an ISO 8601 moment as microseconds since 1970."""
    at = moment(text)
    if at is None:
        raise ValueError(f"not a moment: {text!r}")
    return int(at.timestamp()) * 1_000_000 + at.microsecond
