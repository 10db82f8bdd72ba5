"""The text form of a segment: YAML that a person can read, review in a diff, and put back.

    name: Premium going quiet
    subject: account
    where:
      all:
      - trait: plan
        operator: is
        value: Premium
      - last_seen: more_than_days_ago
        days: 14

A condition is written with its kind as the first key, holding its most telling field; everything else is as in JSON.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import yaml

from tenure.kernel.yaml_lines import LONGEST, MOST_NODES, YamlBroken, YamlSaysTooMuch, YamlTooLong, read_yaml
from tenure.kernel.yaml_lines import line_of as nearest_line
from tenure.segments.errors import ConditionWrong
from tenure.segments.rules.checking import KINDS, read_condition
from tenure.segments.types import Subject
from tenure.segments.types.conditions import (
    All,
    AnyOf,
    BilledPlan,
    Churned,
    Condition,
    FirstPerformed,
    InSegment,
    InSequence,
    LastPerformed,
    LastSeen,
    Listed,
    Mrr,
    Node,
    Not,
    NotPerformed,
    Owner,
    People,
    Performed,
    RandomBucket,
    Renewal,
    SignedUp,
    Subscription,
    Tickets,
    Trait,
    TraitChanged,
    TraitWas,
    Usage,
    UsageChange,
    joined,
    to_json,
)
from tenure.segments.types.problems import Problem, ProblemCode

HEADS: dict[type[Node], str] = {
    All: "conditions",
    AnyOf: "conditions",
    Not: "condition",
    Trait: "name",
    TraitWas: "name",
    TraitChanged: "name",
    Performed: "event",
    NotPerformed: "event",
    FirstPerformed: "event",
    LastPerformed: "event",
    InSequence: "steps",
    Usage: "measure",
    UsageChange: "measure",
    SignedUp: "operator",
    LastSeen: "operator",
    Churned: "value",
    Owner: "operator",
    Subscription: "status",
    BilledPlan: "plan",
    Mrr: "operator",
    Renewal: "operator",
    Tickets: "what",
    People: "quantifier",
    InSegment: "segment_id",
    RandomBucket: "salt",
}
Names = Mapping[int, str]
"""What segments are called, by id: the text form names those that conditions refer to."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class WrittenSegment:
    """What the text form of a segment says. `members` are the ids your product has for who is on a static list."""

    name: str
    description: str
    subject: Subject
    condition: Condition
    members: tuple[str, ...] = ()


def to_text(written: WrittenSegment, names: Names | None = None) -> str:
    """Write a segment as YAML; the segments it refers to are named where their names are known."""
    plain: dict[str, object] = {"name": written.name}
    if written.description:
        plain["description"] = written.description
    plain["subject"] = str(written.subject)
    if isinstance(written.condition, Listed):
        plain["members"] = list(written.members)
    else:
        plain["where"] = _compact(to_json(written.condition), names or {})
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=110)


def from_text(text: str, names: Names | None = None) -> WrittenSegment:
    """Read YAML back; raises `ConditionWrong` whose problems know their line."""
    whole, lines = _load(text)
    ids = {name: id_ for id_, name in (names or {}).items()}
    known = ("name", "description", "subject", "where", "members")
    problems = [
        Problem(path=key, code=ProblemCode.FIELD_UNKNOWN, params={"choices": ", ".join(known)}, line=lines.get(key))
        for key in whole
        if key not in known
    ]
    problems += [
        Problem(path=key, code=ProblemCode.FIELD_MISSING, line=1)
        for key in ("name", "where")
        if key not in whole and not (key == "where" and "members" in whole)
    ]
    problems += _members_wrong(whole, lines)
    problems += [
        Problem(path=key, code=ProblemCode.TYPE_WRONG, line=lines.get(key))
        for key in ("name", "description")
        if not isinstance(whole.get(key, ""), str)
    ]
    subject = whole.get("subject", "account")
    if subject not in tuple(Subject):
        params = {"given": str(subject)[:60], "choices": ", ".join(Subject)}
        problems.append(
            Problem(path="subject", code=ProblemCode.CHOICE_UNKNOWN, params=params, line=lines.get("subject"))
        )
        subject = Subject.ACCOUNT
    condition: Condition | None = Listed() if "members" in whole else None
    if "where" in whole and "members" not in whole:
        try:
            condition = read_condition(_expanded(whole["where"], ids), Subject(subject))
        except ConditionWrong as wrong:
            problems += [dataclasses.replace(p, line=_line_of(p.path, lines)) for p in wrong.problems]
    if problems or condition is None:
        raise ConditionWrong(problems)
    return WrittenSegment(
        name=whole["name"].strip(),
        description=str(whole.get("description", "")).strip(),
        subject=Subject(subject),
        condition=condition,
        members=tuple(str(each) for each in whole.get("members") or ()),
    )


