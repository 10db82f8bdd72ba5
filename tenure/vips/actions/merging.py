"""Customers who turned out to be one with another: reasons end without a word, and go on when parted.

What was accepted, and links to accept by, are the customer's whoever it turned out to be: they go along.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef

from tenure.customers import actions as following
from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.kernel.following import Place
from tenure.vips.models import VipReason

_OF_ACCOUNTS = (Place("vips_acceptance", "account_id"), Place("vips_acceptancelink", "account_id"))
_OF_PEOPLE = (Place("vips_acceptance", "person_id"), Place("vips_acceptancelink", "person_id"))


@transaction.atomic
def follow_merged(merged: Iterable[int]) -> None:
    """End the reasons of accounts that became part of another; the next sweep judges the whole, the rest goes along."""
    merged = set(merged)
    following.follow_merged("account", merged, _OF_ACCOUNTS)
    now_is = customers.merged_accounts(merged)
    if now_is:
        VipReason.objects.filter(account__in=list(now_is), left_at=None).update(left_at=clock.now(), left_merged=True)


@transaction.atomic
def follow_parted(parted: Iterable[int], of: Iterable[int]) -> None:
    """Let the reasons of accounts that were parted again go on as if nothing had been, with what they had accepted."""
    ids = set(parted)
    following.follow_parted("account", ids, of, _OF_ACCOUNTS)
    themselves = ids - set(customers.merged_accounts(ids))
    ended = VipReason.objects.filter(account__in=themselves, left_merged=True)
    newer = VipReason.objects.filter(account=OuterRef("account"), reason=OuterRef("reason"), pk__gt=OuterRef("pk"))
    ended.filter(~Exists(newer)).update(left_at=None, left_merged=False)


def follow_merged_people(merged: Iterable[int]) -> None:
    """Let what merged traces accepted, and links meant for them, be of the people they are."""
    following.follow_merged("person", merged, _OF_PEOPLE)


def follow_parted_people(parted: Iterable[int], of: Iterable[int]) -> None:
    """Let what people who were parted again accepted, and links meant for them, be theirs again."""
    following.follow_parted("person", parted, of, _OF_PEOPLE)
