"""Background work of risk: learning anew each week, foretelling each day."""

from datetime import datetime, timedelta

from tenure.kernel import tenancy
from tenure.kernel.jobs import due_once, stage
from tenure.risk import actions, queries
from tenure.snapshots import queries as snapshots
from tenure.workspaces import queries as workspaces

LEARN_EVERY = timedelta(days=7)
FORETELL_EVERY = timedelta(days=1)


@stage("risk.learn", every=30, order=82, lane="slow")
def learn(now: datetime) -> int:
    """Learn anew in every workspace once a week, once the whole past is kept, and when a member chose otherwise."""
    done = 0
    for workspace_id in workspaces.workspace_ids():
        with tenancy.scope(workspace_id):
            if not snapshots.is_past_taken():
                continue
            latest = queries.model_latest()
            is_asked = latest is not None and queries.choices_differ_from(latest)
            if due_once("risk.learn", workspace_id, now, LEARN_EVERY) or is_asked:
                actions.learn_again(now)
                actions.foretell_all(now)
                done += 1
    return done


@stage("risk.foretell", every=60, order=83, lane="slow")
def foretell(now: datetime) -> int:
    """Foretell the accounts of every workspace once a day; returns how many workspaces."""
    done = 0
    for workspace_id in workspaces.workspace_ids():
        with tenancy.scope(workspace_id):
            if queries.model_in_force() and due_once("risk.foretell", workspace_id, now, FORETELL_EVERY):
                actions.foretell_all(now)
                done += 1
    return done
