"""The audit trail: who changed what, and when. For keys with the scope `admin`."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.calls import ApiCall
from tenure.api.fields import LARGEST_ID, of_model, said
from tenure.api.keys import ADMIN
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_by_time
from tenure.workspaces import queries

router = Router(tags=["audit trail"])


class AuditEntryOut(Schema):
    """One change."""

    id: int = of_model("Which entry.", "pk")
    at: datetime = said("When.")
    actor: str = said("Who: a member's name, `key NAME` for a program, or Tenure itself.", "key Zapier")
    member_id: int | None = said("The member who did it, or in whose name the key acts.", 3)
    action: str = said("What was done, as `area.verb`.", "segments.change")
    subject: str = said("To what, in words.", "Fading accounts")
    details: dict[str, Any] = said("What it was and is now, as far as the action says.", {"after": {"version": 2}})


@lists(router, "", AuditEntryOut, summary="The audit trail", auth=ADMIN)
def list_audit_trail(
    request: ApiCall,
    search: str = Query("", description="Part of the subject, the action or the actor."),
    member_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only what was done by or for a member."),
    area: str = Query("", description="Only one area, such as `segments`."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List what was changed, newest first."""
    trail = queries.audit_trail()
    if words := search.replace("\x00", "").strip():
        trail = trail.filter(Q(subject__icontains=words) | Q(action__icontains=words) | Q(actor__icontains=words))
    if member_id is not None:
        trail = trail.filter(member_id=member_id)
    if area := area.replace("\x00", ""):
        trail = trail.filter(action__startswith=f"{area}.")
    return page_by_time(trail, cursor, limit)
