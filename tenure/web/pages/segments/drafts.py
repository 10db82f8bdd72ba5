"""A condition while somebody builds it: form fields in, form fields out, however unfinished.

Each node's fields are named by its place: `c:kind` is the outermost group, `c.1:name` a field of its second condition,
`c.1.0:days` one of a group inside it.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from django.http import QueryDict

from tenure.segments.types.conditions import All, AnyOf, Condition, Not, joined, kind_of
from tenure.segments.types.problems import Problem

ROOT = "c"
GROUPS = ("all", "any")
_NAME = re.compile(r"(c(?:\.\d{1,3}){0,8}):([a-z_0-9]{1,20})")
_MOST_NODES = 200
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?")

DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "trait": {"name": "", "operator": "is", "value": "", "value2": ""},
    "performed": {"event": "", "operator": "at_least", "times": "1", "period": "last", "days": "30"},
    "not_performed": {"event": "", "period": "last", "days": "30"},
    "last_performed": {"event": "", "days": "14"},
    "usage": {"measure": "events", "operator": "at_least", "amount": "10", "days": "30"},
    "usage_change": {"measure": "events", "direction": "fell", "percent": "30", "days": "28"},
    "signed_up": {"operator": "within_last_days", "days": "14"},
    "last_seen": {"operator": "more_than_days_ago", "days": "14"},
    "churned": {"value": "false"},
    "owner": {"operator": "is_set", "member_id": ""},
    "random_bucket": {"salt": "", "low": "0", "high": "50"},
}
_OF_MANY_KINDS = frozenset({"event", "days", "period", "measure"})
"""What is kept when a condition becomes one of another kind."""
_WHOLE_NUMBERS = frozenset({"times", "days", "amount", "percent", "low", "high", "member_id"})
_DAYS_OPERATORS = frozenset({"within_last_days", "more_than_days_ago", "within_next_days"})


@dataclasses.dataclass(kw_only=True)
class Draft:
    """One node being built: a group with children, or a leaf with the text of its fields."""

    kind: str = "trait"
    negated: bool = False
    fields: dict[str, str] = dataclasses.field(default_factory=dict)
    children: list["Draft"] = dataclasses.field(default_factory=list)
    place: str = ROOT
    errors: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    fresh: bool = False
    """Just added: where the keyboard goes next."""

    @property
    def is_group(self) -> bool:
        """Whether it holds other conditions."""
        return self.kind in GROUPS

    @property
    def id(self) -> str:
        """What its controls' ids begin with."""
        return self.place.replace(".", "_")

    def walk(self) -> Iterator["Draft"]:
        """Walk this node and everything under it."""
        yield self
        for child in self.children:
            yield from child.walk()


def new_leaf(kind: str = "trait") -> Draft:
    """Return a leaf to be filled in."""
    return Draft(kind=kind, fields=dict(DEFAULTS[kind]))


def new_draft() -> Draft:
    """Return what an empty builder begins with."""
    return settled(Draft(kind="all", children=[new_leaf()]))


def settled(root: Draft) -> Draft:
    """Give every node its place, and every leaf the fields of its kind."""

    def settle(node: Draft, place: str) -> None:
        node.place = place
        if node.is_group:
            for i, child in enumerate(node.children):
                settle(child, f"{place}.{i}")
        else:
            node.children = []
            node.fields = {name: node.fields.get(name, text) for name, text in DEFAULTS[node.kind].items()}

    settle(root, ROOT)
    return root


def from_post(data: QueryDict) -> Draft:
    """Read a builder back from its form; what does not belong in one is left out."""
    said: dict[str, dict[str, str]] = {}
    for name in data:
        if found := _NAME.fullmatch(name):
            said.setdefault(found[1], {})[found[2]] = str(data[name])[:2_000]
    places = sorted(said, key=lambda place: [int(part) for part in place.split(".")[1:]])[:_MOST_NODES]
    if ROOT not in said or said[ROOT].get("kind") not in GROUPS:
        return new_draft()
    nodes: dict[str, Draft] = {}
    for place in places:
        fields = said[place]
        kind = fields.get("kind", "")
        if kind not in DEFAULTS and kind not in GROUPS:
            continue
        same_kind = fields.get("was", kind) == kind
        own = {k: v for k, v in fields.items() if same_kind or k in _OF_MANY_KINDS}
        node = Draft(kind=kind, negated="negated" in fields, fields=own)
        parent = nodes.get(place.rpartition(".")[0])
        if place == ROOT or (parent is not None and parent.is_group):
            nodes[place] = node
            if parent is not None:
                parent.children.append(node)
    return settled(nodes[ROOT])


def changed(root: Draft, order: str) -> Draft:
    """Carry out `add:c.1`, `group:c` or `remove:c.0`; anything else leaves the draft as it is."""
    what, _, place = order.partition(":")
    nodes = {node.place: node for node in root.walk()}
    node = nodes.get(place)
    if node is None:
        return root
    if what in ("add", "group") and node.is_group and len(nodes) < _MOST_NODES:
        leaf = new_leaf()
        leaf.fresh = True
        nested = Draft(kind="any" if node.kind == "all" else "all", children=[leaf])
        node.children.append(nested if what == "group" else leaf)
    elif what == "remove" and place != ROOT:
        parent = nodes[place.rpartition(".")[0]]
        parent.children.remove(node)
    return settled(root)


