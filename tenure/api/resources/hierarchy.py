"""Hierarchy: which account belongs to which, and what they come to together."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import Id, said
from tenure.api.paging import reachable
from tenure.customers import actions, queries

router = Router(tags=["identity"])


class BelowOut(Schema):
    """An account below another."""

    id: int = said("Which account.", 12)
    name: str = said("What it is called.", "Fjord Bergen")
    depth: int = said("How far below: 1 is directly.", 1)
    mrr: float | None = said("Its monthly revenue, if it is known.", 490.0)
    people: int = said("Its known people.", 4)
    last_seen_at: datetime | None = said("When it was last used.")


class FamilyOut(Schema):
    """An account among those it belongs together with."""

    parent_ids: list[int] = said("The accounts above, the nearest first.", [7])
    below: list[BelowOut] = said("The accounts below.", [])
    mrr: float | None = said("Monthly revenue of it and those below, where known.", 980.0)
    people: int = said("People of it and those below; who is at several is counted once.", 9)
    last_seen_at: datetime | None = said("When any of them was last used.")


class ParentIn(Schema):
    """Which account it belongs to."""

    parent_id: Id | None = said("The account above; null lets the trait parent_id say it again.", 7)


@router.get("/{int:account_id}", response=FamilyOut, summary="The accounts above and below one")
def read_family(request: ApiCall, account_id: int) -> Any:
    """Return the accounts above and below, and what this one and those below come to together."""
    return _shown(queries.account(reachable(account_id)))


@router.put("/{int:account_id}/parent", response=FamilyOut, summary="Say which account one belongs to")
def set_parent(request: ApiCall, account_id: int, given: ParentIn) -> Any:
    """Set the parent; one that would close a circle is refused."""
    return _shown(actions.set_parent(reachable(account_id), given.parent_id, by=acting_member(request)))


def _shown(account: Any) -> dict[str, Any]:
    found = queries.family(account.pk)
    if found is None:
        people = queries.people_counts([account.pk]).get(account.pk, 0)
        mrr = account.traits.get("mrr")
        is_number = isinstance(mrr, int | float) and not isinstance(mrr, bool)
        return {"parent_ids": [], "below": [], "mrr": float(mrr) if is_number else None, "people": people,
                "last_seen_at": account.last_seen_at}  # fmt: skip
    return {"parent_ids": [pk for pk, _ in found.above], "below": found.below, "mrr": found.mrr,
            "people": found.people, "last_seen_at": found.last_seen_at}  # fmt: skip
