"""Refusals: what was not taken, why, and what it looked like."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.calls import ApiCall
from tenure.api.fields import said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_by_id, page_of_few, reachable
from tenure.kernel.errors import NotFound
from tenure.tracking import queries as tracking

if TYPE_CHECKING:
    from tenure.tracking.models import Refusal

router = Router(tags=["arrivals"])


class RefusalOut(Schema):
    """A call, or a whole request, that was not taken."""

    id: int = said("Which refusal.")
    received_at: datetime = said("When it came.")
    code: str = said("Why, as a stable code.", "id_missing")
    reason: str = said("Why, for people.", "A track call needs a userId or an anonymousId.")
    count: int = said("How many calls this stands for, where they came too often to keep each.", 1)
    source: str = said("Where it came from.", "Web app")
    path: str = said("The address it was sent to.", "/v1/batch")
    message_id: str = said("The messageId it named, if any.", "m-4711")
    came_in_at: datetime | None = said("When it was sent again and came in; null while it has not.")
    size: int = said("How many bytes it had.", 212)
    raw: str = said("What is kept of it, as text; bytes that are no text are written as \\x…", '{"type": "track"}')


class RefusalCountOut(Schema):
    """How many calls were refused for one reason."""

    code: str = said("The reason.", "id_missing")
    count: int = said("How many calls, but for those that came in later.", 17)
    came_in: int = said("How many were sent again and came in.", 3)


@lists(router, "", RefusalOut, summary="List what was refused")
def list_refusals(
    request: ApiCall,
    code: str = Query("", description="Only for one reason."),
    search: str = Query("", description="Part of the reason, or of the messageId."),
    came_in: bool | None = Query(None, description="Only what was sent again and came in later; false: all but that."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List what was not taken, with its raw content, newest first."""
    found = tracking.refusals()
    if code := code.replace("\x00", ""):
        found = found.filter(code=code)
    if words := search.replace("\x00", "").strip():
        found = found.filter(reason__icontains=words) | found.filter(message_id__icontains=words)
    if came_in is not None:
        found = found.filter(replayed_at__isnull=not came_in)
    return page_by_id(found, cursor, limit, _shown)


@lists(router, "/counts", RefusalCountOut, summary="How much was refused for each reason")
def list_counts(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """Count the refused calls by reason, the most frequent first."""
    return page_of_few(tracking.refusal_counts(), cursor, limit)


@router.get("/{int:refusal_id}", response=RefusalOut, summary="One refusal")
def read_refusal(request: ApiCall, refusal_id: int) -> Any:
    """Return one refusal with everything that is kept of it."""
    found = tracking.refusals().filter(pk=reachable(refusal_id)).first()
    if found is None:
        raise NotFound
    return _shown(found)


def _shown(found: "Refusal") -> dict[str, Any]:
    fields = ("received_at", "code", "reason", "count", "source", "path", "message_id", "size")
    raw = bytes(found.raw).decode("utf-8", errors="backslashreplace")
    return {
        "id": found.pk,
        "raw": raw,
        "came_in_at": found.replayed_at,
        **{field: getattr(found, field) for field in fields},
    }