def from_condition(condition: Condition) -> Draft:
    """Return the draft of a condition; the outermost node is always a group."""
    node = _of(condition)
    return settled(node if node.is_group and not node.negated else Draft(kind="all", children=[node]))


def _of(condition: Condition) -> Draft:
    match condition:
        case All() | AnyOf():
            return Draft(kind=kind_of(condition), children=[_of(each) for each in condition.conditions])
        case Not():
            inner = _of(condition.condition)
            if inner.negated:
                inner = Draft(kind="all", children=[inner])
            inner.negated = True
            return inner
        case _:
            kind = kind_of(condition)
            plain: dict[str, Any] = msgspec.structs.asdict(condition)
            if "period" in DEFAULTS[kind]:
                plain["period"] = "ever" if plain["days"] is None else "last"
            value = plain.get("value")
            if plain.get("operator") == "between" and isinstance(value, (list, tuple)):
                plain["value"], plain["value2"] = value
            return Draft(kind=kind, fields={k: _text(v) for k, v in plain.items() if v is not None})


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "\n".join(_text(each) for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Raw:
    """The JSON form of a draft, and which node each path of it came from."""

    condition: dict[str, Any]
    nodes: Mapping[str, Draft]


def to_raw(root: Draft, types: Mapping[str, str]) -> Raw:
    """Return the JSON form of a draft; `types` are the traits' observed types, so that 5 is compared as a number."""
    nodes: dict[str, Draft] = {}

    def raw(node: Draft, path: str) -> dict[str, Any]:
        if node.negated:
            inner_path = joined(path, "not")
            return {"kind": "not", "condition": _plain(node, inner_path)}
        return _plain(node, path)

    def _plain(node: Draft, path: str) -> dict[str, Any]:
        nodes[path] = node
        if node.is_group:
            inside = [raw(child, joined(path, f"{node.kind}[{i}]")) for i, child in enumerate(node.children)]
            return {"kind": node.kind, "conditions": inside}
        return {"kind": node.kind, **_leaf_values(node, types)}

    return Raw(condition=raw(root, ""), nodes=nodes)


def _leaf_values(node: Draft, types: Mapping[str, str]) -> dict[str, Any]:
    fields = dict(node.fields)
    if fields.pop("period", "") == "ever":
        fields.pop("days")
    match node.kind:
        case "trait":
            return _trait_values(fields, types)
        case "churned":
            return {"value": fields["value"] == "true"}
        case "owner" if fields["operator"] != "is":
            return {"operator": fields["operator"]}
    return {name: _whole(text) if name in _WHOLE_NUMBERS else text.strip() for name, text in fields.items()}


def _trait_values(fields: Mapping[str, str], types: Mapping[str, str]) -> dict[str, Any]:
    name, operator, text = fields["name"].strip(), fields["operator"], fields["value"].strip()
    said: dict[str, Any] = {"name": name, "operator": operator}
    match operator:
        case "is_set" | "is_not_set":
            return said
        case "one_of":
            value: Any = [_typed(line.strip(), types.get(name)) for line in text.splitlines() if line.strip()]
        case "between":
            value = [_number(text), _number(fields["value2"].strip())]
        case "more_than" | "less_than":
            value = _number(text)
        case "is" | "is_not":
            value = _typed(text, types.get(name))
        case _:
            value = _whole(text) if operator in _DAYS_OPERATORS else text
    return said | {"value": value}


def _typed(text: str, observed: str | None) -> Any:
    if observed == "number":
        return _number(text)
    if observed == "boolean" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    return text


def _number(text: str) -> Any:
    """Return the number a text is, or the text itself for the check to refuse."""
    plain = text.replace(",", "")
    if not _NUMBER.fullmatch(plain):
        return text
    return float(plain) if "." in plain else int(plain)


def _whole(text: str) -> Any:
    plain = text.strip()
    return int(plain) if re.fullmatch(r"[+-]?\d{1,15}", plain) else plain or None


def place_problems(raw: Raw, problems: Sequence[Problem], words: Mapping[int, str]) -> None:
    """Write each problem's words beside the field it is about; `words` by the problem's index."""
    for n, problem in enumerate(problems):
        node, field = _at(raw, problem.path)
        node.errors.setdefault(field, []).append(words[n])


def _at(raw: Raw, path: str) -> tuple[Draft, str]:
    best = max(
        (p for p in raw.nodes if p == "" or path == p or path.startswith((f"{p}.", f"{p}["))), key=len, default=""
    )
    node = raw.nodes.get(best) or next(iter(raw.nodes.values()))
    rest = path[len(best) :].strip(".")
    field, _, index = rest.partition("[")
    if field == "value" and index.startswith("1") and node.fields.get("operator") == "between":
        field = "value2"
    return node, field if field in node.fields else ""
