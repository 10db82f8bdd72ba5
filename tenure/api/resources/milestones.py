"""Milestones: what a new account should have done, by when, and how each account stands."""

from datetime import date
from typing import Any

from ninja import Router, Schema, Status

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few, reachable
from tenure.insights import actions, queries

router = Router(tags=["milestones"])


class MilestoneIn(Schema):
    """What a milestone is made of."""

    name: Text = said("What it is called.", "First report", min_length=1, max_length=120)
    event: Text = said("The event that reaches it.", "Report Exported", min_length=1, max_length=500)
    due_days: int = said("By so many days after sign-up.", 14, ge=0, le=3_650)


class MilestoneOut(Schema):
    """One milestone."""

    id: int = said("Which milestone.", 2)
    name: str = said("What it is called.", "First report")
    event: str = said("The event that reaches it.", "Report Exported")
    due_days: int = said("By so many days after sign-up.", 14)


class MilestoneStandingOut(Schema):
    """How an account stands with a milestone."""

    milestone_id: int = said("Which milestone.", 2)
    name: str = said("What it is called.", "First report")
    due_on: date = said("The last day on which it is in time.", "2026-03-15")
    reached_on: date | None = said("The day it was reached; null if it was not.", "2026-03-09")
    standing: str = said("reached, late (reached after its day), ahead (there is time) or missed.", "reached")


@lists(router, "", MilestoneOut, summary="List milestones")
def list_milestones(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the milestones, the earliest due first."""
    return page_of_few(queries.milestones(), cursor, limit)


@router.post("", response={201: MilestoneOut}, summary="Define a milestone")
def define_milestone(request: ApiCall, given: MilestoneIn) -> Any:
    """Say that an account should have done something by so many days after signing up."""
    made = actions.define_milestone(given.name, event=given.event, due_days=given.due_days, by=acting_member(request))
    return Status(201, made)


@router.delete("/{int:milestone_id}", response={204: None}, summary="Remove a milestone")
def remove_milestone(request: ApiCall, milestone_id: int) -> Any:
    """Stop asking for a milestone."""
    actions.remove_milestone(reachable(milestone_id), by=acting_member(request))
    return Status(204, None)


@lists(router, "/accounts/{int:account_id}", MilestoneStandingOut, summary="How an account stands")
def list_standings(request: ApiCall, account_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the milestones of one account; none where its sign-up is not known."""
    return page_of_few(queries.account_milestones(reachable(account_id)), cursor, limit, _standing)


def _standing(found: Any) -> dict[str, Any]:
    return {
        "milestone_id": found.milestone.id,
        "name": found.milestone.name,
        "due_on": found.due_on,
        "reached_on": found.reached_on,
        "standing": found.standing.value,
    }
