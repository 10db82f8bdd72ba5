"""Read a condition from what came in, and say everything that is wrong with it and where."""

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from tenure.segments.errors import ConditionWrong
from tenure.segments.types import Subject
from tenure.segments.types.conditions import (
    LEAVES,
    All,
    AnyOf,
    Churned,
    Condition,
    LastPerformed,
    LastSeen,
    Leaf,
    Node,
    Not,
    NotPerformed,
    Owner,
    OwnerOperator,
    Performed,
    RandomBucket,
    SignedUp,
    Trait,
    TraitOperator,
    Usage,
    UsageChange,
    UsageMeasure,
    joined,
    kind_of,
    to_json,
)
from tenure.segments.types.problems import Problem, ProblemCode

DEEPEST = 8
MOST_LEAVES = 100
MOST_CHOICES = 500
LONGEST_TEXT = 250
MOST_DAYS = 3_650
MOST_TIMES = 1_000_000_000

KINDS: dict[str, type[Node]] = {kind_of(t): t for t in (All, AnyOf, Not, *LEAVES)}
ACCOUNT_ONLY: tuple[type[Node], ...] = (Churned, Owner)


def read_condition(raw: object, subject: Subject) -> Condition:
    """Read the JSON form of a condition; raises `ConditionWrong` with every problem found."""
    reading = _Reading(subject)
    condition = reading.read(raw, "", 1)
    if reading.leaves > MOST_LEAVES:
        reading.wrong("", ProblemCode.TOO_MANY, most=MOST_LEAVES)
    if reading.problems or condition is None:
        raise ConditionWrong(reading.problems)
    return condition


def check(condition: Condition, subject: Subject) -> None:
    """Refuse a condition made in Python for the same reasons; raises `ConditionWrong`."""
    read_condition(to_json(condition), subject)


