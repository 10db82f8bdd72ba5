"""Read a condition from what came in, and say everything that is wrong with it and where."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, get_args, get_origin

import msgspec

from tenure.segments.errors import ConditionWrong
from tenure.segments.rules.leaf_checks import problems_of
from tenure.segments.types import Subject
from tenure.segments.types.conditions import (
    LEAVES,
    All,
    AnyOf,
    Condition,
    Filter,
    Listed,
    Node,
    Not,
    People,
    Step,
    joined,
    kind_of,
    to_json,
)
from tenure.segments.types.problems import Problem, ProblemCode

DEEPEST = 8
MOST_LEAVES = 100

KINDS: dict[str, type[Node]] = {kind_of(t): t for t in (All, AnyOf, Not, *LEAVES) if t is not Listed}
_PARTS: tuple[type[msgspec.Struct], ...] = (Filter, Step)


def read_condition(raw: object, subject: Subject) -> Condition:
    """Read the JSON form of a condition; raises `ConditionWrong` with every problem found."""
    reading = _Reading()
    condition = reading.read(raw, "", 1, subject)
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

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.leaves = 0

    def wrong(self, path: str, code: ProblemCode, **params: str | int) -> None:
        self.problems.append(Problem(path=path, code=code, params=params))

    def read(self, raw: object, path: str, depth: int, subject: Subject) -> Condition | None:
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
                return self._group(raw["conditions"], kind, path, depth, subject)
            case "not":
                inner = self.read(raw["condition"], joined(path, "not"), depth + 1, subject)
                return Not(condition=inner) if inner is not None else None
            case _:
                return self._leaf(raw, KINDS[kind], path, depth, subject)

    def _group(self, listed: object, kind: str, path: str, depth: int, subject: Subject) -> All | AnyOf | None:
        if not isinstance(listed, (list, tuple)):
            self.wrong(joined(path, kind), ProblemCode.LIST_NEEDED)
            return None
        if not listed:
            self.wrong(joined(path, kind), ProblemCode.GROUP_EMPTY)
            return None
        read = [self.read(each, joined(path, f"{kind}[{i}]"), depth + 1, subject) for i, each in enumerate(listed)]
        whole = tuple(each for each in read if each is not None)
        if len(whole) < len(read):
            return None
        return All(conditions=whole) if kind == "all" else AnyOf(conditions=whole)

    def _leaf(
        self, raw: Mapping[str, Any], made: type[Node], path: str, depth: int, subject: Subject
    ) -> Condition | None:
        self.leaves += 1
        before = len(self.problems)
        values = self._values(raw, made, path, "condition")
        if made is People and raw.get("condition") is not None:
            values["condition"] = self.read(raw["condition"], joined(path, "condition"), depth + 1, Subject.PERSON)
        if len(self.problems) > before:
            return None
        leaf: Any = made(**values)
        self.problems += problems_of(leaf, path, subject)
        read: Condition = leaf
        return read

    def _values(self, raw: Mapping[str, Any], made: type[msgspec.Struct], path: str, *besides: str) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for field in msgspec.structs.fields(made):
            if field.name not in raw or field.name in besides:
                continue
            at = joined(path, field.name)
            part = _part_of(field.type)
            if part is not None:
                values[field.name] = self._parts(raw[field.name], part, at)
                continue
            try:
                values[field.name] = msgspec.convert(raw[field.name], field.type)
            except (msgspec.ValidationError, UnicodeEncodeError):  # half of a character is none of the choices
                self._wrong_value(raw[field.name], field.type, at)
        return values

    def _wrong_value(self, given: object, wanted: Any, at: str) -> None:
        inside: Any = get_args(wanted)[0] if get_origin(wanted) is tuple else None
        if _is_choice(wanted):
            self.wrong(at, ProblemCode.CHOICE_UNKNOWN, given=str(given)[:60], choices=", ".join(wanted))
        elif _is_choice(inside) and isinstance(given, (list, tuple)):
            for i, each in enumerate(given):
                if each not in tuple(inside):
                    self._wrong_value(each, inside, f"{at}[{i}]")
        else:
            self.wrong(at, ProblemCode.TYPE_WRONG)

    def _parts(self, listed: object, made: type[msgspec.Struct], path: str) -> tuple[Any, ...]:
        if not isinstance(listed, (list, tuple)):
            self.wrong(path, ProblemCode.LIST_NEEDED)
            return ()
        read: list[Any] = []
        for i, raw in enumerate(listed):
            at, before = f"{path}[{i}]", len(self.problems)
            if not isinstance(raw, Mapping):
                self.wrong(at, ProblemCode.NOT_AN_OBJECT)
            elif self._has_its_fields(raw, made, at):
                values = self._values(raw, made, at)
                if len(self.problems) == before:
                    read.append(made(**values))
        return tuple(read)

    def _has_its_fields(self, raw: Mapping[str, Any], made: type[msgspec.Struct], path: str) -> bool:
        before = len(self.problems)
        fields = {f.name: f for f in msgspec.structs.fields(made)}
        for key in raw:
            if (key != "kind" or made in _PARTS) and key not in fields:
                self.wrong(joined(path, str(key)), ProblemCode.FIELD_UNKNOWN, choices=", ".join(sorted(fields)))
        for field in fields.values():
            if field.required and field.name not in raw:
                self.wrong(joined(path, field.name), ProblemCode.FIELD_MISSING)
        return len(self.problems) == before


def _is_choice(type_: Any) -> bool:
    return isinstance(type_, type) and issubclass(type_, StrEnum)


def _part_of(type_: Any) -> type[msgspec.Struct] | None:
    """Return what a tuple is made of, where its parts have fields of their own."""
    inside = get_args(type_)[:1] if get_origin(type_) is tuple else ()
    return inside[0] if inside and inside[0] in _PARTS else None
