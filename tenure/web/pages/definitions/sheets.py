"""A definition while somebody changes it by the form: fields in, fields out, however unfinished.

A field is named by its place, as `plans.0.steps.1.title`; how many parts a list has stands in `plans.0.steps:count`;
a condition's own fields begin with its root, as `c_models_0_enters`.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from django.http import QueryDict

from tenure.kernel.written import Problem, Wrong, inside
from tenure.segments.types import Subject
from tenure.segments.types.conditions import Condition
from tenure.segments.types.problems import Problem as ConditionProblem
from tenure.segments.types.problems import ProblemCode
from tenure.web.asked import whole
from tenure.web.pages.definitions.fields import Field, Kind
from tenure.web.pages.segments import drafts

MOST_PARTS = 500
_LONGEST = 20_000
_WHOLE = re.compile(r"[+-]?\d{1,15}")
_BETWEEN = re.compile(r"[,，、;；\n]")
_INDEX = re.compile(r"\[(\d+)\]")
_ORDER = re.compile(r"([a-z_]+):([a-z_0-9.]{1,80})(?::.*)?", re.DOTALL)


@dataclasses.dataclass(kw_only=True)
class Sheet:
    """Everything the editor's form holds."""

    fields: Sequence[Field]
    values: dict[str, Any] = dataclasses.field(default_factory=dict)
    mode: str = "form"
    text: str = ""
    version: int | None = None
    keys: frozenset[tuple[str, str]] = frozenset()
    """Keys that are in force, each with its list: they stay as they are."""
    problems: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    errors: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    """What is wrong, by place."""
    fresh: str = ""
    """The part just added: where the keyboard goes next."""
    subject: Subject = Subject.ACCOUNT


@dataclasses.dataclass(frozen=True, kw_only=True)
class Raw:
    """What the form says as the JSON form of its definition, and the conditions in it by their path."""

    plain: dict[str, Any]
    conditions: Mapping[str, tuple[drafts.Raw, str]]
    """Each with what stands before the path of a problem in it: a group of one is left out."""


def root_of(place: str) -> str:
    """Return what the fields of a condition begin with."""
    return "c_" + place.replace(".", "_")


def posted(fields: Sequence[Field], data: QueryDict, at: str = "") -> dict[str, Any]:
    """Read the fields of a form back."""
    values: dict[str, Any] = {}
    for field in fields:
        place = inside(at, field.name)
        match field.kind:
            case Kind.PARTS:
                count = min(whole(data.get(f"{place}:count", "")) or 0, MOST_PARTS)
                values[field.name] = [posted(field.parts, data, f"{place}.{n}") for n in range(count)]
            case Kind.CONDITION:
                root = root_of(place)
                values[field.name] = drafts.from_post(data, root) if f"{root}:kind" in data else None
            case Kind.CHOICES:
                values[field.name] = [each.replace("\x00", "")[:_LONGEST] for each in data.getlist(place)]
            case _:
                text = data.get(place, "").replace("\x00", "").replace("\r\n", "\n")
                values[field.name] = text[:_LONGEST]
    return values


def filled(fields: Sequence[Field], plain: Mapping[str, Any], at: str = "") -> dict[str, Any]:
    """Fill the fields with what a definition's JSON form says."""
    values: dict[str, Any] = {}
    for field in fields:
        said, place = plain.get(field.name), inside(at, field.name)
        match field.kind:
            case Kind.PARTS:
                values[field.name] = [filled(field.parts, each, f"{place}.{n}") for n, each in enumerate(said or ())]
            case Kind.CONDITION:
                made = msgspec.convert(said, Condition) if said else None
                values[field.name] = None if made is None else drafts.from_condition(made, root_of(place))
            case Kind.CHOICES:
                values[field.name] = list(said or ())
            case Kind.WORDS:
                values[field.name] = ", ".join(said or ())
            case Kind.LINES:
                values[field.name] = "\n".join(said or ())
            case Kind.YES:
                values[field.name] = "true" if said else ""
            case _:
                values[field.name] = "" if said is None else str(said)
    return values


