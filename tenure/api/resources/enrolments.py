"""Enrolments: who is, and was, in which journey."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.calls import ApiCall
from tenure.api.errors import WhoseEnrolments
from tenure.api.fields import LARGEST_ID, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, as_page, page_of_few, whole
from tenure.customers import queries as customers
from tenure.journeys import queries
from tenure.journeys.types import EnrolmentRow, EnrolmentStatus
from tenure.kernel.cursors import from_cursor

router = Router(tags=["journeys"])


class EnrolmentOut(Schema):
    """One enrolment of an account or person."""

    id: int = said("Which enrolment.")
    journey_id: int = said("The journey.", 1)
    journey_name: str = said("What the journey is called.")
    version: int = said("The version they came in by, and keep.", 3)
    account_id: int | None = said("The account.")
    account_name: str = said("What it is called.")
    person_id: int | None = said("The person, when the journey enrols people.", None)
    person_name: str = said("What they are called.", "")
    status: EnrolmentStatus = said("live, finished, goal or left.", "live")
    step_id: str | None = said("The step they stand at, while they are in it.", "mail-1")
    step_kind: str | None = said("That step's kind.", "send_email")
    due_at: datetime | None = said("When that step is due.")
    entered_at: datetime = said("When they came in.")
    ended_at: datetime | None = said("When they were out.")
    end_reason: str = said("Why they left before the end; empty otherwise.", "")
    why: dict[str, Any] = said("What let them in.", {"kind": "segment", "segment_id": 4})


@lists(router, "", EnrolmentOut, summary="List enrolments")
def list_enrolments(
    request: ApiCall,
    journey_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Those in a journey, the latest first."),
    account_id: int | None = Query(
        None, ge=1, le=LARGEST_ID, description="Those of an account and its people, the live ones first."
    ),
    person_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Those of a person, the live ones first."),
    status: EnrolmentStatus | None = Query(None, description="Only those that stand so."),
    step_id: str = Query("", max_length=60, description="Only those standing at a step; needs journey_id."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the enrolments of a journey, an account or a person: one of the three has to be named."""
    if journey_id is None:
        if account_id is None and person_id is None:
            raise WhoseEnrolments
        account = None if account_id is None else customers.account(account_id).pk
        person = None if person_id is None else customers.person(person_id).pk
        found = queries.enrolments_of(account_id=account, person_id=person)
        return page_of_few([e for e in found if status is None or e.status == status], cursor, limit, _shown)
    if cursor:
        whole(from_cursor(cursor, 1)[0])
    pk = queries.journey(journey_id).pk
    page = queries.enrolments_in(pk, status=status, step=step_id.replace("\x00", ""), cursor=cursor, limit=limit)
    rows = [e for e in page.items if account_id in (None, e.account_id) and person_id in (None, e.person_id)]
    return as_page([_shown(row) for row in rows], page.next_cursor)


def _shown(row: EnrolmentRow) -> dict[str, Any]:
    own = [name for name in EnrolmentOut.model_fields if not name.startswith("step_")]
    return {
        "step_id": row.step.id if row.step else None,
        "step_kind": row.step.kind if row.step else None,
        **{name: getattr(row, name) for name in own},
    }
