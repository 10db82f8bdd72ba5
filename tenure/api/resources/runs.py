"""Runs: playbooks being carried out for accounts."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from django.db import transaction
from ninja import Router, Schema, Status
from ninja.params.functions import Query

from tenure.api.callers import acting_member, write_down
from tenure.api.calls import ApiCall
from tenure.api.fields import LARGEST_ID, Id, Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_by_id, reachable
from tenure.customers import queries as customers
from tenure.playbooks import actions, queries
from tenure.playbooks.types import RunOutcome, RunStatus, TaskStatus

if TYPE_CHECKING:
    from tenure.playbooks.models import Run

router = Router(tags=["playbooks"])


class RunOut(Schema):
    """One run; `GET /tasks?run_id=…` has its tasks."""

    id: int = said("Which run.")
    playbook_id: int = said("The playbook.", 2)
    playbook_name: str = said("What the playbook is called.")
    account_id: int = said("The account it is carried out for.")
    account_name: str = said("What the account is called.")
    status: str = said("open or finished.", "open")
    severity: float = said("How much what opened it matters, 0 to 1.", 0.72)
    signal_id: int | None = said("The signal that opened it.", 9)
    reason: dict[str, Any] = said("What opened it; empty when a member did.", {"percent": 46, "since": "2026-03-02"})
    tasks: int = said("How many tasks it has.", 3)
    tasks_open: int = said("How many of them are still to be done.", 2)
    started_at: datetime = said("When it was opened.")
    started_by_id: int | None = said("The member who opened it by hand.", 3)
    refreshed_at: datetime | None = said("When what opens it happened again, while it was open.")
    refreshed_times: int = said("How often that was.", 0)
    finished_at: datetime | None = said("When it ended.")
    finished_by_id: int | None = said("The member who ended it.", None)
    outcome: str = said("saved, lost, no_change, false_alarm, done or passed; empty while it is open.", "")
    notes: str = said("What was noted at its end.", "")


class StartIn(Schema):
    """A run to open."""

    playbook_id: Id = said("The playbook.", 2)
    account_id: Id = said("The account.")


class FinishIn(Schema):
    """How a run ended."""

    outcome: Literal["saved", "no_change", "lost", "false_alarm", "done"] = said("What came of it.", "saved")
    notes: Text = said("What to remember of it.", "They renewed.", max_length=4_000, default="")


@lists(router, "", RunOut, summary="List runs")
def list_runs(
    request: ApiCall,
    account_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those of an account."),
    playbook_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those of a playbook."),
    status: Literal["open", "finished"] | None = Query(None, description="Only those that stand so."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List runs, newest first."""
    wanted = RunStatus(status) if status else None
    found = queries.runs(account_id=account_id, playbook_id=playbook_id, status=wanted)
    return page_by_id(found, cursor, limit, _shown)


@router.get("/{int:run_id}", response=RunOut, summary="One run")
def read_run(request: ApiCall, run_id: int) -> Any:
    """Return one run."""
    return _shown(queries.run(reachable(run_id)))


@router.post("", response={200: RunOut, 201: RunOut}, summary="Start a run")
@transaction.atomic
def start_run(request: ApiCall, given: StartIn) -> Any:
    """Open a run by hand (201), or return the one that is open already (200)."""
    by, account = acting_member(request), customers.account(given.account_id)
    run = actions.start_run(queries.playbook(given.playbook_id), account.pk, by=by)
    if run.refreshed_times:
        return Status(200, _shown(queries.run(run.pk)))
    write_down("runs.start", by=by, subject=account, run_id=run.pk)
    return Status(201, _shown(queries.run(run.pk)))


@router.post("/{int:run_id}/finish", response=RunOut, summary="Finish a run")
@transaction.atomic
def finish_run(request: ApiCall, run_id: int, given: FinishIn) -> Any:
    """End it with what came of it; tasks that are left are taken off their lists."""
    by, run = acting_member(request), queries.run(reachable(run_id))
    actions.finish_run(run, outcome=RunOutcome(given.outcome), by=by, notes=given.notes)
    write_down("runs.finish", by=by, subject=run.account, run_id=run.pk, outcome=given.outcome)
    return _shown(queries.run(run.pk))


def _shown(run: "Run") -> dict[str, Any]:
    tasks = list(run.tasks.all())
    fields = (
        "playbook_id", "account_id", "status", "severity", "signal_id", "reason", "started_at", "started_by_id",
        "refreshed_at", "refreshed_times", "finished_at", "finished_by_id", "outcome", "notes",
    )  # fmt: skip
    return {
        "id": run.pk,
        "playbook_name": run.playbook.name,
        "account_name": str(run.account),
        "tasks": len(tasks),
        "tasks_open": sum(task.status == TaskStatus.OPEN for task in tasks),
        **{field: getattr(run, field) for field in fields},
    }
