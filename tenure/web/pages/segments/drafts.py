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

from tenure.kernel.money import NotMoney, in_units, read_money, whole_minor
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
    DAYS_OPERATORS,
    DEFAULTS,
    FILTERED,
    GROUPS,
    LEAST_STEPS,
    NUMERIC,
    OF_MANY_KINDS,
    PARTS,
    PRESETS,
    WHOLE_NUMBERS,
)

ROOT = "c"
_NAME = re.compile(r"(c[a-z_0-9]{0,60}(?:\.\d{1,3}){0,12}):([a-z_0-9]{1,20})")
_MOST_NODES = 200
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?")


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
    def several_roles(self) -> str:
        """The roles people are asked by, where there is more than one; the form offers one at a time."""
        roles = self.fields.get("role", "").split()
        return ", ".join(roles) if len(roles) > 1 else ""

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
            said.setdefault(found[1], {})[found[2]] = str(data[name])[:2_000]
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
    """Carry out `add:c.1`, or group, filter, step, who or remove of a place; anything else does nothing."""
    what, _, place = order.partition(":")
    nodes = {node.place: node for node in root.walk()}
    node = nodes.get(place)
    if node is None:
        return root
    if what == "remove" and place != root.place:
        nodes[place.rpartition(".")[0]].children.remove(node)
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
            return Draft(kind="people", fields=fields | {"role": "\n".join(condition.roles)}, children=inside)
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
        said = {"kind": node.kind, **_leaf_values(node, types)}
        if node.kind == "people" and node.children:
            said["condition"] = raw(node.children[0], joined(path, "condition"))
        elif node.kind == "sequence":
            said["steps"] = [_part(child, joined(path, f"steps[{i}]")) for i, child in enumerate(node.children)]
        return said | _where(node, path)

    def _part(node: Draft, path: str) -> dict[str, Any]:
        nodes[path] = node
        return _leaf_values(node, types) | _where(node, path)

    def _where(node: Draft, path: str) -> dict[str, Any]:
        filters = [_part(each, joined(path, f"where[{i}]")) for i, each in enumerate(node.filters)]
        return {"where": filters} if filters else {}

    return Raw(condition=raw(root, ""), nodes=nodes)


def _leaf_values(node: Draft, types: Mapping[str, str]) -> dict[str, Any]:
    fields = dict(node.fields)
    if node.kind == "tickets" and fields["what"] == "open":
        fields["period"] = "ever"
    if fields.pop("period", "") == "ever":
        fields.pop("days")
    match node.kind:
        case "trait":
            return _compared(fields, "name", types)
        case "trait_was":
            return _compared(fields, "name", types) | {"days": _whole(fields["days"])}
        case "filter":
            return _compared(fields, "property", {})
        case "trait_changed":
            name = fields["name"].strip()
            ends = {each: _typed(fields[each].strip(), types.get(name)) for each in ("from_value", "to_value")}
            said = {each: value for each, value in ends.items() if value != ""}
            return {"name": name, **said, "days": _whole(fields["days"])}
        case "churned":
            return {"value": fields["value"] == "true"}
        case "owner" if fields["operator"] != "is":
            return {"operator": fields["operator"]}
        case "people":
            roles = [role for role in fields["role"].split() if role]
            return {"quantifier": fields["quantifier"], "number": _whole(fields["number"]), "roles": roles}
        case "mrr":
            currency = fields["currency"].strip().upper()
            return {"operator": fields["operator"], "amount": _minor(fields["amount"], currency), "currency": currency}
        case "renewal" if not fields["number"].strip():
            fields.pop("number")
    return {name: _whole(text) if name in WHOLE_NUMBERS else text.strip() for name, text in fields.items()}


def _minor(text: str, currency: str) -> Any:
    """Return an amount in units of a currency as minor units, or the text itself for the check to refuse."""
    try:
        return whole_minor(read_money(text, currency))
    except NotMoney:
        return text or None


def _compared(fields: Mapping[str, str], named: str, types: Mapping[str, str]) -> dict[str, Any]:
    name, operator, text = fields[named].strip(), fields["operator"], fields["value"].strip()
    said: dict[str, Any] = {named: name, "operator": operator}
    observed = "number" if named == "name" and name in NUMERIC else types.get(name)
    match operator:
        case "is_set" | "is_not_set":
            return said
        case "one_of":
            value: Any = [_typed(line.strip(), observed) for line in text.splitlines() if line.strip()]
        case "between":
            value = [_number(text), _number(fields["value2"].strip())]
        case "more_than" | "less_than":
            value = _number(text)
        case "is" | "is_not":
            value = _typed(text, observed)
        case _:
            value = _whole(text) if operator in DAYS_OPERATORS else text
    return said | {"value": value}


def _typed(text: str, observed: str | None) -> Any:
    if observed == "number" and text:
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
