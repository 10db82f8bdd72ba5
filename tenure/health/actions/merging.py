"""What members said of accounts that turned out to be one with another goes along, and back when they are parted."""

from collections.abc import Iterable

from django.db import transaction

from tenure.customers import actions as customers
from tenure.health.actions.judging import touch
from tenure.kernel.following import Place

PLACES = (Place("health_override", "account_id"), Place("health_judgement", "account_id"))


@transaction.atomic
def follow_merged(merged: Iterable[int], kept: Iterable[int]) -> None:
    """Give overrides and judgements to the account it is now, and have both judged again."""
    ids = set(merged)
    touch({*ids, *kept, *customers.follow_merged("account", ids, PLACES)})


@transaction.atomic
def follow_parted(parted: Iterable[int], of: Iterable[int]) -> None:
    """Give them back, and have both judged again."""
    ids, others = set(parted), set(of)
    touch({*ids, *others, *customers.follow_parted("account", ids, others, PLACES)})
