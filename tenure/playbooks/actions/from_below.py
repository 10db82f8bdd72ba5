"""Tasks that other domains ask for: the steps of a change from one touch model to another."""

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction

from tenure.customers import queries as customers
from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce_all
from tenure.playbooks import rules
from tenure.playbooks.announcements import TaskCompleted
from tenure.playbooks.models import Task
from tenure.playbooks.queries.week import working_week
from tenure.playbooks.types import CancelReason, TaskStatus, WantedTask
from tenure.touch_models import queries as touch_models
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole


@transaction.atomic
def add_wanted_tasks(wanted: Sequence[WantedTask]) -> int:
    """Put tasks on the lists of those who look after the accounts.

    Of accounts nobody looks after, those who share their pooled book take turns, else everybody who may work; all that
    is to be done for one account falls to one.
    """
    if not wanted:
        return 0
    now, week = clock.now(), working_week()
    active = dict(workspaces.members().order_by("pk").values_list("pk", "permission_role"))
    pool = [pk for pk, role in active.items() if role != PermissionRole.VIEWER]
    owners = {a: o for a, o in customers.owners_of([w.account_id for w in wanted]).items() if o in active}
    today = rules.local_day(now, week)
    forbidden = touch_models.channels_forbidden({w.account_id for w in wanted})
    sharing = touch_models.sharing_pools_of({w.account_id for w in wanted} - set(owners))
    tasks = []
    for each in wanted:
        takers = [pk for pk in sharing.get(each.account_id, ()) if pk in pool] or pool
        due = rules.end_of_day(max(each.due_on, today), week)
        kind = rules.way_allowed(each.kind, forbidden.get(each.account_id, ()))
        tasks.append(
            Task(
                account_id=each.account_id,
                owner_id=owners.get(each.account_id) or (takers[each.account_id % len(takers)] if takers else None),
                kind=kind.value,
                instead_of=each.kind.value if kind is not each.kind else "",
                title=each.title[:200],
                script=each.script,
                transition_step_id=each.step_id,
                status=TaskStatus.OPEN.value,
                created_at=now,
                due_at=due,
                first_due_at=due,
            )
        )
    return len(Task.objects.bulk_create(tasks, batch_size=1_000))


@transaction.atomic
def close_tasks_of_steps(
    done: Mapping[int, int | None], left_out: Mapping[int, int | None], over: Collection[int]
) -> int:
    """Take tasks off their lists whose step was done or left out elsewhere (by whom), or is to be done no more."""
    now = clock.now()
    opened = Task.objects.select_for_update().filter(status=TaskStatus.OPEN.value)
    tasks = list(opened.filter(transition_step__in=[*done, *left_out, *over]).order_by("pk"))
    names = workspaces.member_names()
    closed = []
    for task in tasks:
        step = task.transition_step_id or 0
        by = done.get(step, left_out.get(step))
        task.status = _became(step, done, left_out).value
        task.completed_at, task.completed_by_id = now, by
        task.note = CancelReason.CHANGE_OVER.value if task.status == TaskStatus.CANCELLED else ""
        if step in done:
            closed.append((task, by))
    Task.objects.bulk_update(tasks, ["status", "completed_at", "completed_by", "note"], batch_size=1_000)
    announce_all(
        TaskCompleted(
            workspace_id=tenancy.current_workspace_id(),
            at=now,
            account_id=task.account_id,
            person_id=task.person_id,
            task_id=task.pk,
            kind=task.kind,
            title=task.title,
            completed_by_id=by,
            completed_by=names.get(by, "") if by else "",
        )
        for task, by in closed
    )
    return len(tasks)


def _became(step: int, done: Collection[int], left_out: Collection[int]) -> TaskStatus:
    if step in done:
        return TaskStatus.DONE
    return TaskStatus.SKIPPED if step in left_out else TaskStatus.CANCELLED


@transaction.atomic
def reopen_tasks_of_steps(step_ids: Collection[int]) -> int:
    """Put tasks back on their lists whose step is to be done again."""
    closed = [TaskStatus.DONE.value, TaskStatus.SKIPPED.value]
    over = Task.objects.filter(transition_step__in=list(step_ids), status__in=closed)
    return over.update(status=TaskStatus.OPEN.value, completed_at=None, completed_by=None, note="")
