"""Runs: opened many at once, refreshed by a repeat, finished when the work is done or its cause has gone."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction

from tenure.customers import queries as customers
from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce_all
from tenure.playbooks import rules
from tenure.playbooks.announcements import RunFinished, RunStarted
from tenure.playbooks.errors import PlaybookArchived, PlaybookUnknown, RunFinishedAlready, RunUnknown
from tenure.playbooks.models import Playbook, Run, Task
from tenure.playbooks.queries.week import working_week
from tenure.playbooks.types import (
    CancelReason,
    Cause,
    OwnerRule,
    RunOutcome,
    RunStatus,
    Started,
    TaskKind,
    TaskStatus,
    TriggerKind,
)
from tenure.touch_models import queries as touch_models
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

_OPEN_OR_REFRESH = """
    INSERT INTO playbooks_run
        (workspace_id, playbook_id, account_id, dedupe_key, status, severity, signal_id, reason, started_at,
         started_by_id, refreshed_times, outcome, notes)
    SELECT %s, %s, cause.account_id, cause.dedupe_key, 'open', cause.severity, cause.signal_id, cause.reason::jsonb, %s,
           %s, 0, '', ''
    FROM unnest(%s::bigint[], %s::text[], %s::float8[], %s::bigint[], %s::text[])
         AS cause (account_id, dedupe_key, severity, signal_id, reason)
    ON CONFLICT (workspace_id, dedupe_key) WHERE status = 'open' DO UPDATE
    SET severity = EXCLUDED.severity, signal_id = COALESCE(EXCLUDED.signal_id, playbooks_run.signal_id),
        reason = playbooks_run.reason || EXCLUDED.reason, refreshed_at = EXCLUDED.started_at,
        refreshed_times = playbooks_run.refreshed_times + 1
    RETURNING id, account_id, xmax = 0
