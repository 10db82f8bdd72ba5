"""Following customers who turned out to be one, or not after all. An open run keeps its key: it is its own work."""

from collections.abc import Iterable

from tenure.customers.actions import follow_merged, follow_parted
from tenure.kernel.following import Place

_OF_PEOPLE = (Place("playbooks_task", "person_id"), Place("playbooks_calllog", "person_id"))
_OF_ACCOUNTS = (
    Place("playbooks_task", "account_id"),
    Place("playbooks_run", "account_id"),
    Place("playbooks_calllog", "account_id"),
)


def follow_merged_people(merged: Iterable[int]) -> None:
    """Give the tasks and calls of merged traces to the people they are."""
    follow_merged("person", merged, _OF_PEOPLE)


def follow_merged_accounts(merged: Iterable[int]) -> None:
    """Give the work on merged accounts to the accounts they joined."""
    follow_merged("account", merged, _OF_ACCOUNTS)


def follow_parted_people(parted: Iterable[int], of: Iterable[int]) -> None:
    """Give people who were parted again the tasks and calls that had been theirs."""
    follow_parted("person", parted, of, _OF_PEOPLE)


def follow_parted_accounts(parted: Iterable[int], of: Iterable[int]) -> None:
    """Give accounts that were parted again the work that had been theirs."""
    follow_parted("account", parted, of, _OF_ACCOUNTS)
