"""Runs, tasks and calls."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Min, Prefetch, QuerySet

from tenure.playbooks.errors import RunUnknown, TaskUnknown
from tenure.playbooks.models import CallLog, Run, Task
from tenure.playbooks.rules import questions_of as read_questions
from tenure.playbooks.types import Question, RunStatus, TaskStatus


def run(pk: int) -> Run:
    """Return one run with its playbook, account, signal and (as `run.tasks.all()`) its tasks; raises `RunUnknown`."""
    found = _runs().filter(pk=pk).first()
    if found is None:
        raise RunUnknown
    return found


def runs(
    *, account_id: int | None = None, playbook_id: int | None = None, status: RunStatus | None = None
) -> QuerySet[Run]:
    """Return runs with their tasks, of everybody unless narrowed, the latest first."""
    found = _runs()
    if account_id is not None:
        found = found.filter(account_id=account_id)
    if playbook_id is not None:
        found = found.filter(playbook_id=playbook_id)
    if status is not None:
        found = found.filter(status=status.value)
    return found.order_by("-pk")


def runs_of(account_id: int, *, status: RunStatus | None = None) -> QuerySet[Run]:
    """Return an account's runs with their tasks, the open ones first, then the latest."""
    found = _runs().filter(account_id=account_id)
    if status is not None:
        found = found.filter(status=status.value)
    return found.order_by("-status", "-pk")


def runs_of_playbook(playbook_id: int, *, status: RunStatus | None = None) -> QuerySet[Run]:
    """Return a playbook's runs with their tasks, the open ones first, then the latest."""
    found = _runs().filter(playbook_id=playbook_id)
    if status is not None:
        found = found.filter(status=status.value)
    return found.order_by("-status", "-pk")


def task(pk: int) -> Task:
    """Return one task with its run, playbook, account and owner; raises `TaskUnknown`."""
    found = (
        Task.objects.select_related("run__playbook", "run__signal", "account", "person", "owner").filter(pk=pk).first()
    )
    if found is None:
        raise TaskUnknown
    return found


def tasks(
    *,
    account_id: int | None = None,
    owner_id: int | None = None,
    run_id: int | None = None,
    status: TaskStatus | None = None,
) -> QuerySet[Task]:
    """Return tasks, of everybody unless narrowed, the latest first."""
    found = Task.objects.select_related("run__playbook", "owner", "person", "account")
    for name, value in (("account_id", account_id), ("owner_id", owner_id), ("run_id", run_id)):
        if value is not None:
            found = found.filter(**{name: value})
    if status is not None:
        found = found.filter(status=status.value)
    return found.order_by("-pk")


def questions_of(task: Task) -> tuple[Question, ...]:
    """Return the questions of a task's script."""
    return read_questions(task.questions)


def tasks_of_account(account_id: int, *, status: TaskStatus | None = TaskStatus.OPEN) -> QuerySet[Task]:
    """Return an account's tasks with their owners, the soonest due first."""
    found = Task.objects.select_related("run__playbook", "owner", "person").filter(account_id=account_id)
    if status is not None:
        found = found.filter(status=status.value)
    return found.order_by("due_at", "pk")


def next_due(*, before: datetime | None = None) -> QuerySet[Any, Any]:
    """Return when the next open task of accounts is due, of those with any, as rows of `account_id` and `key`.

    A list of accounts can be put in their order without knowing of tasks; `before`: only those that are late by then.
    """
    found = Task.objects.filter(status=TaskStatus.OPEN.value).order_by()
    if before is not None:
        found = found.filter(due_at__lt=before)
    return found.values("account_id").annotate(key=Min("due_at"))


def next_tasks(account_ids: Iterable[int]) -> dict[int, Task]:
    """Return the open task of each of these accounts that is due first; those without one are left out."""
    found = Task.objects.filter(account_id__in=list(account_ids), status=TaskStatus.OPEN.value)
    first = found.order_by("account_id", "due_at", "pk").distinct("account_id").select_related("owner")
    return {task.account_id: task for task in first}


def open_runs_of(playbook_id: int, account_ids: Iterable[int]) -> set[int]:
    """Return which of these accounts have an open run of a playbook."""
    found = Run.objects.filter(playbook_id=playbook_id, account_id__in=list(account_ids), status=RunStatus.OPEN.value)
    return set(found.values_list("account_id", flat=True))


def call(pk: int) -> CallLog | None:
    """Return one call with who, whom and what next."""
    return _calls().filter(pk=pk).first()


def calls_of(account_id: int) -> QuerySet[CallLog]:
    """Return an account's calls, latest first."""
    return _calls().filter(account_id=account_id).order_by("-pk")


def calls(
    *, account_id: int | None = None, person_id: int | None = None, called_by_id: int | None = None
) -> QuerySet[CallLog]:
    """Return calls, of everybody unless narrowed, the latest first."""
    found = _calls()
    for name, value in (("account_id", account_id), ("person_id", person_id), ("called_by_id", called_by_id)):
        if value is not None:
            found = found.filter(**{name: value})
    return found.order_by("-pk")


def _runs() -> QuerySet[Run]:
    tasks = Task.objects.select_related("owner", "person").order_by("position", "pk")
    return Run.objects.select_related("playbook", "account", "signal", "started_by").prefetch_related(
        Prefetch("tasks", queryset=tasks)
    )


def _calls() -> QuerySet[CallLog]:
    return CallLog.objects.select_related("called_by", "person", "task", "next_task")
