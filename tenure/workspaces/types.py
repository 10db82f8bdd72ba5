"""Ids and enums of workspaces."""

import dataclasses
from enum import StrEnum
from typing import NewType

WorkspaceId = NewType("WorkspaceId", int)
MemberId = NewType("MemberId", int)


class PermissionRole(StrEnum):
    """What a member may do; each includes the ones after it."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    VIEWER = "viewer"


class ApiScope(StrEnum):
    """What an API key may reach."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"
    PRIVACY = "privacy"


@dataclasses.dataclass(frozen=True, kw_only=True)
class WriteKeyMatch:
    """The workspace and source that events sent with a write key belong to."""

    write_key_id: int
    workspace_id: int
    name: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class NewSecret:
    """A key or token as it is shown once, beside the row that keeps only its hash."""

    id: int
    secret: str
