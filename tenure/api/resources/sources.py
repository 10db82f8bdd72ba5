"""Sources: where events come from, and whether anything arrives."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from tenure.api.calls import ApiCall
from tenure.api.fields import said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few
from tenure.tracking import queries as tracking
from tenure.workspaces import queries

router = Router(tags=["arrivals"])


class SourceOut(Schema):
    """One source and its write key."""

    id: int = said("Which source.", 2)
    name: str = said("What it is called.", "Web app")
    write_key: str = said("The key its events come with. It is no secret: browsers carry it.", "wk_3f9c")
    created_at: datetime = said("When it was added.")
    retires_at: datetime | None = said("From when on the key takes no more events.")
    last_heard_at: datetime | None = said("When events last came with it.")


@lists(router, "", SourceOut, summary="List sources")
def list_sources(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the sources with when each was last heard, working keys first."""
    heard = tracking.last_heard()
    found = [
        {
            "id": key.pk,
            "name": key.name,
            "write_key": key.key,
            "created_at": key.created_at,
            "retires_at": key.retires_at,
            "last_heard_at": heard.get(key.pk),
        }
        for key in queries.write_keys()
    ]
    return page_of_few(found, cursor, limit)
