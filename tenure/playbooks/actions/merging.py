"""Following customers who turned out to be one."""

from collections.abc import Mapping

from django.db import transaction

from tenure.playbooks import rules
from tenure.playbooks.models import CallLog, Run, Task
from tenure.playbooks.types import RunStatus


@transaction.atomic
def follow_merged_people(now_is: Mapping[int, int]) -> None:
    """Give the tasks and calls of a merged trace to the person it is."""
    for old, new in now_is.items():
        Task.objects.filter(person_id=old).update(person_id=new)
        CallLog.objects.filter(person_id=old).update(person_id=new)


@transaction.atomic
def follow_merged_accounts(now_is: Mapping[int, int]) -> None:
    """Give the work on an account of one to the account it joined; of two open runs of a playbook both stay."""
    for old, new in now_is.items():
        for model in (Task, CallLog):
            model.objects.filter(account_id=old).update(account_id=new)
        runs = list(Run.objects.filter(account_id=old))
        taken = set(
            Run.objects.filter(account_id=new, status=RunStatus.OPEN.value).values_list("playbook_id", flat=True)
        )
        for run in runs:
            run.account_id = new
            if run.playbook_id not in taken:
                run.dedupe_key = rules.run_key(run.playbook_id, new)
        Run.objects.bulk_update(runs, ["account_id", "dedupe_key"])
