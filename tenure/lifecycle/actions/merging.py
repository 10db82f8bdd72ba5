"""Stays of accounts that turned out to be one with another: over without a word, and on again when parted."""

from collections.abc import Iterable

from django.db import transaction

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.kernel.in_force import end_merged, go_on
from tenure.lifecycle.actions.following import touch
from tenure.lifecycle.queries.judging import STAYS


@transaction.atomic
def follow_merged(merged: Iterable[int], kept: Iterable[int]) -> None:
    """End the stays of accounts that became part of another, and have those looked at again."""
    end_merged(STAYS, customers.merged_accounts(set(merged)), at=clock.now())
    touch(kept)


@transaction.atomic
def follow_parted(parted: Iterable[int], of: Iterable[int]) -> None:
    """Let the stays of accounts that were parted again go on as if nothing had been; have both looked at again."""
    ids = set(parted)
    go_on(STAYS, ids - set(customers.merged_accounts(ids)))
    touch({*ids, *of})
