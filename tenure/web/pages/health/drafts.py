"""A scorecard's text while somebody changes it by the form: fields in, text out, however unfinished.

The text is what is kept; a field is named by what it is and where, as `weight:measures[0].measures[1]`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tenure.health import queries
from tenure.kernel.yaml_lines import YamlBroken, read_yaml

TOP = "measures"
_STEP = re.compile(r"([a-z_]+)(?:\[(\d{1,3})\])?")
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?")
_USE = ("events", "active_people", "active_days")
_TICKETS = ("open", "open_urgent", "opened", "unhappy")

READY: Mapping[str, tuple[Any, dict[str, Any]]] = {
    "people": (_("People active"), {"reads": {"use": "active_people", "days": 28}, "scores": {"linear": [0, 10]}}),
    "days": (_("Days in use"), {"reads": {"use": "active_days", "days": 28}, "scores": {"linear": [0, 20]}}),
    "seats": (_("Seats in use"), {"reads": {"adoption": "seats", "days": 28}, "scores": {"linear": [10, 100]}}),
    "trend": (_("Trend of use"), {"reads": {"trend": "active_people", "days": 28}, "scores": {"linear": [-60, 20]}}),
    "seen": (_("Last seen"), {"reads": {"last_seen": True}, "scores": {"linear": [30, 0]}}),
    "event": (_("An event"), {"reads": {"event": "", "days": 28}, "scores": {"linear": [0, 10]}}),
    "trait": (_("A trait"), {"reads": {"trait": ""}, "scores": {"linear": [0, 10]}}),
    "until": (_("Days until a day"), {"reads": {"days_until": "renews_at"}, "scores": {"linear": [0, 90]}}),
    "mrr": (_("Change of MRR"), {"reads": {"mrr_change": 90}, "scores": {"linear": [-30, 10]}}),
    "overdue": (_("Invoices overdue"), {"reads": {"overdue": True}, "scores": {"linear": [30, 0]}}),
    "tickets": (_("Tickets"), {"reads": {"tickets": "opened", "days": 30}, "scores": {"linear": [10, 0]}}),
    "judgement": (_("What a member thinks"), {"reads": {"judgement": 90}, "scores": {"linear": [0, 100]}}),
}
"""Measures to add, each with what it begins as."""


def plain_of(text: str) -> dict[str, Any] | None:
    """Return what a text says as names and values, or None where a form cannot show it."""
    try:
        plain, _lines = read_yaml(text)
    except YamlBroken:
        return None
    if not isinstance(plain, dict) or not isinstance(plain.get(TOP), list):
        return None
    return plain if all(_can_be_shown(node) for node in plain[TOP]) else None


def changed(text: str, said: Mapping[str, str], order: str) -> str:
    """Return the text after what the form's fields say, and an order: `add:measures`, `group:…`, `remove:…`."""
    plain = plain_of(text)
    if plain is None:
        return text
    for field in ("name", "description"):
        if field in said:
            plain[field] = said[field].replace("\x00", "").strip()
    if "minimum_coverage" in said:
        plain["minimum_coverage"] = _number(said["minimum_coverage"])
    for key, value in said.items():
        field, _colon, path = key.partition(":")
        node = _node(plain, path) if path else None
        if isinstance(node, dict):
            _set(node, field, value.replace("\x00", "").strip())
    what, _colon, path = order.partition(":")
    _carry_out(plain, what, path, said.get(f"kind:{path}", ""))
    return queries.text_of_plain(plain)


