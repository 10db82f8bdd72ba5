"""A scorecard's text while somebody changes it by the form: fields in, text out, however unfinished.

The text is what is kept; a field is named by what it is and where, as `weight:measures[0].measures[1]`. Conditions are
built as those of segments are, each under a place of its own (`conditions`).
"""

import re
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tenure.health import queries
from tenure.kernel.yaml_lines import YamlBroken, read_yaml
from tenure.web.pages.health import conditions
from tenure.web.pages.health.ready import (
    BANDS,
    CHILDREN_SHARE,
    EXCEPTION,
    OF_DAYS,
    READS,
    READY,
    YOUNG,
    made,
    rescored,
)

TOP = "measures"
YOUNG_TOP = "new_accounts.measures"
_STEP = re.compile(r"([a-z_]+)(?:\[(\d{1,3})\])?")
_VALUE = re.compile(r"(.+)\.scores\.listed\[(\d{1,3})\]")
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?")


def plain_of(text: str) -> dict[str, Any] | None:
    """Return what a text says as names and values, or None where a form cannot show it."""
    try:
        plain, _lines = read_yaml(text)
    except YamlBroken:
        return None
    return plain if isinstance(plain, dict) and _can_be_shown(plain) else None


def changed(text: str, said: QueryDict | Mapping[str, str], order: str) -> tuple[str, conditions.Roots]:
    """Return the text and its conditions after what the form's fields say, and an order.

    Orders are `add:measures`, `group:…`, `step:…`, `value:…`, `band:`, `exception:reads`, `exception:where`,
    `remove:…`, and those of the builder of conditions. A text that no form can show stays as it is.
    """
    plain = plain_of(text)
    if plain is None:
        return text, {}
    for part in ("bands", "exceptions"):
        if part in plain and not plain[part]:
            del plain[part]  # a name with nothing behind it says nothing
    if any(key.startswith("band:") for key in said):
        plain.setdefault("bands", [dict(band) for band in BANDS])
    fields = {key: str(said[key]).replace("\x00", "").strip() for key in said}
    _set_whole(plain, fields)
    _set_values(plain, fields)
    for key, value in fields.items():
        field, _colon, path = key.partition(":")
        node = node_at(plain, path) if path else None
        if isinstance(node, dict):
            _set(node, field, value)
        elif isinstance(node, list) and len(node) == 2:
            _set_step(node, field, value)
    for key, value in fields.items():
        field, _colon, path = key.partition(":")
        node = node_at(plain, path) if path else None
        if isinstance(node, dict):
            _turn_into(node, field, value)
    roots = conditions.posted(plain, said)
    what, _colon, path = order.partition(":")
    if conditions.is_place(path):
        roots = conditions.carried_out(roots, order)
    else:
        roots = _carry_out(plain, roots, what, path, fields.get(f"kind:{path}", ""))
    conditions.write(plain, roots)
    if plain.get("bands") == [dict(band) for band in BANDS]:
        del plain["bands"]
    return queries.text_of_plain(plain), roots


def _can_be_shown(plain: Mapping[str, Any]) -> bool:
    young, children = plain.get("new_accounts"), plain.get("children")
    return (
        _are_nodes(plain.get(TOP))
        and (young is None or (isinstance(young, dict) and _are_nodes(young.get(TOP))))
        and (children is None or isinstance(children, dict))
        and _are(plain.get("bands", []), dict)
        and _are(plain.get("exceptions", []), dict)
        and all(isinstance(each.get("when"), dict) for each in plain.get("exceptions") or ())
        and all(isinstance(each["when"].get("reads", {}), dict) for each in plain.get("exceptions") or ())
    )


def _are(listed: Any, kind: type) -> bool:
    return listed is None or (isinstance(listed, list) and all(isinstance(each, kind) for each in listed))


def _are_nodes(nodes: Any) -> bool:
    return isinstance(nodes, list) and all(_is_node(each) for each in nodes)


def _is_node(node: Any) -> bool:
    if not isinstance(node, dict):
        return False
    if "group" in node:
        return _are_nodes(node.get("measures"))
    scores = node.get("scores")
    if not isinstance(node.get("reads"), dict) or not isinstance(scores, dict):
        return False
    steps, values = scores.get("banded", []), scores.get("listed", {})
    return isinstance(values, dict) and _are(steps, list) and all(len(step) == 2 for step in steps or ())


