"""Writes to playbooks: defining them, opening and finishing runs, doing tasks, logging calls."""

from tenure.playbooks.actions.by_hand import start_runs_by_hand, take_back_runs
from tenure.playbooks.actions.calling import log_call
from tenure.playbooks.actions.defining import archive_playbook, change_playbook, define_playbook
from tenure.playbooks.actions.forgetting import forget_calls_before
from tenure.playbooks.actions.from_below import add_wanted_tasks, close_tasks_of_steps, reopen_tasks_of_steps
from tenure.playbooks.actions.merging import (
    follow_merged_accounts,
    follow_merged_people,
    follow_parted_accounts,
    follow_parted_people,
)
from tenure.playbooks.actions.running import finish_run, finish_runs_of_signals, start_run, start_runs
from tenure.playbooks.actions.tasks import (
    add_task,
    complete_task,
    hand_over_task,
    skip_task,
    snooze_task,
    undo_task,
)

__all__ = [
    "add_task",
    "add_wanted_tasks",
    "archive_playbook",
    "change_playbook",
    "close_tasks_of_steps",
    "complete_task",
    "define_playbook",
    "finish_run",
    "finish_runs_of_signals",
    "follow_merged_accounts",
    "follow_merged_people",
    "follow_parted_accounts",
    "follow_parted_people",
    "forget_calls_before",
    "hand_over_task",
    "log_call",
    "reopen_tasks_of_steps",
    "skip_task",
    "snooze_task",
    "start_run",
    "start_runs",
    "start_runs_by_hand",
    "take_back_runs",
    "undo_task",
]
