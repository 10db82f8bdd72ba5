"""What playbooks tell the rest of the system."""

from datetime import datetime

from tenure.kernel.outbox import announcement


@announcement
class RunStarted:
    """Work began on an account by a playbook; `trigger` is signal, segment or manual."""

    workspace_id: int
    at: datetime
    account_id: int
    run_id: int
    playbook_id: int
    playbook_name: str
    trigger: str
    tasks: int
    started_by_id: int | None


@announcement
class RunFinished:
    """Work on an account by a playbook ended; `outcome` is a `RunOutcome`."""

    workspace_id: int
    at: datetime
    account_id: int
    run_id: int
    playbook_id: int
    playbook_name: str
    outcome: str
    finished_by_id: int | None


@announcement
class TaskCompleted:
    """A member did a task."""

    workspace_id: int
    at: datetime
    account_id: int
    person_id: int | None
    task_id: int
    kind: str
    title: str
    completed_by_id: int | None
    completed_by: str


@announcement
class TaskUndone:
    """A member took back that a task was done or skipped."""

    workspace_id: int
    at: datetime
    account_id: int
    person_id: int | None
    task_id: int
    kind: str
    title: str
    undone_by_id: int
    undone_by: str


@announcement
class CallLogged:
    """A member called; `outcome` is a `CallOutcome`."""

    workspace_id: int
    at: datetime
    account_id: int
    person_id: int | None
    call_id: int
    task_id: int | None
    outcome: str
    notes: str
    called_by_id: int | None
    called_by: str