def _set_whole(plain: dict[str, Any], fields: Mapping[str, str]) -> None:
    """Set what the whole scorecard says of itself."""
    for field in ("name", "description"):
        if field in fields:
            plain[field] = fields[field]
    if "minimum_coverage" in fields:
        plain["minimum_coverage"] = number(fields["minimum_coverage"])
    if "scheme" in fields:
        plain["scheme"] = fields["scheme"]
        if plain["scheme"] == "number":
            del plain["scheme"]
    if fields.get("for") == "everybody":
        plain.pop("applies_to", None)
    elif fields.get("for") == "some":
        plain.setdefault("applies_to", {})
    if fields.get("young") == "no":
        plain.pop("new_accounts", None)
    elif fields.get("young") == "own" and not plain.get("new_accounts"):
        plain["new_accounts"] = {**YOUNG, "measures": [made("people", set())]}
    if "rolled_up" in fields:
        share = (plain.get("children") or {}).get("share", CHILDREN_SHARE)
        plain["children"] = {"how": fields["rolled_up"], "share": share}
        if not fields["rolled_up"]:
            del plain["children"]


def _set_values(plain: dict[str, Any], fields: Mapping[str, str]) -> None:
    """Set the points that listed values give: all of a measure at once, as their names are what they are found by."""
    said: dict[str, dict[int, dict[str, str]]] = {}
    for key, value in fields.items():
        field, _colon, path = key.partition(":")
        if field in ("value_name", "value_points") and (found := _VALUE.fullmatch(path)):
            said.setdefault(found[1], {}).setdefault(int(found[2]), {})[field] = value
    for path, rows in said.items():
        node = node_at(plain, path)
        if isinstance(_scored(node, "listed"), dict):
            values: dict[str, Any] = {}
            for n in sorted(rows):
                name = rows[n].get("value_name", "")
                name = next(each for each in (name, *(f"{name} {k}" for k in range(2, 99))) if each not in values)
                values[name] = number(rows[n].get("value_points", ""))
            node["scores"]["listed"] = values


def _set(node: dict[str, Any], field: str, value: str) -> None:
    reads, scores = node.get("reads"), node.get("scores")
    match field:
        case "title":
            node[next((name for name in ("group", "exception") if name in node), "measure")] = value
        case "weight" | "share" | "until_days" | "handover_days" | "from":
            node[field] = number(value)
        case "band" | "tone":
            node[field] = value
        case "of" if isinstance(reads, dict):
            kind = next(iter(reads), "")
            reads[kind] = number(value) if kind in OF_DAYS else value
        case "days" if isinstance(reads, dict):
            reads["days"] = number(value)
        case "low" | "high" if isinstance(scores, dict):
            how = next((name for name in ("linear", "bounded") if name in scores), "")
            if how and isinstance(scores[how], list) and len(scores[how]) == 2:
                scores[how][field == "high"] = number(value)
        case "otherwise" | "at_least" | "at_most":
            within = scores if field == "otherwise" and isinstance(scores, dict) else node
            within[field] = number(value)
            if not value:
                del within[field]
        case "unknown":
            node["unknown"] = value
            if value in ("", "leave_out"):
                del node["unknown"]
        case "points" if "exception" in node:
            node["set_to" if "set_to" in node else "cap"] = number(value)
        case _:
            pass


def _set_step(step: list[Any], field: str, value: str) -> None:
    if field == "step_at":
        step[0] = number(value) if value else None
    elif field == "step_points":
        step[1] = number(value)


def _turn_into(node: dict[str, Any], field: str, value: str) -> None:
    """Change what a part is, after everything it said as what it was has been taken down."""
    match field:
        case "reads" if isinstance(node.get("reads"), dict) and value in READS and value not in node["reads"]:
            node["reads"] = dict(READS[value][1])
        case "how" if isinstance(node.get("scores"), dict) and value not in node["scores"]:
            node["scores"] = rescored(node["scores"], value)
        case "unknown_points" if node.get("unknown") == "points":
            node["unknown"] = number(value) if value else 50
        case "effect" if value in ("cap", "set_to") and value not in node:
            node[value] = node.pop("cap" if value == "set_to" else "set_to", 50)
        case _:
            pass


