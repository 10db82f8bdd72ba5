"""Following customers who turned out to be one, or not after all."""

from collections.abc import Iterable

from tenure.customers.actions import follow_merged, follow_parted
from tenure.kernel.following import Place

_OF_PEOPLE = (Place("channels_outgoingmessage", "person_id"), Place("channels_unsubscribe", "person_id"))
_OF_ACCOUNTS = (Place("channels_outgoingmessage", "account_id"),)


def follow_merged_people(merged: Iterable[int]) -> None:
    """Give what belonged to merged traces to the people they are: messages, and above all what they said no to."""
    follow_merged("person", merged, _OF_PEOPLE)


def follow_merged_accounts(merged: Iterable[int]) -> None:
    """Give the messages of merged accounts to the accounts they joined."""
    follow_merged("account", merged, _OF_ACCOUNTS)


def follow_parted_people(parted: Iterable[int], of: Iterable[int]) -> None:
    """Give people who were parted again what had been theirs."""
    follow_parted("person", parted, of, _OF_PEOPLE)


def follow_parted_accounts(parted: Iterable[int], of: Iterable[int]) -> None:
    """Give accounts that were parted again the messages that had been theirs."""
    follow_parted("account", parted, of, _OF_ACCOUNTS)
