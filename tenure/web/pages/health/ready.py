"""What a scorecard's form begins parts with, and what it calls what can be read."""

import math
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tenure.health.types.scorecards import USUAL_BANDS

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

READS: Mapping[str, tuple[Any, dict[str, Any]]] = {
    "use": (_("Use"), {"use": "active_people", "days": 28}),
    "event": (_("An event"), {"event": "", "days": 28}),
    "adoption": (_("Seats in use, in %"), {"adoption": "seats", "days": 28}),
    "trend": (_("Trend of use, in %"), {"trend": "active_people", "days": 28}),
    "last_seen": (_("Days since last seen"), {"last_seen": True}),
    "trait": (_("A trait"), {"trait": ""}),
    "days_until": (_("Days until a day"), {"days_until": "renews_at"}),
    "days_since": (_("Days since a day"), {"days_since": ""}),
    "mrr_change": (_("Change of MRR, in %"), {"mrr_change": 90}),
    "overdue": (_("Days an invoice is overdue"), {"overdue": True}),
    "tickets": (_("Tickets"), {"tickets": "opened", "days": 30}),
    "judgement": (_("What a member thinks"), {"judgement": 90}),
}
"""What can be read, with what it begins as."""

_USE = {"events": _("events"), "active_people": _("people active"), "active_days": _("days in use")}
CHOICES: Mapping[str, Mapping[str, Any]] = {
    "use": _USE,
    "trend": _USE,
    "tickets": {
        "open": _("open"),
        "open_urgent": _("open and urgent"),
        "opened": _("opened"),
        "unhappy": _("answered badly"),
    },
}
OF_DAYS = frozenset({"mrr_change", "judgement"})
"""What is read over so many days and nothing else."""
NAMED = {"event": "events", "trait": "traits", "days_until": "traits", "days_since": "traits", "adoption": "traits"}
"""Where the names come from that a field may hold."""

HOW = {
    "linear": _("in proportion"),
    "bounded": _("in proportion, outside not at all"),
    "banded": _("by steps"),
    "listed": _("by values"),
}
SCHEMES = {"number": _("a number"), "grade": _("a grade"), "colour": _("a colour")}
TONES = {"risk": _("red"), "watch": _("amber"), "info": _("blue"), "good": _("green")}
ROLL_UPS = {
    "": _("do not count"),
    "mrr_weighted": _("weighed by MRR"),
    "worst": _("by the worst of them"),
    "average": _("by their average"),
}
BANDS = tuple({"band": band.name, "from": band.least, "tone": band.tone} for band in USUAL_BANDS)
YOUNG = {"until_days": 45, "handover_days": 30}
CHILDREN_SHARE = 50
EXCEPTION: Mapping[str, Any] = {"reads": {"tickets": "open_urgent"}, "at_least": 1}


def made(kind: str, names: set[str]) -> dict[str, Any]:
    """Return a new measure, called as nothing else is."""
    title, begins = READY[kind]
    name = next(each for each in (str(title), *(f"{title} {n}" for n in range(2, 400))) if each not in names)
    scores = {how: list(ends) for how, ends in begins["scores"].items()}
    return {"measure": name, "weight": 1, "reads": dict(begins["reads"]), "scores": scores}


def rescored(scores: Mapping[str, Any], how: str) -> dict[str, Any]:
    """Return another way of giving points that gives about the same ones, where there is one."""
    ends = next((scores[name] for name in ("linear", "bounded") if name in scores), None)
    if not (isinstance(ends, list) and len(ends) == 2 and all(map(_is_number, ends))):
        numbers = [at for at, _points in scores.get("banded") or () if _is_number(at)]
        ends = [min(numbers), max(numbers)] if len(numbers) > 1 else [0, 10]
    match how:
        case "linear" | "bounded":
            return {how: list(ends)}
        case "banded":
            low, high = sorted(ends)
            middle = (low + high) / 2
            points = (0, 50, 100) if ends[0] < ends[1] else (100, 50, 0)
            middle = int(middle) if middle == int(middle) else middle
            return {how: [[None, points[0]], [middle, points[1]], [high, points[2]]]}
        case "listed":
            return {how: {"": 50}}
        case _:
            return dict(scores)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
