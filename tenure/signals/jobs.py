"""Background work of signals, and what they hear from below."""

from datetime import datetime

from tenure.customers.announcements import AccountsMerged, AccountsParted, OwnerChanged
from tenure.kernel.jobs import stage
from tenure.signals import actions


@stage("signals.wake", every=60, order=35)
def wake(now: datetime) -> int:
    """Bring back snoozed signals whose time has come."""
    return actions.wake_due_signals(now)


def on_accounts_merged(batch: list[AccountsMerged]) -> None:
    """Keep signals with the account they are about."""
    actions.follow_merged_accounts([said.merged_account_id for said in batch])


def on_accounts_parted(batch: list[AccountsParted]) -> None:
    """Give accounts what had been theirs before a merge that was taken back."""
    actions.follow_parted_accounts([said.parted_account_id for said in batch], [said.account_id for said in batch])


def on_owner_changed(batch: list[OwnerChanged]) -> None:
    """Hand open signals over with their account."""
    handed: dict[int, tuple[int | None, int | None]] = {}
    for said in batch:
        first, _ = handed.get(said.account_id, (said.previous_owner_id, None))
        handed[said.account_id] = (first, said.owner_id)
    actions.follow_owners(handed)