"""


@transaction.atomic
def start_runs(
    playbook: Playbook, causes: Sequence[Cause], *, trigger: TriggerKind, by: "Member | None" = None
) -> Started:
    """Open a run with its tasks for each account, or refresh the one that is open for the same dedupe key.

    A handful of statements, whatever the number. Of two causes for one account the last counts.
    """
    playbook = _locked(playbook)
    unique = {c.account_id: c for c in causes}
    if not unique:
        return Started(opened=(), refreshed=())
    now = clock.now()
    workspace_id = tenancy.current_workspace_id()
    listed = list(unique.values())
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN_OR_REFRESH,
            [
                workspace_id,
                playbook.pk,
                now,
                by.pk if by else None,
                [c.account_id for c in listed],
                [rules.run_key(playbook.pk, c.account_id) for c in listed],
                [c.severity for c in listed],
                [c.signal_id for c in listed],
                [json.dumps(dict(c.reason)) for c in listed],
            ],
        )
        rows = cursor.fetchall()
    opened = {pk: account_id for pk, account_id, is_new in rows if is_new}
    _add_tasks(playbook, opened)
    announce_all(
        RunStarted(
            workspace_id=workspace_id,
            at=now,
            account_id=account_id,
            run_id=pk,
            playbook_id=playbook.pk,
            playbook_name=playbook.name,
            trigger=trigger.value,
            tasks=len(playbook.tasks),
            started_by_id=by.pk if by else None,
        )
        for pk, account_id in opened.items()
    )
    return Started(opened=tuple(opened), refreshed=tuple(pk for pk, _, is_new in rows if not is_new))


def start_run(playbook: Playbook, account_id: int, *, by: "Member", severity: float = 0.5) -> Run:
    """Open a run for one account by hand, or return the one that is open."""
    cause = Cause(account_id=account_id, severity=severity)
    started = start_runs(playbook, [cause], trigger=TriggerKind.MANUAL, by=by)
    return Run.objects.get(pk__in=started.opened + started.refreshed)


@transaction.atomic
def finish_run(run: Run, *, outcome: RunOutcome, by: "Member | None", notes: str = "") -> Run:
    """End a run with what came of it; what is left to do is cancelled. Raises `RunFinishedAlready`."""
    found = Run.objects.select_for_update().filter(pk=run.pk).first()
    if found is None:
        raise RunUnknown
    if found.status != RunStatus.OPEN:
        raise RunFinishedAlready
    finish_all(
        [found], outcomes={found.pk: outcome}, at=clock.now(), by=by, cancel=CancelReason.RUN_FINISHED, notes=notes
    )
    return found


@transaction.atomic
def finish_runs_of_signals(outcomes: Mapping[int, RunOutcome]) -> int:
    """End the open runs that these signals (by id, with what came of them) had opened; returns how many."""
    found = list(
        Run.objects.select_for_update().filter(signal_id__in=list(outcomes), status=RunStatus.OPEN.value).order_by("pk")
    )
    by_run = {run.pk: outcomes[run.signal_id] for run in found if run.signal_id is not None}
    finish_all(found, outcomes=by_run, at=clock.now(), by=None, cancel=CancelReason.SIGNAL_CLOSED)
    return len(found)


def finish_all(
    runs: Sequence[Run],
    *,
    outcomes: Mapping[int, RunOutcome],
    at: datetime,
    by: "Member | None",
    cancel: CancelReason,
    notes: str = "",
) -> None:
    """End locked runs and cancel what is left to do in them."""
    if not runs:
        return
    names = dict(Playbook.objects.filter(pk__in={r.playbook_id for r in runs}).values_list("pk", "name"))
    for run in runs:
        run.status = RunStatus.FINISHED.value
        run.outcome = outcomes[run.pk].value
        run.finished_at, run.finished_by, run.notes = at, by, notes
    Run.objects.bulk_update(runs, ["status", "outcome", "finished_at", "finished_by", "notes"], batch_size=1_000)
    Task.objects.filter(run__in=runs, status=TaskStatus.OPEN.value).update(
        status=TaskStatus.CANCELLED.value, completed_at=at, note=cancel.value
    )
    announce_all(
        RunFinished(
            workspace_id=tenancy.current_workspace_id(),
            at=at,
            account_id=run.account_id,
            run_id=run.pk,
            playbook_id=run.playbook_id,
            playbook_name=names[run.playbook_id],
            outcome=run.outcome,
            finished_by_id=by.pk if by else None,
        )
        for run in runs
    )


def _add_tasks(playbook: Playbook, runs: Mapping[int, int]) -> None:
    """Give each new run (by id, with its account) the playbook's tasks, each with an owner and a day."""
    if not runs:
        return
    now = clock.now()
    week = working_week()
    active = dict(workspaces.members().values_list("pk", "permission_role"))
    pool = [pk for pk in playbook.pool if pk in active] or [
        pk for pk, role in active.items() if role != PermissionRole.VIEWER
    ]
    owners = {pk: owner for pk, owner in customers.owners_of(runs.values()).items() if owner in active}
    due = [rules.due_at(now, template["due_in_days"], week) for template in playbook.tasks]
    forbidden = touch_models.channels_forbidden(set(runs.values()))
    tasks, dealt = [], 0
    for run_id, account_id in runs.items():
        stand_in: int | None = None
        for position, template in enumerate(playbook.tasks):
            owner = owners.get(account_id) if template["owner"] == OwnerRule.ACCOUNT_OWNER else None
            if owner is None and pool:
                if stand_in is None:
                    (stand_in,) = rules.in_turn(pool, playbook.pool_next + dealt, 1)
                    dealt += 1
                owner = stand_in
            kind = rules.way_allowed(TaskKind(template["kind"]), forbidden.get(account_id, ()))
            tasks.append(
                Task(
                    run_id=run_id,
                    account_id=account_id,
                    owner_id=owner,
                    position=position,
                    kind=kind.value,
                    instead_of=template["kind"] if kind != template["kind"] else "",
                    title=template["title"],
                    script=template["script"],
                    questions=template["questions"],
                    minutes=template["minutes"],
                    status=TaskStatus.OPEN.value,
                    created_at=now,
                    due_at=due[position],
                    first_due_at=due[position],
                )
            )
    Task.objects.bulk_create(tasks, batch_size=1_000)
    if dealt:
        playbook.pool_next = (playbook.pool_next + dealt) % max(1, len(pool))
        playbook.save(update_fields=["pool_next"])


def _locked(playbook: Playbook) -> Playbook:
    found = Playbook.objects.select_for_update().filter(pk=playbook.pk).first()
    if found is None:
        raise PlaybookUnknown
    if found.archived_at is not None:
        raise PlaybookArchived
    return found
