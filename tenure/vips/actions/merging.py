"""Accounts that turned out to be one with another: their reasons end without a word, and go on when parted."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.vips.models import VipReason


@transaction.atomic
def follow_merged(merged: Iterable[int]) -> None:
    """End the reasons of accounts that became part of another; the next sweep judges the whole."""
    now_is = customers.merged_accounts(set(merged))
    if now_is:
        VipReason.objects.filter(account__in=list(now_is), left_at=None).update(left_at=clock.now(), left_merged=True)


@transaction.atomic
def follow_parted(parted: Iterable[int]) -> None:
    """Let the reasons of accounts that were parted again go on as if nothing had been."""
    ids = set(parted)
    themselves = ids - set(customers.merged_accounts(ids))
    ended = VipReason.objects.filter(account__in=themselves, left_merged=True)
    newer = VipReason.objects.filter(account=OuterRef("account"), reason=OuterRef("reason"), pk__gt=OuterRef("pk"))
    ended.filter(~Exists(newer)).update(left_at=None, left_merged=False)
