"""Who acts when a program does: a change made with a key is its creator's, or the owner's when they have left."""

from typing import TYPE_CHECKING

from tenure.api.calls import ApiCall
from tenure.workspaces import queries

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


def acting_member(request: ApiCall) -> "Member":
    """Return the member in whose name the key acts; the audit trail names the member."""
    made_by: Member | None = request.api_key.created_by
    if made_by is not None and made_by.left_at is None:
        return made_by
    return queries.members().filter(permission_role="owner").order_by("pk")[0]
