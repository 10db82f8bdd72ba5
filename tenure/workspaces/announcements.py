"""What workspaces tell the rest of the system."""

from datetime import datetime

from tenure.kernel.outbox import announcement


@announcement
class WorkspaceCreated:
    """A workspace was set up."""

    workspace_id: int
    at: datetime


@announcement
class MemberJoined:
    """Somebody became a member."""

    workspace_id: int
    at: datetime
    member_id: int


@announcement
class WriteKeyRolled:
    """A write key was replaced; the old one works until `retires_at`."""

    workspace_id: int
    at: datetime
    write_key_id: int
    retires_at: datetime
