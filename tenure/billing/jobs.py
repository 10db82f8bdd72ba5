"""Background work of billing: what time alone changes."""

from datetime import datetime

from tenure.billing.actions.following import follow_time, workspaces_due
from tenure.kernel import tenancy
from tenure.kernel.jobs import stage


@stage("billing", every=15.0, order=15)
def keep_ledgers(now: datetime) -> int:
    """Work out ledgers in which a trial, a discount or a scheduled end was reached, and tell what is settled."""
    done = 0
    for workspace_id in workspaces_due(now):
        with tenancy.scope(workspace_id):
            done += follow_time(workspace_id, now)
    return done
