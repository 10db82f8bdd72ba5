"""Members: the workspace's own team."""

from typing import Any

from ninja import Router, Schema
from pydantic import Field

from tenure.api.calls import ApiCall
from tenure.workspaces import queries

router = Router(tags=["members"])


class MemberOut(Schema):
    """One member."""

    id: int = Field(validation_alias="pk")
    name: str
    title: str
    permission_role: str


@router.get("", response=list[MemberOut], summary="List members")
def list_members(request: ApiCall) -> Any:
    """List the members by name; their ids own accounts, signals and tasks."""
    return list(queries.members())
