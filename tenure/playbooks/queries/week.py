"""When the team works."""

from datetime import date, datetime

from tenure.kernel import tenancy
from tenure.playbooks import rules
from tenure.playbooks.types import WorkingWeek
from tenure.workspaces import queries as workspaces


def working_week() -> WorkingWeek:
    """Return the working week of the workspace in scope."""
    return WorkingWeek(timezone=workspaces.workspace(tenancy.current_workspace_id()).timezone)


def next_day_at_work(now: datetime) -> date:
    """Return the working day after today, in the workspace's time zone."""
    return rules.next_working_day(rules.local_day(now, working_week()))