def _carry_out(plain: dict[str, Any], roots: conditions.Roots, what: str, path: str, kind: str) -> conditions.Roots:
    node = node_at(plain, path)
    match what:
        case "remove":
            return _remove(plain, roots, path)
        case "band":
            bands = plain.setdefault("bands", [dict(band) for band in BANDS])
            least = next((n for n in range(90, 0, -5) if n not in [each.get("from") for each in bands]), 95)
            bands.append({"band": _("New band"), "from": least, "tone": "info"})
            bands.sort(key=lambda each: each["from"] if isinstance(each.get("from"), int | float) else 101)
        case "exception":
            listed = plain.setdefault("exceptions", [])
            listed.append({"exception": _free(_("New exception"), _names(plain)), **_new_exception(path)})
            if path == "where":
                roots |= {conditions.place(len(listed) - 1): conditions.new(len(listed) - 1)}
        case "step" if isinstance(steps := _scored(node, "banded"), list):
            last = steps[-1][0] if steps and isinstance(steps[-1][0], int | float) else 0
            steps.append([last + 1, 100])
        case "value" if isinstance(values := _scored(node, "listed"), dict):
            values.setdefault("", 50)
        case "group" if isinstance(node, list):
            measure = made("people", _names(plain))
            node.append({"group": _free(_("New group"), _names(plain)), "weight": 1, "measures": [measure]})
        case "add" if isinstance(node, list) and kind in READY:
            node.append(made(kind, _names(plain)))
        case _:
            pass
    return roots


def _scored(node: Any, how: str) -> Any:
    """Return what a measure says of one way of giving points; None where it says nothing of it."""
    scores = node.get("scores") if isinstance(node, dict) else None
    return scores.get(how) if isinstance(scores, dict) else None


def _remove(plain: dict[str, Any], roots: conditions.Roots, path: str) -> conditions.Roots:
    if found := _VALUE.fullmatch(path):
        values = _scored(node_at(plain, found[1]), "listed")
        if isinstance(values, dict) and int(found[2]) < len(values):
            del values[list(values)[int(found[2])]]
        return roots
    within, _dot, last = path.rpartition("[")
    listed, at = node_at(plain, within), last.removesuffix("]")
    if isinstance(listed, list) and at.isdecimal() and int(at) < len(listed):
        del listed[int(at)]
        if within == "exceptions":
            return conditions.without(roots, int(at))
    return roots


def _new_exception(kind: str) -> dict[str, Any]:
    return {"when": {"where": {}}, "cap": 50} if kind == "where" else {"when": dict(EXCEPTION), "cap": 50}


def _names(plain: Mapping[str, Any]) -> set[str]:
    """Return what groups, measures and exceptions are called."""
    found = {str(each.get("exception", "")) for each in plain.get("exceptions") or ()}
    waiting = [*plain[TOP], *((plain.get("new_accounts") or {}).get(TOP) or ())]
    while waiting:
        node = waiting.pop()
        found.add(str(node.get("group", node.get("measure", ""))))
        waiting += node.get("measures", ())
    return found


def _free(name: str, names: set[str]) -> str:
    return next(each for each in (name, *(f"{name} {n}" for n in range(2, 400))) if each not in names)


def node_at(plain: Any, path: str) -> Any:
    """Follow a path; None where it leads nowhere."""
    here = plain
    for step in path.split("."):
        found = _STEP.fullmatch(step)
        if found is None or not isinstance(here, dict) or found[1] not in here:
            return None
        here = here[found[1]]
        if found[2] is not None:
            if not isinstance(here, list) or int(found[2]) >= len(here):
                return None
            here = here[int(found[2])]
    return here


def number(text: str) -> float | str:
    """Read a number where it is one; anything else is left for the checks to refuse."""
    if not _NUMBER.fullmatch(text):
        return text
    value = float(text)
    return int(value) if value == int(value) else value
