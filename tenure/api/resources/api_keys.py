"""API keys: which programs may do what here. For keys with the scope `admin`."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from tenure.api.calls import ApiCall
from tenure.api.fields import said
from tenure.api.keys import ADMIN
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_by_id
from tenure.workspaces import queries

router = Router(tags=["workspace"])


class ApiKeyOut(Schema):
    """One key that works; its secret cannot be shown again."""

    id: int = said("Which key.")
    name: str = said("What it is called.", "Zapier")
    prefix: str = said("How its secret begins.", "tk_9aXb2")
    scopes: list[str] = said("What it may do: read, write, admin.", ["read", "write"])
    created_by_id: int | None = said("The member in whose name it acts.", 3)
    created_at: datetime = said("When it was made.")
    last_used_at: datetime | None = said("When it was last used, to the minute.")


@lists(router, "", ApiKeyOut, summary="List API keys", auth=ADMIN)
def list_api_keys(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the keys that work, the latest first."""
    fields = ("name", "prefix", "scopes", "created_by_id", "created_at", "last_used_at")
    return page_by_id(
        queries.api_keys(), cursor, limit, lambda key: {"id": key.pk, **{f: getattr(key, f) for f in fields}}
    )
