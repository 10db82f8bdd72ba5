"""A scorecard's form: what its templates show of a text, what is wrong beside each part."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tenure.web.pages.health import conditions, ready
from tenure.web.pages.health.drafts import TOP, YOUNG_TOP

Problems = Sequence[Mapping[str, Any]]


def form_of(plain: Mapping[str, Any], roots: conditions.Roots, problems: Problems = ()) -> dict[str, Any]:
    """Return everything the form shows."""
    young = plain.get("new_accounts") or {}
    bands = plain.get("bands") or [dict(band) for band in ready.BANDS]
    exceptions = plain.get("exceptions") or []
    form: dict[str, Any] = {
        "plain": plain,
        "minimum_coverage": plain.get("minimum_coverage", 50),
        "scheme": plain.get("scheme", "number"),
        "is_for_some": plain.get("applies_to") is not None,
        "for_root": roots.get(conditions.FOR),
        "measures": list(_walk(plain[TOP], TOP, 0)),
        "bands": [{**band, "path": f"bands[{n}]", "problems": []} for n, band in enumerate(bands)],
        "has_young": bool(young),
        "young": {**young, "path": "new_accounts", "problems": []},
        "young_measures": list(_walk(young.get(TOP) or [], YOUNG_TOP, 0)),
        "exceptions": [_exception(each, n, roots) for n, each in enumerate(exceptions)],
        "children": {**(plain.get("children") or {}), "path": "children", "problems": []},
        **{name: list(getattr(ready, name.upper()).items()) for name in ("how", "schemes", "tones", "roll_ups")},
        "reads": [(name, title) for name, (title, _begins) in ready.READS.items()],
        "ready": [(name, title) for name, (title, _begins) in ready.READY.items()],
    }
    parts = [*form["measures"], *form["bands"], *form["young_measures"], *form["exceptions"], form["young"],
             form["children"]]  # fmt: skip
    _put_beside(parts, problems)
    return form


def _put_beside(parts: Sequence[dict[str, Any]], problems: Problems) -> None:
    paths = sorted((part["path"] for part in parts), key=len, reverse=True)
    for problem in problems:
        whose = next((path for path in paths if str(problem["path"]).startswith(path)), None)
        for part in parts:
            if part["path"] == whose:
                part["problems"].append(problem["words"])


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
        scores, unknown = node.get("scores") or {}, node.get("unknown", "leave_out")
        how = next((name for name in ready.HOW if name in scores), "")
        ends = scores.get(how) if how in ("linear", "bounded") else None
        low, high = ends if isinstance(ends, list) and len(ends) == 2 else ("", "")
        yield {
            **shared,
            "is_group": False,
            "name": node.get("measure", ""),
            "reads": _reads(node.get("reads") or {}),
            "how": how,
            "low": low,
            "high": high,
            "steps": [
                {"path": f"{here}.scores.banded[{k}]", "at": "" if at is None else at, "points": points}
                for k, (at, points) in enumerate(scores.get("banded") or ())
            ],
            "values": [
                {"path": f"{here}.scores.listed[{k}]", "name": name, "points": points}
                for k, (name, points) in enumerate((scores.get("listed") or {}).items())
            ],
            "otherwise": "" if scores.get("otherwise") is None else scores["otherwise"],
            "unknown": unknown if unknown in ("leave_out", "no_score") else "points",
            "unknown_points": unknown if unknown not in ("leave_out", "no_score", "points") else 50,
        }


def _reads(reads: Mapping[str, Any]) -> dict[str, Any]:
    kind = next((name for name in reads if name in ready.READS), "")
    of = reads.get(kind, "")
    return {
        "kind": kind,
        "of": "" if of is True else of,
        "choices": list(ready.CHOICES.get(kind, {}).items()),
        "named": ready.NAMED.get(kind, ""),
        "is_days": kind in ready.OF_DAYS,
        "days": reads.get("days", ready.READS.get(kind, ("", {}))[1].get("days")),
    }


def _exception(each: Mapping[str, Any], n: int, roots: conditions.Roots) -> dict[str, Any]:
    when = each["when"]
    return {
        "path": f"exceptions[{n}]",
        "when_path": f"exceptions[{n}].when",
        "problems": [],
        "name": each.get("exception", ""),
        "root": roots.get(conditions.place(n)),
        "reads": _reads(when.get("reads") or {}),
        "at_least": when.get("at_least", ""),
        "at_most": when.get("at_most", ""),
        "effect": "set_to" if "set_to" in each else "cap",
        "points": each.get("set_to", each.get("cap", "")),
    }
