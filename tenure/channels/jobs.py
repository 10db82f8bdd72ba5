"""Background work of channels, and what they hear from below."""

from datetime import datetime

from tenure.channels import actions
from tenure.customers.announcements import AccountsMerged, AccountsParted, PeopleMerged, PeopleParted
from tenure.kernel.jobs import stage


@stage("channels_send", every=1, order=70)
def send(now: datetime) -> int:
    """Send the messages that are due."""
    return actions.send_waiting(now)


def on_people_merged(batch: list[PeopleMerged]) -> None:
    """Keep messages and unsubscriptions with the person they are about."""
    actions.follow_merged_people([said.merged_person_id for said in batch])


def on_accounts_merged(batch: list[AccountsMerged]) -> None:
    """Keep messages with the account they are about."""
    actions.follow_merged_accounts([said.merged_account_id for said in batch])


def on_people_parted(batch: list[PeopleParted]) -> None:
    """Give people what had been theirs before a merge that was taken back."""
    actions.follow_parted_people([said.parted_person_id for said in batch], [said.person_id for said in batch])


def on_accounts_parted(batch: list[AccountsParted]) -> None:
    """Give accounts what had been theirs before a merge that was taken back."""
    actions.follow_parted_accounts([said.parted_account_id for said in batch], [said.account_id for said in batch])
