"""Lets segments, scores and lists know what an account's use is like, without their knowing who says so."""

from tenure.activity.models import UseStanding
from tenure.activity.types import ACTIVITY_TRAIT
from tenure.customers import actions as customer_actions
from tenure.customers import queries as customers

_AT_ONCE = 2_000


def tell_verdicts() -> int:
    """Bring the trait of each account up to date with what was last said of its use; returns of how many it changed.

    A transaction for each few thousand, so that nobody waits long for the identities.
    """
    said: dict[int, str | None] = dict(UseStanding.objects.order_by("account_id").values_list("account_id", "verdict"))
    facts = customers.account_facts([ACTIVITY_TRAIT])
    known = dict(zip(facts["account_id"].to_pylist(), facts[ACTIVITY_TRAIT].to_pylist(), strict=True))
    changed = {pk: said.get(pk) for pk in known if known[pk] != said.get(pk)}
    ids = sorted(changed)
    for begin in range(0, len(ids), _AT_ONCE):
        some = {pk: {ACTIVITY_TRAIT: changed[pk]} for pk in ids[begin : begin + _AT_ONCE]}
        customer_actions.set_traits_of_accounts(some, source="activity")
    return len(ids)
