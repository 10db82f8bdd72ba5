"""Background work of activity."""

from datetime import datetime

from tenure.activity import actions, queries, rules
from tenure.kernel import tenancy
from tenure.kernel.jobs import stage
from tenure.workspaces import queries as workspaces


@stage("activity.judge_use", every=300, order=60, lane="slow")
def judge_use(now: datetime) -> int:
    """Judge the use of every account of every workspace once a day, when the day is over; returns how many passes."""
    as_of = rules.last_complete_day(now)
    judged = queries.workspaces_judged(as_of)
    passes = 0
    for workspace_id in workspaces.workspace_ids():
        if workspace_id in judged:
            continue
        with tenancy.scope(workspace_id):
            passes += actions.judge_use(as_of) is not None
    return passes
