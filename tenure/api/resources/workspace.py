"""GET /workspace: whose key this is."""

from datetime import datetime

from ninja import Router, Schema

from tenure.api.calls import ApiCall
from tenure.api.fields import said
from tenure.workspaces import queries

router = Router(tags=["workspace"])


class WorkspaceOut(Schema):
    """The workspace a key belongs to."""

    id: int = said("Tenure's id of it.")
    name: str = said("What it is called.", "Harbor")
    timezone: str = said("The time zone its days are counted in.")
    locale: str = said("The language it writes to customers in.")
    currency: str = said("The currency of its figures.")
    is_demo: bool = said("Whether its customers are simulated.")
    holdout_share: float = said("The share of accounts kept out of touches.", 0.1)
    created_at: datetime = said("When it was set up.")


@router.get("", response=WorkspaceOut, summary="The workspace of this key")
def read_workspace(request: ApiCall) -> object:
    """Say which workspace the key reads and writes; a good first call."""
    return queries.workspace(request.api_key.workspace_id)
