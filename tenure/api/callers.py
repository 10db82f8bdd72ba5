"""Who acts when a program does: a change made with a key is its creator's, or the owner's when they have left."""

from typing import TYPE_CHECKING

from tenure.api.calls import ApiCall
from tenure.workspaces import actions, queries
from tenure.workspaces.errors import NoSuchMember, RoleTooLow
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

_LARGEST_ID = 2**63 - 1


def acting_member(request: ApiCall, needed: PermissionRole = PermissionRole.MEMBER) -> "Member":
    """Return the member in whose name the key acts; the audit trail names the key.

    A key never may more than its member: raises `RoleTooLow` when their permission role does not cover `needed`.
    """
    made_by: Member | None = request.api_key.created_by
    if made_by is None or made_by.left_at is not None:
        made_by = queries.members().filter(permission_role="owner").order_by("pk")[0]
    if not queries.covers(made_by, needed):
        raise RoleTooLow
    return made_by


def member_of(pk: int) -> "Member":
    """Return a member by the id a program gave; raises `NoSuchMember`."""
    found = queries.members().filter(pk=pk).first() if 0 < pk <= _LARGEST_ID else None
    if found is None:
        raise NoSuchMember
    return found


def write_down(action: str, *, by: "Member", subject: object, **details: object) -> None:
    """Write a change into the audit trail whose action does not do so itself; call it in its transaction."""
    actions.record_audit(action, by=by, subject=str(subject), details=details)
