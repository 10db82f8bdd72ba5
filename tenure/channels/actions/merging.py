"""Following customers who turned out to be one."""

from collections.abc import Mapping

from django.db import transaction

from tenure.channels.models import OutgoingMessage, Unsubscribe


@transaction.atomic
def follow_merged_people(now_is: Mapping[int, int]) -> None:
    """Give what belonged to a merged trace to the person it is: messages, and above all what they said no to."""
    for old, new in now_is.items():
        OutgoingMessage.objects.filter(person_id=old).update(person_id=new)
        Unsubscribe.objects.filter(person_id=old).update(person_id=new)


@transaction.atomic
def follow_merged_accounts(now_is: Mapping[int, int]) -> None:
    """Give the messages of an account of one to the account it joined."""
    for old, new in now_is.items():
        OutgoingMessage.objects.filter(account_id=old).update(account_id=new)
