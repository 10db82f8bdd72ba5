"""What people do in the simulated product, a project planner: which events, how often by role, with what properties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from tenure.connectors.simulator.types import SegmentCall

PROFILES = ("user", "power_user", "administrator", "executive")
PROFILE_OF_ROLE = {
    "user": 0,
    "manager": 0,
    "champion": 1,
    "power_user": 1,
    "administrator": 2,
    "buyer": 3,
    "executive_sponsor": 3,
}


Weights: TypeAlias = tuple[float, float, float, float]
"""How likely a kind of call is for each profile, against the others of the same profile."""


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One kind of call with its weight for each profile and the property sets it is sent with."""

    type: str
    name: str
    weights: Weights
    properties: tuple[SegmentCall, ...]


_PROJECTS = (
    "Website relaunch",
    "Q3 roadmap",
    "Onboarding",
    "Migration",
    "新品发布",
    "客戶訪談",
    "حملة الخريف",
    "Hiring 🚀",
    "Budget",
    "採用計画",
)
_REPORTS = ("Burndown", "Workload", "Time spent", "Overdue tasks", "Portfolio")


def _each(key: str, values: tuple[object, ...], **more: object) -> tuple[SegmentCall, ...]:
    return tuple({key: value, **more} for value in values)


def _track(name: str, weights: Weights, properties: tuple[SegmentCall, ...]) -> Happening:
    return Happening(type="track", name=name, weights=weights, properties=properties)


def _page(name: str, path: str, weights: Weights) -> Happening:
    return Happening(type="page", name=name, weights=weights, properties=({"path": path, "title": name},))


HAPPENINGS: tuple[Happening, ...] = (
    _track("Signed In", (18, 12, 16, 26), _each("method", ("password", "sso"))),
    _track("Task Completed", (21, 20, 8, 0), _each("project", _PROJECTS)),
    _track("Task Created", (15, 18, 10, 1), _each("project", _PROJECTS)),
    _track("Comment Added", (13, 12, 6, 4), _each("project", _PROJECTS)),
    _track("Board Viewed", (12, 10, 8, 10), _each("project", _PROJECTS)),
    _track("File Uploaded", (5, 4, 2, 0), _each("kind", ("pdf", "image", "sheet"))),
    _track("Report Viewed", (2, 5, 8, 20), _each("report", _REPORTS)),
    _track("Report Exported", (0.5, 3, 4, 9), _each("report", _REPORTS, format="pdf")),
    _track("Automation Created", (0.2, 2.5, 3, 0), _each("trigger", ("due date", "status"))),
    _track("Integration Connected", (0.05, 0.4, 1.2, 0), _each("name", ("calendar", "chat", "storage"))),
    _track("Project Created", (0.5, 2, 3, 0), _each("project", _PROJECTS)),
    _track("Colleague Invited", (0.1, 0.6, 2, 0), _each("role", ("user", "guest"))),
    _track("Search Performed", (4, 4, 3, 2), _each("results", (0, 3, 12, 40))),
    _page("Dashboard", "/dashboard", (6, 4, 9, 18)),
    _page("Help", "/help", (1.5, 0.8, 2, 1)),
    _page("Settings", "/settings", (0.4, 0.8, 6, 0)),
    _page("Billing", "/settings/billing", (0, 0, 1.6, 6)),
    _page("Pricing", "/pricing", (0, 0.1, 0.5, 3)),
)

CUMULATIVE_WEIGHTS = np.cumsum([happening.weights for happening in HAPPENINGS], axis=0).T
CUMULATIVE_WEIGHTS /= CUMULATIVE_WEIGHTS[:, -1:]

FIRST_STEPS = ("Project Created", "Task Created", "Colleague Invited")
"""The activation milestones of a new account, in the order most accounts reach them."""

CANCEL_REASONS = ("no longer needed", "too expensive", "missing feature", "moved to another product", "company closed")
