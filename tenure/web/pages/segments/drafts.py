"""A condition while somebody builds it: form fields in, form fields out, however unfinished.

Each node's fields are named by its place: `c:kind` is the outermost group, `c.1:name` a field of its second condition,
`c.1.0:days` one of a group inside it.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from django.http import QueryDict

from tenure.kernel.money import in_units
from tenure.segments.types.conditions import (
    All,
    AnyOf,
    Condition,
    Filter,
    InSequence,
    Mrr,
    Not,
    People,
    joined,
    kind_of,
)
from tenure.segments.types.problems import Problem
from tenure.web.pages.segments.kinds import (
    DEFAULTS,
    FILTERED,
    GROUPS,
    LEAST_STEPS,
    OF_MANY_KINDS,
    PARTS,
    PRESETS,
    SEVERAL,
)
from tenure.web.pages.segments.leaf_values import leaf_values

ROOT = "c"
_NAME = re.compile(r"(c[a-z_0-9]{0,60}(?:\.\d{1,3}){0,12}):([a-z_0-9]{1,20})")
_MOST_NODES = 200


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
    of_people: bool = False
    """Whether it is asked of people, in a condition of accounts."""
    inside: str = ""
    """The id of what it is a part of."""
    offered: list[str] = dataclasses.field(default_factory=list)
    """Values that can be put into its list of values."""

    @property
    def is_group(self) -> bool:
        """Whether it holds other conditions."""
        return self.kind in GROUPS

    @property
    def shown_kind(self) -> str:
        """What the choice of kinds shows: a trait with a name of its own is offered by it."""
        name = self.fields.get("name", "")
        return f"trait:{name}" if self.kind == "trait" and name in PRESETS else self.kind

    @property
    def filters(self) -> Sequence["Draft"]:
        """The properties an event must have."""
        return [child for child in self.children if child.kind == "filter"]

    @property
    def can_be_filtered(self) -> bool:
        """Whether it is about an event that may have to have properties."""
        return self.kind in FILTERED

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


def new_draft(at: str = ROOT) -> Draft:
    """Return what an empty builder begins with; `at` sets conditions of one form apart."""
    return settled(Draft(kind="all", children=[new_leaf()], place=at))


def settled(root: Draft) -> Draft:
    """Give every node its place, every leaf the fields of its kind, and no node children it cannot have."""

    def settle(node: Draft, place: str, of_people: bool) -> None:
        node.place, node.of_people = place, of_people
        node.children = [child for child in node.children if _may_hold(node.kind, child.kind)]
        if node.kind == "sequence":
            node.children += [new_leaf("step") for _ in range(LEAST_STEPS - len(node.children))]
        elif node.kind == "people":
            node.children = node.children[:1]
        for i, child in enumerate(node.children):
            child.inside = node.id
            settle(child, f"{place}.{i}", of_people or node.kind == "people")
        if not node.is_group:
            node.fields = {name: node.fields.get(name, text) for name, text in DEFAULTS[node.kind].items()}

    settle(root, root.place, False)
    return root


def _may_hold(kind: str, inside: str) -> bool:
    if kind in GROUPS:
        return inside not in PARTS
    return {"sequence": inside == "step", "people": inside in GROUPS}.get(kind, kind in FILTERED and inside == "filter")


def from_post(data: QueryDict, at: str = ROOT) -> Draft:
    """Read a builder back from its form; what does not belong in one is left out."""
    said: dict[str, dict[str, str]] = {}
    for name in data:
        if (found := _NAME.fullmatch(name)) and found[1].partition(".")[0] == at:
            text = "\n".join(map(str, data.getlist(name))) if found[2] in SEVERAL else str(data[name])
            said.setdefault(found[1], {})[found[2]] = text[:2_000]
    places = sorted(said, key=lambda place: [int(part) for part in place.split(".")[1:]])[:_MOST_NODES]
    if at not in said or said[at].get("kind") not in GROUPS:
        return new_draft(at)
    nodes: dict[str, Draft] = {}
    for place in places:
        node = _posted(said[place])
        parent = nodes.get(place.rpartition(".")[0])
        if node is not None and (place == at or (parent is not None and _may_hold(parent.kind, node.kind))):
            nodes[place] = node
            if parent is not None:
                parent.children.append(node)
    nodes[at].place = at
    return settled(nodes[at])


def _posted(fields: Mapping[str, str]) -> Draft | None:
    kind, _, preset = fields.get("kind", "").partition(":")
    if kind not in DEFAULTS and kind not in GROUPS:
        return None
    if kind == "trait" and preset in PRESETS and fields.get("was") != f"trait:{preset}":
        return Draft(kind=kind, negated="negated" in fields, fields={"name": preset, **PRESETS[preset]})
    same_kind = fields.get("was", fields.get("kind", "")) == fields.get("kind", "")
    own = {k: v for k, v in fields.items() if same_kind or k in OF_MANY_KINDS}
    return Draft(kind=kind, negated="negated" in fields, fields=own)


def changed(root: Draft, order: str) -> Draft:
    """Carry out `add:c.1`, or group, filter, step, who or remove of a place, or `put:c.1:Premium`; else nothing."""
    what, _, rest = order.partition(":")
    place, _, text = rest.partition(":")
    nodes = {node.place: node for node in root.walk()}
    node = nodes.get(place)
    if node is None:
        return root
    if what == "remove" and place != root.place:
        nodes[place.rpartition(".")[0]].children.remove(node)
    elif what == "put" and "value" in node.fields:
        lines = [line.strip() for line in node.fields["value"].splitlines()]
        node.fields["value"] = "\n".join([*(line for line in lines if line), text.strip()])[:2_000]
    elif len(nodes) < _MOST_NODES:
        _add(node, what)
    return settled(root)


def _add(node: Draft, what: str) -> None:
    leaf = new_leaf(what if what in PARTS else "trait")
    leaf.fresh = True
    if what == "add" and node.is_group:
        node.children.append(leaf)
    elif what == "group" and node.is_group:
        node.children.append(Draft(kind="any" if node.kind == "all" else "all", children=[leaf]))
    elif what == "who" and node.kind == "people":
        node.children = [Draft(kind="all", children=[leaf])]
    elif what in PARTS and _may_hold(node.kind, what):
        node.children.append(leaf)


def from_condition(condition: Condition, at: str = ROOT) -> Draft:
    """Return the draft of a condition; the outermost node is always a group."""
    node = _as_group(_of(condition))
    node.place = at
    return settled(node)


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
        case People():
            inside = [] if condition.condition is None else [_as_group(_of(condition.condition))]
            fields = {"quantifier": str(condition.quantifier), "number": str(condition.number)}
            return Draft(kind="people", fields=fields | {"roles": "\n".join(condition.roles)}, children=inside)
        case InSequence():
            steps = [Draft(kind="step", fields={"event": s.event}, children=_filters(s.where)) for s in condition.steps]
            return Draft(kind="sequence", fields=_fields(condition, "sequence"), children=steps)
        case _:
            kind = kind_of(condition)
            return Draft(kind=kind, fields=_fields(condition, kind), children=_filters(getattr(condition, "where", ())))


def _as_group(node: Draft) -> Draft:
    return node if node.is_group and not node.negated else Draft(kind="all", children=[node])


def _filters(where: Sequence[Filter]) -> list[Draft]:
    return [Draft(kind="filter", fields=_fields(each, "filter")) for each in where]


def _fields(condition: Any, kind: str) -> dict[str, str]:
    plain: dict[str, Any] = msgspec.structs.asdict(condition)
    if "period" in DEFAULTS[kind]:
        plain["period"] = "ever" if plain["days"] is None else "last"
    value = plain.get("value")
    if plain.get("operator") == "between" and isinstance(value, (list, tuple)):
        plain["value"], plain["value2"] = value
    if isinstance(condition, Mrr):
        plain["amount"] = in_units(condition.amount, condition.currency)
    return {k: _text(v) for k, v in plain.items() if v is not None and k in DEFAULTS[kind]}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "\n".join(_text(each) for each in value)
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    return str(value)


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
        said = {"kind": node.kind, **leaf_values(node.kind, node.fields, types)}
        if node.kind == "people" and node.children:
            said["condition"] = raw(node.children[0], joined(path, "condition"))
        elif node.kind == "sequence":
            said["steps"] = [_part(child, joined(path, f"steps[{i}]")) for i, child in enumerate(node.children)]
        return said | _where(node, path)

    def _part(node: Draft, path: str) -> dict[str, Any]:
        nodes[path] = node
        return leaf_values(node.kind, node.fields, types) | _where(node, path)

    def _where(node: Draft, path: str) -> dict[str, Any]:
        filters = [_part(each, joined(path, f"where[{i}]")) for i, each in enumerate(node.filters)]
        return {"where": filters} if filters else {}

    return Raw(condition=raw(root, ""), nodes=nodes)


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