def rows(plain: Mapping[str, Any], problems: Sequence[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """Return groups and measures from the top as the form shows them, what is wrong beside each."""
    found = list(_walk(plain[TOP], TOP, 0))
    paths = sorted((row["path"] for row in found), key=len, reverse=True)
    for problem in problems:
        whose = next((path for path in paths if str(problem["path"]).startswith(path)), None)
        for row in found:
            if row["path"] == whose:
                row["problems"].append(problem["words"])
    return found


def _walk(nodes: Sequence[Mapping[str, Any]], path: str, depth: int) -> Iterator[dict[str, Any]]:
    for n, node in enumerate(nodes):
        here = f"{path}[{n}]"
        shared = {"path": here, "depth": range(depth), "weight": node.get("weight", 1), "problems": []}
        if "group" in node:
            yield {**shared, "is_group": True, "name": node["group"]}
            yield from _walk(node["measures"], f"{here}.measures", depth + 1)
            inside = {"path": f"{here}.measures", "depth": range(depth + 1), "name": "", "problems": []}
            yield {**inside, "is_group": False, "is_end": True}
            continue
        reads, scores = node.get("reads") or {}, node.get("scores") or {}
        kind = next(iter(reads), "")
        how = next((name for name in ("linear", "bounded") if name in scores), "")
        ends = scores.get(how) if how else None
        low, high = ends if isinstance(ends, list) and len(ends) == 2 else ("", "")
        choices = _TICKETS if kind == "tickets" else _USE if kind in ("use", "trend") else ()
        yield {
            **shared,
            "is_group": False,
            "name": node.get("measure", ""),
            "kind": kind,
            "of": "" if reads.get(kind) is True else reads.get(kind, ""),
            "has_of": reads.get(kind) is not True,
            "choices": choices,
            "days": reads.get("days"),
            "how": how,
            "low": low,
            "high": high,
            "unknown": node.get("unknown", "leave_out"),
        }


def _can_be_shown(node: Any) -> bool:
    if not isinstance(node, dict):
        return False
    if "group" in node:
        return isinstance(node.get("measures"), list) and all(_can_be_shown(each) for each in node["measures"])
    return isinstance(node.get("reads"), dict) and isinstance(node.get("scores"), dict)


def _set(node: dict[str, Any], field: str, value: str) -> None:
    match field:
        case "title":
            node["group" if "group" in node else "measure"] = value
        case "weight":
            node["weight"] = _number(value)
        case "of" if isinstance(node.get("reads"), dict):
            kind = next(iter(node["reads"]), "")
            node["reads"][kind] = _number(value) if kind in ("mrr_change", "judgement") else value
        case "days" if isinstance(node.get("reads"), dict):
            node["reads"]["days"] = _number(value)
        case "low" | "high" if isinstance(node.get("scores"), dict):
            how = next((name for name in ("linear", "bounded") if name in node["scores"]), "")
            if how and isinstance(node["scores"][how], list) and len(node["scores"][how]) == 2:
                node["scores"][how][field == "high"] = _number(value)
        case "unknown":
            if value in ("", "leave_out"):
                node.pop("unknown", None)
            else:
                node["unknown"] = _number(value)
        case _:
            pass


def _carry_out(plain: dict[str, Any], what: str, path: str, kind: str) -> None:
    if what == "remove":
        within, _dot, last = path.rpartition("[")
        listed, place = _node(plain, within), last.removesuffix("]")
        if isinstance(listed, list) and place.isdecimal() and int(place) < len(listed):
            del listed[int(place)]
        return
    listed = _node(plain, path)
    if not isinstance(listed, list) or what not in ("add", "group"):
        return
    names = {str(row["name"]) for row in rows(plain)}
    if what == "group":
        measure = _made("people", names)
        listed.append({"group": _free(str(_("New group")), names), "weight": 1, "measures": [measure]})
    elif kind in READY:
        listed.append(_made(kind, names))


def _made(kind: str, names: set[str]) -> dict[str, Any]:
    title, begins = READY[kind]
    reads, scores = dict(begins["reads"]), {how: list(ends) for how, ends in begins["scores"].items()}
    return {"measure": _free(str(title), names), "weight": 1, "reads": reads, "scores": scores}


def _free(name: str, names: set[str]) -> str:
    return next(each for each in (name, *(f"{name} {n}" for n in range(2, 200))) if each not in names)


def _node(plain: Any, path: str) -> Any:
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


def _number(text: str) -> float | str:
    """Read a number where it is one; anything else is left for the checks to refuse."""
    if not _NUMBER.fullmatch(text):
        return text
    value = float(text)
    return int(value) if value == int(value) else value
