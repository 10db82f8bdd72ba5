"""How a fact, a property of an event or what was once said is compared: typed operators as boolean expressions.

Each is read before as lower-cased text, a number or a moment (`readings`), so engines compare only what is the same
everywhere. Never null, so that "not" is exact.
"""

from functools import reduce
from operator import or_
from typing import Any, Protocol, assert_never

from tenure.lake.lazily import ibis
from tenure.segments.rules.leaf_checks import microseconds_of, moment
from tenure.segments.types.conditions import (
    AgeOperator,
    FactKind,
    TimesOperator,
    TraitOperator,
    TraitValue,
)

DAY = 86_400_000_000
"""Microseconds in a day."""


class Comparison(Protocol):
    """What compares something with a value."""

    @property
    def operator(self) -> TraitOperator: ...

    @property
    def value(self) -> TraitValue | tuple[TraitValue, ...] | None: ...


def kinds_of(leaf: Comparison) -> tuple[FactKind, ...]:
    """Return the readings that the comparison needs, the one worth showing first."""
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


def holds(leaf: Comparison, readings: dict[FactKind, Any], now: Any) -> Any:
    """Return whether what was read compares so; `now` is in microseconds since 1970, as moments are."""
    value: Any = leaf.value
    match leaf.operator:
        case TraitOperator.IS:
            return equals(readings, value)
        case TraitOperator.IS_NOT:
            return ~equals(readings, value)
        case TraitOperator.ONE_OF:
            return reduce(or_, [equals(readings, each) for each in value])
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
            return aged(now, readings[FactKind.MOMENT], AgeOperator.WITHIN_LAST_DAYS, value)
        case TraitOperator.MORE_THAN_DAYS_AGO:
            return aged(now, readings[FactKind.MOMENT], AgeOperator.MORE_THAN_DAYS_AGO, value)
        case TraitOperator.WITHIN_NEXT_DAYS:
            ahead = readings[FactKind.MOMENT] - now
            return ((ahead >= 0) & (ahead <= value * DAY)).fill_null(False)
        case _:
            assert_never(leaf.operator)


def equals(readings: dict[FactKind, Any], value: Any) -> Any:
    """Return whether what was read is a value: as a number where that is one, else as text."""
    if is_number(value):
        return (readings[FactKind.NUMBER] == _number(value)).fill_null(False)
    text = ("true" if value else "false") if isinstance(value, bool) else lowered(value)
    return (readings[FactKind.TEXT] == text).fill_null(False)


def _number(value: float) -> Any:
    return ibis.literal(float(value), "float64")


def counted(n: Any, operator: TimesOperator, times: int) -> Any:
    """Return whether a count is at least, at most or exactly so many."""
    match operator:
        case TimesOperator.AT_LEAST:
            return n >= times
        case TimesOperator.AT_MOST:
            return n <= times
        case TimesOperator.EXACTLY:
            return n == times
        case _:
            assert_never(operator)


def aged(now: Any, at: Any, operator: AgeOperator, days: int) -> Any:
    """Return whether a moment is so long ago; false of none."""
    age = now - at
    match operator:
        case AgeOperator.MORE_THAN_DAYS_AGO:
            return (age > days * DAY).fill_null(False)
        case AgeOperator.WITHIN_LAST_DAYS:
            return ((age >= 0) & (age <= days * DAY)).fill_null(False)
        case AgeOperator.EXACTLY_DAYS_AGO:
            return ((age >= days * DAY) & (age < (days + 1) * DAY)).fill_null(False)
        case _:
            assert_never(operator)


def is_number(value: object) -> bool:
    """Tell a number from a yes or no, which Python counts as one."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def lowered(text: str) -> str:
    """Return text as it is compared: without regard to case."""
    return text.lower()


def microseconds(text: str) -> int:
    """Return an ISO 8601 moment as microseconds since 1970."""
    at = moment(text)
    if at is None:
        raise ValueError(f"not a moment: {text!r}")
    return microseconds_of(at)