class _Reading:
    """One walk through what came in, gathering problems on the way."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.problems: list[Problem] = []
        self.leaves = 0

    def wrong(self, path: str, code: ProblemCode, **params: str | int) -> None:
        self.problems.append(Problem(path=path, code=code, params=params))

    def read(self, raw: object, path: str, depth: int) -> Condition | None:
        if not isinstance(raw, Mapping):
            self.wrong(path, ProblemCode.NOT_AN_OBJECT)
            return None
        kind = raw.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            self.wrong(joined(path, "kind"), ProblemCode.KIND_UNKNOWN, kind=str(kind or ""), choices=", ".join(KINDS))
            return None
        if depth > DEEPEST:
            self.wrong(path, ProblemCode.TOO_DEEP, most=DEEPEST)
            return None
        if not self._has_its_fields(raw, KINDS[kind], path):
            return None
        match kind:
            case "all" | "any":
                return self._group(raw["conditions"], kind, path, depth)
            case "not":
                inner = self.read(raw["condition"], joined(path, "not"), depth + 1)
                return Not(condition=inner) if inner is not None else None
            case _:
                return self._leaf(raw, KINDS[kind], path)

    def _group(self, listed: object, kind: str, path: str, depth: int) -> All | AnyOf | None:
        if not isinstance(listed, (list, tuple)):
            self.wrong(joined(path, kind), ProblemCode.LIST_NEEDED)
            return None
        if not listed:
            self.wrong(joined(path, kind), ProblemCode.GROUP_EMPTY)
            return None
        read = [self.read(each, joined(path, f"{kind}[{i}]"), depth + 1) for i, each in enumerate(listed)]
        whole = tuple(each for each in read if each is not None)
        if len(whole) < len(read):
            return None
        return All(conditions=whole) if kind == "all" else AnyOf(conditions=whole)

    def _leaf(self, raw: Mapping[str, Any], made: type[Node], path: str) -> Condition | None:
        self.leaves += 1
        before = len(self.problems)
        values: dict[str, Any] = {}
        for field in msgspec.structs.fields(made):
            if field.name not in raw:
                continue
            try:
                values[field.name] = msgspec.convert(raw[field.name], field.type)
            except msgspec.ValidationError:
                at = joined(path, field.name)
                if isinstance(field.type, type) and issubclass(field.type, StrEnum):
                    given = str(raw[field.name])[:60]
                    self.wrong(at, ProblemCode.CHOICE_UNKNOWN, given=given, choices=", ".join(field.type))
                else:
                    self.wrong(at, ProblemCode.TYPE_WRONG)
        if len(self.problems) > before:
            return None
        leaf: Any = made(**values)
        self.problems += _about(leaf, path, self.subject)
        read: Condition = leaf
        return read

    def _has_its_fields(self, raw: Mapping[str, Any], made: type[Node], path: str) -> bool:
        before = len(self.problems)
        fields = {f.name: f for f in msgspec.structs.fields(made)}
        for key in raw:
            if key != "kind" and key not in fields:
                self.wrong(joined(path, str(key)), ProblemCode.FIELD_UNKNOWN, choices=", ".join(sorted(fields)))
        for field in fields.values():
            if field.required and field.name not in raw:
                self.wrong(joined(path, field.name), ProblemCode.FIELD_MISSING)
        return len(self.problems) == before


def _about(leaf: Leaf, path: str, subject: Subject) -> Iterator[Problem]:
    if subject is not Subject.ACCOUNT and isinstance(leaf, ACCOUNT_ONLY):
        yield Problem(path=joined(path, "kind"), code=ProblemCode.NOT_FOR_SUBJECT)
        return
    match leaf:
        case Trait():
            yield from _text(leaf.name, joined(path, "name"))
            yield from _trait_value(leaf, joined(path, "value"))
        case Performed():
            yield from _text(leaf.event, joined(path, "event"))
            yield from _within(leaf.times, joined(path, "times"), 0, MOST_TIMES)
            yield from _optional_days(leaf.days, path)
        case NotPerformed():
            yield from _text(leaf.event, joined(path, "event"))
            yield from _optional_days(leaf.days, path)
        case LastPerformed():
            yield from _text(leaf.event, joined(path, "event"))
            yield from _within(leaf.days, joined(path, "days"), 0, MOST_DAYS)
        case Usage():
            yield from _measure(leaf.measure, path, subject)
            yield from _within(leaf.amount, joined(path, "amount"), 0, MOST_TIMES)
            yield from _within(leaf.days, joined(path, "days"), 0, MOST_DAYS)
        case UsageChange():
            yield from _measure(leaf.measure, path, subject)
            yield from _within(leaf.percent, joined(path, "percent"), 1, 1_000_000)
            yield from _within(leaf.days, joined(path, "days"), 1, MOST_DAYS // 2)
        case SignedUp() | LastSeen():
            yield from _within(leaf.days, joined(path, "days"), 0, MOST_DAYS)
        case Owner():
            if leaf.operator is OwnerOperator.IS and leaf.member_id is None:
                yield Problem(path=joined(path, "member_id"), code=ProblemCode.VALUE_NEEDED)
            elif leaf.operator is OwnerOperator.IS:
                yield from _within(leaf.member_id or 0, joined(path, "member_id"), 1, 2**63 - 1)
            elif leaf.member_id is not None:
                yield Problem(path=joined(path, "member_id"), code=ProblemCode.VALUE_UNWANTED)
        case RandomBucket():
            yield from _text(leaf.salt, joined(path, "salt"))
            yield from _within(leaf.low, joined(path, "low"), 0, 99)
            yield from _within(leaf.high, joined(path, "high"), 1, 100)
            if leaf.low >= leaf.high:
                yield Problem(path=joined(path, "high"), code=ProblemCode.RANGE_BACKWARDS)
        case Churned():
            pass


def _trait_value(leaf: Trait, at: str) -> Iterator[Problem]:
    value, operator = leaf.value, leaf.operator
    match operator:
        case TraitOperator.IS_SET | TraitOperator.IS_NOT_SET:
            if value is not None:
                yield Problem(path=at, code=ProblemCode.VALUE_UNWANTED)
        case TraitOperator.IS | TraitOperator.IS_NOT:
            yield from _single(value, at)
        case TraitOperator.CONTAINS | TraitOperator.STARTS_WITH:
            if not isinstance(value, str):
                yield Problem(path=at, code=ProblemCode.VALUE_NEEDED if value is None else ProblemCode.TYPE_WRONG)
            else:
                yield from _text(value, at)
        case TraitOperator.ONE_OF:
            if not isinstance(value, tuple) or not value:
                yield Problem(path=at, code=ProblemCode.LIST_NEEDED)
            elif len(value) > MOST_CHOICES:
                yield Problem(path=at, code=ProblemCode.TOO_MANY, params={"most": MOST_CHOICES})
            else:
                for i, each in enumerate(value):
                    yield from _single(each, f"{at}[{i}]")
        case TraitOperator.MORE_THAN | TraitOperator.LESS_THAN:
            yield from _number(value, at)
        case TraitOperator.BETWEEN:
            if not isinstance(value, tuple) or len(value) != 2:
                yield Problem(path=at, code=ProblemCode.LIST_NEEDED, params={"length": 2})
                return
            wrong = [*_number(value[0], f"{at}[0]"), *_number(value[1], f"{at}[1]")]
            yield from wrong
            if not wrong and float(value[0]) > float(value[1]):
                yield Problem(path=at, code=ProblemCode.RANGE_BACKWARDS)
        case TraitOperator.BEFORE | TraitOperator.AFTER:
            if not isinstance(value, str) or moment(value) is None:
                yield Problem(path=at, code=ProblemCode.DATE_NEEDED)
        case TraitOperator.WITHIN_LAST_DAYS | TraitOperator.MORE_THAN_DAYS_AGO | TraitOperator.WITHIN_NEXT_DAYS:
            if not isinstance(value, int) or isinstance(value, bool):
                yield Problem(path=at, code=ProblemCode.NUMBER_NEEDED)
            else:
                yield from _within(value, at, 0, MOST_DAYS)


def _single(value: object, at: str) -> Iterator[Problem]:
    if isinstance(value, str):
        yield from _text(value, at)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from _number(value, at)
    elif value is None:
        yield Problem(path=at, code=ProblemCode.VALUE_NEEDED)
    elif isinstance(value, tuple):
        yield Problem(path=at, code=ProblemCode.TYPE_WRONG)


def _number(value: object, at: str) -> Iterator[Problem]:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        yield Problem(path=at, code=ProblemCode.NUMBER_NEEDED)
    elif abs(value) > 1e15:
        yield Problem(path=at, code=ProblemCode.NUMBER_OUT_OF_RANGE, params={"low": -(10**15), "high": 10**15})


def _text(value: str, at: str) -> Iterator[Problem]:
    if not value.strip():
        yield Problem(path=at, code=ProblemCode.TEXT_MISSING)
    elif len(value) > LONGEST_TEXT:
        yield Problem(path=at, code=ProblemCode.TEXT_TOO_LONG, params={"most": LONGEST_TEXT})
    elif not storable(value):
        yield Problem(path=at, code=ProblemCode.TYPE_WRONG)


def storable(text: str) -> bool:
    """Tell whether the database can keep a text: no NUL, and no half of a character."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _within(value: int, at: str, low: int, high: int) -> Iterator[Problem]:
    if not low <= value <= high:
        yield Problem(path=at, code=ProblemCode.NUMBER_OUT_OF_RANGE, params={"low": low, "high": high})


def _optional_days(days: int | None, path: str) -> Iterator[Problem]:
    if days is not None:
        yield from _within(days, joined(path, "days"), 0, MOST_DAYS)


def _measure(measure: UsageMeasure, path: str, subject: Subject) -> Iterator[Problem]:
    if subject is Subject.PERSON and measure is UsageMeasure.ACTIVE_PEOPLE:
        yield Problem(path=joined(path, "measure"), code=ProblemCode.NOT_FOR_SUBJECT)


def moment(text: str) -> datetime | None:
    """Read an ISO 8601 date or date and time; without an offset it is UTC. None when it is neither."""
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        if len(text) < 16:
            return None
        read = datetime.fromisoformat(text)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
