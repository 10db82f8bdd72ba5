"""Which part of the timeline an announcement belongs to."""

from tenure.tracking.types import Section

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
    "SignalSnoozed": Section.SIGNALS,
    "SignalAssigned": Section.SIGNALS,
    "RunStarted": Section.TASKS,
    "RunFinished": Section.TASKS,
    "TaskCompleted": Section.TASKS,
    "TaskUndone": Section.TASKS,
}


def section_of(kind: str) -> Section:
    """Return the part of the timeline for a kind of announcement; what is nothing else is a fact."""
    return _SECTIONS.get(kind, Section.FACTS)
