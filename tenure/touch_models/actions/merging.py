"""Accounts that turned out to be one with another: their model ends without a word, and goes on when parted."""

from collections.abc import Iterable

from django.db import transaction

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.kernel.in_force import end_merged, go_on
from tenure.touch_models.queries.judging import STANDINGS


@transaction.atomic
def follow_merged(merged: Iterable[int]) -> None:
    """End the models of accounts that became part of another; locks and plans wait with them."""
    end_merged(STANDINGS, customers.merged_accounts(set(merged)), at=clock.now())


@transaction.atomic
def follow_parted(parted: Iterable[int]) -> None:
    """Let the models of accounts that were parted again go on as if nothing had been."""
    ids = set(parted)
    go_on(STANDINGS, ids - set(customers.merged_accounts(ids)))
