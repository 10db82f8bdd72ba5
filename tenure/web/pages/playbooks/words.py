"""Playbooks and runs in words."""

from django.utils.translation import gettext as _

from tenure.playbooks.types import RunOutcome, RunStatus, TaskStatus, Trigger, TriggerKind
from tenure.web.pages.signals.words import kind_name as signal_name


def trigger_sentence(trigger: Trigger, name: str = "") -> str:
    """Say what opens a run."""
    match trigger.kind:
        case TriggerKind.SIGNAL:
            return _("when the signal “%(signal)s” opens") % {"signal": signal_name(trigger.signal_kind)}
        case TriggerKind.SEGMENT:
            return _("when an account enters “%(segment)s”") % {"segment": name}
        case TriggerKind.MANUAL:
            return _("when a member starts it")


def outcome_name(outcome: str) -> str:
    """Say how a run ended."""
    return {
        RunOutcome.SAVED.value: _("saved"),
        RunOutcome.LOST.value: _("lost"),
        RunOutcome.NO_CHANGE.value: _("no change"),
        RunOutcome.FALSE_ALARM.value: _("false alarm"),
        RunOutcome.DONE.value: _("done"),
        RunOutcome.PASSED.value: _("passed by itself"),
        RunOutcome.TAKEN_BACK.value: _("taken back"),
    }.get(outcome, outcome)


def run_status_name(status: str) -> str:
    """Say where a run stands."""
    return _("under way") if status == RunStatus.OPEN else _("finished")


def task_status_name(status: str) -> str:
    """Say where a task stands."""
    return {
        TaskStatus.OPEN.value: _("open"),
        TaskStatus.DONE.value: _("done"),
        TaskStatus.SKIPPED.value: _("left out"),
        TaskStatus.CANCELLED.value: _("taken off"),
    }.get(status, status)
