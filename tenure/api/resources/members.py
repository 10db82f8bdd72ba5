"""Members: the workspace's own team."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from tenure.api.calls import ApiCall
from tenure.api.fields import said
from tenure.api.keys import ADMIN
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_by_id, page_of_few
from tenure.workspaces import queries

router = Router(tags=["members"])


class MemberOut(Schema):
    """One member."""

    id: int = said("The id that accounts, signals and tasks are owned by.", 3)
    name: str = said("What they are called.", "Ada Park")
    title: str = said("What they do.", "Customer success manager")
    email: str = said("The address they sign in with.", "ada@harbor.example")
    permission_role: str = said("What they may do: owner, admin, member or viewer.", "admin")
    joined_at: datetime = said("When they became a member.")


class InvitationOut(Schema):
    """An open invitation."""

    id: int = said("Which invitation.")
    email: str = said("The address it was sent to.", "cleo@harbor.example")
    permission_role: str = said("What they will be: owner, admin, member or viewer.", "member")
    invited_by: str = said("Who invited them.", "Ada Park")
    invited_at: datetime = said("When.")
    expires_at: datetime = said("When the invitation runs out.")


@lists(router, "", MemberOut, summary="List members")
def list_members(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the members by name; their ids own accounts, signals and tasks."""
    return page_of_few(list(queries.members()), cursor, limit, _member)


@lists(router, "/invitations", InvitationOut, summary="List open invitations", auth=ADMIN)
def list_invitations(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the invitations that can still be accepted, the latest first."""
    return page_by_id(queries.invitations().select_related("invited_by"), cursor, limit, _invitation)


def _member(found: Any) -> dict[str, Any]:
    fields = ("name", "title", "permission_role", "joined_at")
    return {"id": found.pk, "email": found.user.email, **{field: getattr(found, field) for field in fields}}


def _invitation(found: Any) -> dict[str, Any]:
    fields = ("email", "permission_role", "invited_at", "expires_at")
    by = found.invited_by.name if found.invited_by else ""
    return {"id": found.pk, "invited_by": by, **{field: getattr(found, field) for field in fields}}
