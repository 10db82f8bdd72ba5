"""Background work of customers: rules about traits applied to what was said before, and twins looked for."""

from datetime import datetime, timedelta

from tenure.customers import actions, queries
from tenure.kernel import tenancy
from tenure.kernel.jobs import due_once, stage
from tenure.workspaces import queries as workspaces

LOOKED_EVERY = timedelta(hours=6)


@stage("trait_rules", every=2.0, order=15)
def apply_trait_rules(now: datetime) -> int:
    """Apply changed orders of sources to what was said before, some accounts or people at a time."""
    done = 0
    for workspace_id, rule_id in queries.unsettled_rules():
        with tenancy.scope(workspace_id):
            done += actions.apply_rule(rule_id)
    return done


@stage("possible_duplicates", every=300.0, order=80, lane="slow")
def look_for_duplicates(now: datetime) -> int:
    """Look for people and accounts that may be one, four times a day; returns how many workspaces were looked at."""
    looked = 0
    for workspace_id in workspaces.workspace_ids():
        if due_once("possible_duplicates", workspace_id, now, LOOKED_EVERY):
            with tenancy.scope(workspace_id):
                actions.find_duplicates(now=now)
            looked += 1
    return looked