def begun(fields: Sequence[Field], at: str) -> dict[str, Any]:
    """Return the values of a part that was just added; a condition that is needed is begun."""
    values: dict[str, Any] = {}
    for field in fields:
        match field.kind:
            case Kind.PARTS | Kind.CHOICES:
                values[field.name] = []
            case Kind.CONDITION:
                root = root_of(inside(at, field.name))
                values[field.name] = None if field.optional else drafts.new_draft(root)
            case _:
                values[field.name] = field.begins
    return values


def to_raw(sheet: Sheet, types: Mapping[str, str]) -> Raw:
    """Return what the form says; `types` are the traits' observed types. What is empty and optional is left out."""
    conditions: dict[str, tuple[drafts.Raw, str]] = {}

    def condition(draft: drafts.Draft, path: str) -> Mapping[str, Any]:
        raw = drafts.to_raw(draft, types)
        is_one = len(draft.children) == 1
        conditions[path] = (raw, f"{draft.kind}[0]" if is_one else "")
        return raw.condition["conditions"][0] if is_one else raw.condition

    def said(field: Field, value: Any, path: str) -> Any:
        match field.kind:
            case Kind.PARTS:
                return [part(field.parts, each, f"{path}[{n}]") for n, each in enumerate(value)] or None
            case Kind.CONDITION:
                return None if value is None else condition(value, path)
            case Kind.CHOICES:
                return value or None
            case Kind.WORDS:
                return [word.strip() for word in _BETWEEN.split(value) if word.strip()] or None
            case Kind.LINES:
                return [line.strip() for line in value.split("\n") if line.strip()] or None
            case Kind.YES:
                return True if value else None
            case Kind.NUMBER:
                text = value.strip()
                return int(text) if _WHOLE.fullmatch(text) else text or None
            case _:
                return value.strip() or None

    def part(fields: Sequence[Field], values: Mapping[str, Any], path: str) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for field in fields:
            each = said(field, values[field.name], inside(path, field.name))
            if each is not None:
                plain[field.name] = each
            elif not field.optional and field.kind in (Kind.PARTS, Kind.CHOICES, Kind.WORDS, Kind.LINES):
                plain[field.name] = []
            elif not field.optional and field.kind in (Kind.TEXT, Kind.KEY, Kind.CHOICE):
                plain[field.name] = ""
        return plain

    return Raw(plain=part(sheet.fields, sheet.values, ""), conditions=conditions)


def carry_out(sheet: Sheet, order: str) -> None:
    """Carry out `add:plans.0.steps`, `remove:…`, `up:…`, `down:…`, `begin:…` and `leave_out:…` of a condition's place,
    or what the editor of a condition asks for; anything else does nothing."""
    found = _ORDER.fullmatch(order)
    if found is None:
        return
    what, place = found[1], found[2]
    for here, values, field in list(_conditions(sheet.fields, sheet.values)):
        draft = values[field.name]
        if place.partition(".")[0] == root_of(here) and draft is not None:
            values[field.name] = drafts.changed(draft, order)
            return
        if place == here and what == "begin" and draft is None:
            values[field.name] = drafts.new_draft(root_of(here))
            values[field.name].children[0].fresh = True
        elif place == here and what == "leave_out" and field.optional:
            values[field.name] = None
    for here, parts, field in list(_lists(sheet.fields, sheet.values)):
        if place == here and what == "add" and len(parts) < MOST_PARTS:
            parts.append(begun(field.parts, f"{here}.{len(parts)}"))
            sheet.fresh = f"{here}.{len(parts) - 1}"
        elif place.rpartition(".")[0] == here and (last := whole(place.rpartition(".")[2])) is not None:
            _arrange(parts, last, what)
    settle(sheet)


def settle(sheet: Sheet) -> None:
    """Give conditions their places again, and parts without a key one made from their name."""
    for here, values, field in _conditions(sheet.fields, sheet.values):
        if values[field.name] is not None:
            values[field.name].place = root_of(here)
            drafts.settled(values[field.name])
    for _here, parts, field in _lists(sheet.fields, sheet.values):
        if any(each.kind is Kind.KEY for each in field.parts):
            for n, part in enumerate(parts):
                if not part["key"].strip() and part["name"].strip():
                    taken = {each["key"] for each in parts}
                    part["key"] = _key(part["name"], f"{field.name.removesuffix('s')}_{n + 1}", taken)


