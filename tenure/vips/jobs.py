"""When accounts are swept for reasons to be VIPs: every hour, so that a sign-up does not wait for tomorrow."""

from datetime import datetime, timedelta

from tenure.customers.announcements import AccountsMerged, AccountsParted, PeopleMerged, PeopleParted
from tenure.kernel import tenancy
from tenure.kernel.jobs import due_once, stage
from tenure.vips import actions
from tenure.vips.models import VipRules

EVERY = timedelta(hours=1)


@stage("vips", every=60, order=44, lane="slow")
def sweep(now: datetime) -> int:
    """Find who has become a VIP, or is no longer."""
    found = 0
    having = VipRules.everywhere.order_by("workspace_id").values_list("workspace_id", flat=True)
    for workspace_id in having:
        if due_once("vips", workspace_id, now, EVERY):
            with tenancy.scope(workspace_id):
                found += actions.sweep(now=now)
    return found


def on_accounts_merged(batch: list[AccountsMerged]) -> None:
    """End the reasons of accounts that became part of another."""
    actions.follow_merged([said.merged_account_id for said in batch])


def on_accounts_parted(batch: list[AccountsParted]) -> None:
    """Let the reasons of accounts that were parted again go on."""
    actions.follow_parted([said.parted_account_id for said in batch], [said.account_id for said in batch])


def on_people_merged(batch: list[PeopleMerged]) -> None:
    """Let what was accepted be of the people they are."""
    actions.follow_merged_people([said.merged_person_id for said in batch])


def on_people_parted(batch: list[PeopleParted]) -> None:
    """Let what was accepted be of those who were parted again."""
    actions.follow_parted_people([said.parted_person_id for said in batch], [said.person_id for said in batch])
