"""Background work of snapshots."""

from datetime import datetime

from tenure.kernel import tenancy
from tenure.kernel.jobs import stage
from tenure.snapshots import actions
from tenure.workspaces import queries as workspaces


@stage("snapshots", every=300, order=80, lane="slow")
def take_snapshots(now: datetime) -> int:
    """Take the next week of every workspace that has one to take; returns how many were taken."""
    done = 0
    for workspace_id in workspaces.workspace_ids():
        with tenancy.scope(workspace_id):
            done += actions.take_next(now)
    return done
