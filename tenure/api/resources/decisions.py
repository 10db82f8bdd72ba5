"""Decisions: why each touch was, or was not, made."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.calls import ApiCall
from tenure.api.fields import LARGEST_ID, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, as_page, instant, reachable, whole
from tenure.journeys import queries
from tenure.journeys.types import Outcome, Why
from tenure.kernel.cursors import from_cursor

router = Router(tags=["journeys"])


class DecisionOut(Schema):
    """Why one touch was or was not made."""

    id: int = said("Which decision.")
    at: datetime = said("When it was taken.")
    outcome: Outcome = said("made, skipped or postponed.", "skipped")
    reason: Why = said("Why.", "holdout")
    journey_id: int = said("The journey.", 1)
    journey_name: str = said("What the journey is called.")
    version: int = said("The version of the journey.", 3)
    step_id: str = said("The step.", "mail-1")
    account_id: int | None = said("The account.")
    account_name: str = said("What it is called.")
    person_id: int | None = said("Whom the touch was, or would have been, for.")
    person_name: str = said("What they are called.")
    message_id: int | None = said("The message that was made of it.", None)
    message_status: str = said("Where that message stands; empty without one.", "")
    subject: str = said("Its subject line; empty without one.", "")
    until: datetime | None = said("Until when it is put off.", None)
    inputs: dict[str, Any] = said("Everything the decision rested on.", {"group": "held_out", "cap_messages": 3})
    postponements: list[dict[str, Any]] = said("Each time it was put off before, with the reason.", [])


@lists(router, "", DecisionOut, summary="List decisions")
def list_decisions(
    request: ApiCall,
    journey_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those of a journey."),
    account_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those about an account."),
    person_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those about a person."),
    outcome: Outcome | None = Query(None, description="Only touches that were made, skipped or put off."),
    reason: Why | None = Query(None, description="Only those for one reason."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List decisions, newest first."""
    if cursor:
        at, last = from_cursor(cursor, 2)
        instant(at), whole(last)
    page = queries.decisions(
        journey_id=journey_id,
        account_id=account_id,
        person_id=person_id,
        outcome=outcome,
        reason=reason,
        cursor=cursor,
        limit=limit,
    )
    return as_page(page.items, page.next_cursor)


@router.get("/{int:decision_id}", response=DecisionOut, summary="One decision")
def read_decision(request: ApiCall, decision_id: int) -> Any:
    """Return one decision with everything it rested on."""
    return queries.decision(reachable(decision_id))
