"""Arrivals: the calls that came last, as they were sent, and how far the lake is behind."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.calls import ApiCall
from tenure.api.fields import LARGEST_ID, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, as_page, whole
from tenure.kernel.cursors import as_cursor, from_cursor
from tenure.tracking import queries as tracking
from tenure.workspaces import queries as workspaces

if TYPE_CHECKING:
    from tenure.tracking.types import ArrivedCall

router = Router(tags=["arrivals"])


class ArrivalOut(Schema):
    """One call as it lies in the intake log."""

    received_at: datetime = said("When it was acknowledged.")
    source_id: int | None = said("The source whose write key it came with.", 2)
    source: str = said("What the source is called, or the file it came from.", "Web app")
    type: str = said("The kind of Segment call.", "track")
    event: str = said("The event, or the page's or screen's name.")
    user_id: str = said("Whom it names; empty when it names nobody.", "maya")
    anonymous_id: str = said("The anonymous id it names.", "anon-7f2")
    group_id: str = said("The account it names.", "northwind")
    content: dict[str, Any] = said("The whole call.", {"type": "track", "event": "Report Exported", "userId": "maya"})


class LagOut(Schema):
    """How far the lake is behind the intake log."""

    waiting_calls: int = said("Calls acknowledged and not yet queryable, of this workspace.", 0)
    events_stored: int = said("Calls of this workspace that are in the lake.", 184_210)
    oldest_seconds: float = said("Age of the oldest waiting call of this Tenure, whosever it is.", 0.0)


@lists(router, "", ArrivalOut, summary="The calls that arrived last")
def list_arrivals(
    request: ApiCall,
    source_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those of one source."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the calls as they were sent, newest first, as far back as the intake log is kept."""
    before = None
    if cursor:
        batch, number = from_cursor(cursor, 2)
        before = (whole(batch), whole(number))
    calls = tracking.latest_calls(limit + 1, write_key_id=source_id, before=before)
    names = workspaces.write_key_names()
    last = calls[limit - 1] if len(calls) > limit else None
    next_cursor = as_cursor([last.batch_id, last.number]) if last else None
    return as_page([_shown(call, names) for call in calls[:limit]], next_cursor)


@router.get("/lag", response=LagOut, summary="How far the lake is behind")
def read_lag(request: ApiCall) -> Any:
    """Measure what is acknowledged and not yet queryable."""
    return {
        "waiting_calls": tracking.waiting_calls(),
        "events_stored": tracking.events_stored(),
        "oldest_seconds": tracking.lag().oldest_seconds,
    }


def _shown(call: "ArrivedCall", names: dict[int, str]) -> dict[str, Any]:
    return {
        "received_at": call.received_at,
        "source_id": call.write_key_id,
        "source": names.get(call.write_key_id or 0, call.source),
        "type": call.type,
        "event": call.event,
        "user_id": call.user_id,
        "anonymous_id": call.anonymous_id,
        "group_id": call.group_id,
        "content": json.loads(call.content),
    }
