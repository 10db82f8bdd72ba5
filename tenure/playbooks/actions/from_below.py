"""Tasks that other domains ask for: the steps of a change from one touch model to another."""

from collections.abc import Sequence

from django.db import transaction

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.playbooks import rules
from tenure.playbooks.models import Task
from tenure.playbooks.queries.week import working_week
from tenure.playbooks.types import TaskStatus, WantedTask
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole


@transaction.atomic
def add_wanted_tasks(wanted: Sequence[WantedTask]) -> int:
    """Put tasks on the lists of those who look after the accounts; of accounts nobody looks after, in turn."""
    if not wanted:
        return 0
    now, week = clock.now(), working_week()
    active = dict(workspaces.members().order_by("pk").values_list("pk", "permission_role"))
    pool = [pk for pk, role in active.items() if role != PermissionRole.VIEWER]
    owners = {a: o for a, o in customers.owners_of([w.account_id for w in wanted]).items() if o in active}
    today = rules.local_day(now, week)
    tasks = []
    for n, each in enumerate(wanted):
        due = rules.end_of_day(max(each.due_on, today), week)
        tasks.append(
            Task(
                account_id=each.account_id,
                owner_id=owners.get(each.account_id) or (pool[n % len(pool)] if pool else None),
                kind=each.kind.value,
                title=each.title[:200],
                status=TaskStatus.OPEN.value,
                created_at=now,
                due_at=due,
                first_due_at=due,
            )
        )
    return len(Task.objects.bulk_create(tasks, batch_size=1_000))
