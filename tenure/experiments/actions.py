"""Writes of experiments."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from tenure.experiments.announcements import AccountAssigned
from tenure.experiments.models import Assignment
from tenure.experiments.rules import group_for
from tenure.experiments.types import Group
from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce_all
from tenure.workspaces import queries as workspaces


@transaction.atomic
def assign_accounts(account_ids: Iterable[int], *, at: datetime | None = None) -> dict[int, Group]:
    """Return each account's group, drawing the lots of those that were never eligible before.

    Call it at the moment an account could first be touched, whatever comes of the touch: from then on it counts in
    its group (intention to treat). Idempotent; three statements, whatever the number.
    """
    wanted = sorted(set(account_ids))
    known = _groups(wanted)
    missing = [pk for pk in wanted if pk not in known]
    if not missing:
        return known
    moment = at or clock.now()
    workspace = workspaces.workspace(tenancy.current_workspace_id())
    Assignment.objects.bulk_create(
        [
            Assignment(
                account_id=pk,
                group=group_for(pk, workspace.holdout_salt, workspace.holdout_share).value,
                share=workspace.holdout_share,
                assigned_at=moment,
            )
            for pk in missing
        ],
        ignore_conflicts=True,
        batch_size=2_000,
    )
    drawn = Assignment.objects.filter(account_id__in=missing).values_list("account_id", "group", "assigned_at")
    found = {account_id: (Group(group), assigned_at) for account_id, group, assigned_at in drawn}
    announce_all(
        AccountAssigned(workspace_id=workspace.pk, at=moment, account_id=pk, group=group.value)
        for pk, (group, assigned_at) in found.items()
        if assigned_at == moment
    )
    return known | {pk: group for pk, (group, _) in found.items()}


def _groups(account_ids: list[int]) -> dict[int, Group]:
    found = Assignment.objects.filter(account_id__in=account_ids).values_list("account_id", "group")
    return {account_id: Group(group) for account_id, group in found}
