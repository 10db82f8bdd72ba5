"""The proposal that was asked for, as it was worked out and kept."""

import dataclasses

import msgspec

from tenure.customers import queries as customers
from tenure.touch_models.models import Proposal
from tenure.touch_models.queries.books import books
from tenure.touch_models.types.books import GivingOut, ProposalItem
from tenure.workspaces import queries as workspaces


def proposal() -> ProposalItem | None:
    """Return the proposal that was asked for last; None where there is none, or all of it is done."""
    found = Proposal.objects.select_related("asked_by").first()
    if found is None:
        return None
    return ProposalItem(
        asked_at=found.asked_at,
        asked_by=found.asked_by.name if found.asked_by else "",
        done_at=found.done_at,
        error=found.error,
        giving_out=_named(stored_result(found)),
        is_old=found.done_at is not None and found.books != books().version,
    )


def stored_result(found: Proposal) -> GivingOut | None:
    """Read what was kept."""
    return None if found.result is None else msgspec.convert(found.result, GivingOut, strict=False)


def _named(kept: GivingOut | None) -> GivingOut | None:
    """Call accounts and members by their names; accounts that are no more are left out."""
    if kept is None:
        return None
    accounts = customers.account_names([each.account_id for each in kept.given])
    members = workspaces.member_names()
    given = [
        dataclasses.replace(each, account_name=accounts[each.account_id], to_name=members.get(each.to_id or 0, ""))
        for each in kept.given
        if each.account_id in accounts
    ]
    return dataclasses.replace(kept, given=given)