def from_plain(raw: object, subject: Subject, names: Names) -> Condition:
    """Read a condition as the text form writes it, out of the text of something else; raises `ConditionWrong`."""
    return read_condition(_expanded(raw, {name: id_ for id_, name in names.items()}), subject)


def to_plain(condition: Condition, names: Names) -> dict[str, object]:
    """Return a condition as the text form writes it, for the text of something else."""
    return _compact(to_json(condition), names)


def _members_wrong(whole: Mapping[str, Any], lines: Mapping[str, int]) -> Iterator[Problem]:
    if "members" not in whole:
        return
    line = lines.get("members")
    if "where" in whole:
        yield Problem(path="members", code=ProblemCode.VALUE_UNWANTED, line=line)
    listed = whole["members"] or []
    if not isinstance(listed, list):
        yield Problem(path="members", code=ProblemCode.LIST_NEEDED, line=line)
        return
    for i, each in enumerate(listed):
        if not isinstance(each, (str, int)) or isinstance(each, bool) or not str(each).strip():
            at = f"members[{i}]"
            yield Problem(path=at, code=ProblemCode.TYPE_WRONG, line=lines.get(at, line))


def _compact(plain: Any, names: Names) -> dict[str, object]:
    """Turn {"kind": "trait", "name": …} into {"trait": …}."""
    made = KINDS[plain["kind"]]
    head = HEADS[made]
    if made in (All, AnyOf):
        return {plain["kind"]: [_compact(each, names) for each in plain[head]]}
    if made is Not:
        return {plain["kind"]: _compact(plain[head], names)}
    if made is InSegment:
        return {plain["kind"]: names.get(plain[head], plain[head])}
    if made is InSequence:
        steps = [each if each.get("where") else each["event"] for each in plain["steps"]]
        plain = plain | {"steps": steps}
    if made is People and plain.get("condition"):
        plain = plain | {"condition": _compact(plain["condition"], names)}
    defaults = {f.name: msgspec.to_builtins(f.default) for f in msgspec.structs.fields(made) if not f.required}
    rest = {k: v for k, v in plain.items() if k not in ("kind", head)}
    return {plain["kind"]: plain.get(head, defaults.get(head)), **rest}


def _expanded(raw: object, ids: Mapping[str, int]) -> object:
    """Turn {"trait": …} into {"kind": "trait", "name": …}; what cannot be understood is left for the checks."""
    if not isinstance(raw, Mapping):
        return raw
    kind = next(iter(raw), None)
    if not isinstance(kind, str) or kind not in KINDS:
        return {"kind": str(kind or "")}
    made = KINDS[kind]
    head: object = raw[kind]
    if made in (All, AnyOf) and isinstance(head, list):
        head = [_expanded(each, ids) for each in head]
    elif made is Not:
        head = _expanded(head, ids)
    elif made is InSegment and isinstance(head, str):
        head = ids.get(head.strip(), 0)
    elif made is InSequence and isinstance(head, list):
        head = [{"event": each} if isinstance(each, str) else each for each in head]
    rest = {k: v for k, v in raw.items() if k != kind}
    if made is People and isinstance(rest.get("condition"), Mapping):
        rest["condition"] = _expanded(rest["condition"], ids)
    return {"kind": kind, HEADS[made]: head, **rest}


def line_of(text: str, path: str) -> int | None:
    """Find the line of a path of the condition that a text says."""
    return _line_of(path, _load(text)[1])


def _line_of(path: str, lines: Mapping[str, int]) -> int | None:
    """Find the line of a path of the condition, or of the nearest place around it."""
    return nearest_line(joined("where", path), lines)


def _load(text: str) -> tuple[dict[str, Any], dict[str, int]]:
    try:
        plain, lines = read_yaml(text)
    except YamlTooLong as error:
        raise ConditionWrong([Problem(path="", code=ProblemCode.TEXT_TOO_LONG, params={"most": LONGEST})]) from error
    except YamlSaysTooMuch as error:
        raise ConditionWrong([Problem(path="", code=ProblemCode.TOO_MANY, params={"most": MOST_NODES})]) from error
    except YamlBroken as error:
        problem = Problem(path="", code=ProblemCode.YAML_BROKEN, params={"problem": error.problem}, line=error.line)
        raise ConditionWrong([problem]) from error
    if not isinstance(plain, dict):
        raise ConditionWrong([Problem(path="", code=ProblemCode.NOT_AN_OBJECT, line=1)])
    return plain, lines
