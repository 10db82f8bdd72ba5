"""GET /workspace: whose key this is."""

from datetime import datetime

from ninja import Router, Schema

from tenure.api.calls import ApiCall
from tenure.workspaces import queries

router = Router(tags=["workspace"])


class WorkspaceOut(Schema):
    """The workspace a key belongs to."""

    id: int
    name: str
    timezone: str
    locale: str
    currency: str
    is_demo: bool
    holdout_share: float
    created_at: datetime


@router.get("", response=WorkspaceOut, summary="The workspace of this key")
def read_workspace(request: ApiCall) -> object:
    """Say which workspace the key reads and writes; a good first call."""
    return queries.workspace(request.api_key.workspace_id)