def place_problems(sheet: Sheet, raw: Raw, problems: Sequence[Problem], words: Sequence[str]) -> None:
    """Write each problem's words beside the field it is about."""
    places = {place for place, _label in labels(sheet.fields, sheet.values)}
    for problem, said in zip(problems, words, strict=True):
        at = next((c for c in raw.conditions if problem.path == c or problem.path.startswith((f"{c}.", f"{c}["))), None)
        if at is not None and problem.code == Wrong.CONDITION:
            made, prefix = raw.conditions[at]
            rest = problem.path[len(at) :].strip(".")
            path = f"{prefix}.{rest}".strip(".") if prefix else rest
            code = ProblemCode(str(problem.params.get("condition", ProblemCode.TYPE_WRONG)))
            drafts.place_problems(made, [ConditionProblem(path=path, code=code, params=problem.params)], {0: said})
            continue
        place = _INDEX.sub(r".\1", at or problem.path)
        if problem.code == Wrong.FIELD_MISSING:
            place = inside(place, str(problem.params.get("field", "")))
        while place and place not in places:
            place = place.rpartition(".")[0]
        sheet.errors.setdefault(place, []).append(said)


def to_mend(sheet: Sheet) -> list[dict[str, Any]]:
    """Return what is wrong with the form, each with the field it leads to."""
    said = dict(labels(sheet.fields, sheet.values))
    found = [
        {"to": place.replace(".", "_"), "field": said.get(place, ""), "words": words}
        for place, errors in sheet.errors.items()
        for words in errors
    ]
    for here, values, field in _conditions(sheet.fields, sheet.values):
        for node in values[field.name].walk() if values[field.name] is not None else ():
            for name, errors in node.errors.items():
                to = f"{node.id}_{name or 'kind'}"
                found += [{"to": to, "field": said[here], "words": words} for words in errors]
    return found


def conditions_of(sheet: Sheet) -> list[drafts.Draft]:
    """Return the conditions being built."""
    return [v[f.name] for _, v, f in _conditions(sheet.fields, sheet.values) if v[f.name] is not None]


def labels(fields: Sequence[Field], values: Mapping[str, Any], at: str = "", of: str = "") -> Iterator[tuple[str, str]]:
    """Give every place with what it is called, that of parts included."""
    for field in fields:
        place, label = inside(at, field.name), f"{of} · {field.label}" if of else str(field.label)
        yield place, label
        if field.kind is Kind.PARTS:
            for n, part in enumerate(values[field.name]):
                whose = part.get("name") or f"{field.one} {n + 1}"
                yield f"{place}.{n}", str(whose)
                yield from labels(field.parts, part, f"{place}.{n}", str(whose))


def keys_of(fields: Sequence[Field], values: dict[str, Any]) -> frozenset[tuple[str, str]]:
    """Return the keys there are, each with its list."""
    return frozenset(
        (here, part["key"]) for here, parts, _ in _lists(fields, values) for part in parts if "key" in part
    )


def _arrange(parts: list[Any], n: int, what: str) -> None:
    if not n < len(parts):
        return
    if what == "remove":
        del parts[n]
    elif what == "up" and n:
        parts[n - 1], parts[n] = parts[n], parts[n - 1]
    elif what == "down" and n + 1 < len(parts):
        parts[n + 1], parts[n] = parts[n], parts[n + 1]


def _lists(
    fields: Sequence[Field], values: dict[str, Any], at: str = ""
) -> Iterator[tuple[str, list[dict[str, Any]], Field]]:
    for field in fields:
        if field.kind is Kind.PARTS:
            place = inside(at, field.name)
            yield place, values[field.name], field
            for n, part in enumerate(values[field.name]):
                yield from _lists(field.parts, part, f"{place}.{n}")


def _conditions(
    fields: Sequence[Field], values: dict[str, Any], at: str = ""
) -> Iterator[tuple[str, dict[str, Any], Field]]:
    for field in fields:
        place = inside(at, field.name)
        if field.kind is Kind.CONDITION:
            yield place, values, field
        elif field.kind is Kind.PARTS:
            for n, part in enumerate(values[field.name]):
                yield from _conditions(field.parts, part, f"{place}.{n}")


def _key(name: str, otherwise: str, taken: set[str]) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:26]
    begins = plain if plain[:1].isalpha() and plain.isascii() else otherwise
    return next(each for each in (begins, *(f"{begins}_{n}" for n in range(2, 300))) if each not in taken)
