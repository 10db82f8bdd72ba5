"""When the team works."""

from tenure.kernel import tenancy
from tenure.playbooks.types import WorkingWeek
from tenure.workspaces import queries as workspaces


def working_week() -> WorkingWeek:
    """Return the working week of the workspace in scope."""
    return WorkingWeek(timezone=workspaces.workspace(tenancy.current_workspace_id()).timezone)
