"""Reads of playbooks: a member's day, runs, tasks, calls."""

from tenure.playbooks.queries.day import my_day, open_task_count
from tenure.playbooks.queries.playbooks import (
    playbook,
    playbook_tasks,
    playbook_trigger,
    playbooks,
    playbooks_for_segments,
    playbooks_for_signals,
)
from tenure.playbooks.queries.runs import (
    call,
    calls,
    calls_of,
    next_due,
    next_tasks,
    open_runs_of,
    questions_of,
    run,
    runs,
    runs_of,
    runs_of_playbook,
    task,
    tasks,
    tasks_of_account,
)
from tenure.playbooks.queries.week import next_day_at_work, working_week

__all__ = [
    "call",
    "calls",
    "calls_of",
    "my_day",
    "next_day_at_work",
    "next_due",
    "next_tasks",
    "open_runs_of",
    "open_task_count",
    "playbook",
    "playbook_tasks",
    "playbook_trigger",
    "playbooks",
    "playbooks_for_segments",
    "playbooks_for_signals",
    "questions_of",
    "run",
    "runs",
    "runs_of",
    "runs_of_playbook",
    "task",
    "tasks",
    "tasks_of_account",
    "working_week",
]
