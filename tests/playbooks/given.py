"""Playbooks, signals and runs to start from."""

from typing import Any

from tenure.playbooks import actions
from tenure.playbooks.types import Question, TaskKind, TaskTemplate, Trigger, TriggerKind
from tenure.signals import actions as signals
from tests.channels.given import delivered as delivered

FADING = "activity_decline"
CALL = TaskTemplate(
    kind=TaskKind.CALL,
    title="Call about fading use",
    due_in_days=1,
    minutes=20,
    questions=(Question(text="What has changed?", trait="what_changed"),),
)
NOTE = TaskTemplate(kind=TaskKind.EMAIL, title="Write down what was agreed", due_in_days=3, minutes=10)


def given_playbook(
    name: str = "Usage is fading", *tasks: TaskTemplate, signal_kind: str = FADING, **choices: Any
) -> Any:
    """Make a playbook that a kind of signal opens."""
    return actions.define_playbook(
        name,
        trigger=Trigger(kind=TriggerKind.SIGNAL, signal_kind=signal_kind),
        tasks=tasks or (CALL, NOTE),
        **choices,
    )


def given_signal(account_id: int, severity: float = 0.8, kind: str = FADING) -> Any:
    """Open a signal and let everybody hear of it."""
    opened = signals.open_signal(account_id, kind, severity=severity, evidence={"percent": 62}, summary={"percent": 62})
    delivered()
    return opened
