"""Which part of the timeline an announcement belongs to."""

from collections.abc import Mapping
from typing import Any

from tenure.tracking.types import Section

_JOURNEYS = "journey:"

_SECTIONS = {
    "MessageSent": Section.TOUCHES,
    "MessageRefused": Section.TOUCHES,
    "Unsubscribed": Section.TOUCHES,
    "Resubscribed": Section.TOUCHES,
    "TouchMade": Section.TOUCHES,
    "TouchSkipped": Section.TOUCHES,
    "GoalReached": Section.TOUCHES,
    "CallLogged": Section.TOUCHES,
    "SignalOpened": Section.SIGNALS,
    "SignalClosed": Section.SIGNALS,
    "SignalWorsened": Section.SIGNALS,
    "SignalSnoozed": Section.SIGNALS,
    "SignalAssigned": Section.SIGNALS,
    "RunStarted": Section.TASKS,
    "RunFinished": Section.TASKS,
    "TaskCompleted": Section.TASKS,
    "TaskUndone": Section.TASKS,
    "HealthChanged": Section.SIGNALS,
    "RiskChanged": Section.SIGNALS,
    "TicketOpened": Section.CONVERSATIONS,
    "TicketSolved": Section.CONVERSATIONS,
}


def section_of(kind: str) -> Section:
    """Return the part of the timeline for a kind of announcement; what is nothing else is a fact."""
    return _SECTIONS.get(kind, Section.FACTS)


def is_told_already(kind: str, particulars: Mapping[str, Any]) -> bool:
    """Tell whether another line stands for this one.

    A journey's touch is its message, and says how far that is; coming to a stage says which one was left.
    """
    if kind == "StageLeft":
        return True
    return kind == "MessageSent" and str(particulars.get("origin") or "").startswith(_JOURNEYS)
