"""Tasks in words and icons."""

from collections.abc import Mapping
from typing import Any

from tenure.activity import queries as activity
from tenure.playbooks.types import TaskKind
from tenure.web.pages.accounts.forms import KINDS

ICONS = {
    TaskKind.CALL: "phone",
    TaskKind.EMAIL: "mail",
    TaskKind.CHECK_IN: "calendar-event",
    TaskKind.TODO: "checklist",
}


def kind_name(kind: str) -> str:
    """Name a kind of task."""
    return str(KINDS[TaskKind(kind)])


def reason_words(reason: Mapping[str, Any]) -> str:
    """Say what opened the run a task belongs to; nothing when it was opened by hand."""
    if "since" in reason and "percent" in reason:
        return activity.headline(reason)
    return str(reason.get("segment", ""))
