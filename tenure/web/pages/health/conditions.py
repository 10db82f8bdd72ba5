"""The conditions in a scorecard while somebody builds them: whom it is for, and when exceptions hold.

Each is built as those of segments are, under a place of its own: `c_for`, and `c_when_0` for the first exception.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from tenure.health import queries
from tenure.segments import queries as segments
from tenure.segments.errors import ConditionWrong
from tenure.segments.types import Subject
from tenure.web.pages.segments import drafts, offering

Roots = dict[str, drafts.Draft]
FOR = "c_for"
_WHEN = re.compile(r"c_when_(\d{1,3})")


def place(exception: int) -> str:
    """Return the place of an exception's condition."""
    return f"c_when_{exception}"


def is_place(path: str) -> bool:
    """Tell whether an order is about a condition."""
    outermost = path.partition(".")[0]
    return outermost == FOR or _WHEN.fullmatch(outermost) is not None


def new(exception: int) -> drafts.Draft:
    """Return what an exception's condition begins as."""
    return drafts.new_draft(place(exception))


def of_plain(plain: Mapping[str, Any]) -> Roots | None:
    """Return the conditions of a scorecard, or None where one of them cannot be read."""
    try:
        return {at: drafts.from_condition(queries.read_condition(raw), at) for at, raw in _raw(plain).items()}
    except ConditionWrong:
        return None


def posted(plain: Mapping[str, Any], said: QueryDict | Mapping[str, str]) -> Roots:
    """Read the conditions back from the form; those it does not show stay as they are."""
    roots = {}
    for at, raw in _raw(plain).items():
        if isinstance(said, QueryDict) and f"{at}:kind" in said:
            roots[at] = drafts.from_post(said, at)
            continue
        try:
            roots[at] = drafts.from_condition(queries.read_condition(raw), at)
        except ConditionWrong:
            roots[at] = drafts.new_draft(at)
    return roots


def carried_out(roots: Roots, order: str) -> Roots:
    """Carry out what was asked of one of them."""
    at = order.partition(":")[2].partition(".")[0]
    return {**roots, at: drafts.changed(roots[at], order)} if at in roots else roots


def without(roots: Roots, exception: int) -> Roots:
    """Move the conditions of later exceptions up after one was removed."""
    kept: Roots = {}
    for at, root in roots.items():
        found = _WHEN.fullmatch(at)
        n = int(found[1]) if found else -1
        if n == exception:
            continue
        if n > exception:
            at = root.place = place(n - 1)
        kept[at] = drafts.settled(root)
    return kept


def write(plain: dict[str, Any], roots: Roots) -> None:
    """Put the conditions into the scorecard: as the text has them, or as far as they are built."""
    types = offering.trait_types(Subject.ACCOUNT) if roots else {}
    for at, root in roots.items():
        raw = drafts.to_raw(root, types).condition
        inside = raw.get("conditions", ())
        said = queries.tidy_condition(inside[0] if len(inside) == 1 else raw)  # a group of one is what it holds
        if at == FOR:
            plain["applies_to"] = said
        else:
            plain["exceptions"][int(at.rpartition("_")[2])]["when"]["where"] = said


def mark(roots: Roots) -> None:
    """Write beside each field what is wrong with it."""
    types = offering.trait_types(Subject.ACCOUNT) if roots else {}
    for root in roots.values():
        raw = drafts.to_raw(root, types)
        try:
            segments.read_condition(raw.condition, Subject.ACCOUNT)
        except ConditionWrong as wrong:
            said = {n: segments.problem_words(problem) for n, problem in enumerate(wrong.problems)}
            drafts.place_problems(raw, wrong.problems, said)


def _raw(plain: Mapping[str, Any]) -> dict[str, Any]:
    found = {FOR: plain["applies_to"]} if plain.get("applies_to") is not None else {}
    for n, exception in enumerate(plain.get("exceptions") or ()):
        if "where" in exception["when"]:
            found[place(n)] = exception["when"]["where"]
    return found
