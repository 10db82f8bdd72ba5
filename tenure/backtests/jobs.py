"""Background work of backtests."""

from datetime import datetime, timedelta

from tenure.backtests import actions, queries
from tenure.backtests.models import Backtest
from tenure.backtests.types import Definition, DefinitionKind, Status
from tenure.kernel import tenancy
from tenure.kernel.jobs import stage
from tenure.risk import queries as risk
from tenure.workspaces import queries as workspaces

FORSAKEN = timedelta(hours=6)


@stage("backtests.run", every=5, order=85, lane="slow")
def run(now: datetime) -> int:
    """Run what was asked for, one in each workspace in turn; returns how many were run."""
    waiting = Backtest.everywhere.filter(status__in=[Status.WAITING.value, Status.RUNNING.value]).order_by()
    done = 0
    for workspace_id in waiting.values_list("workspace_id", flat=True).distinct():
        with tenancy.scope(workspace_id):
            actions.give_up_forsaken(now - FORSAKEN)
            done += actions.run_next(now) is not None
    return done


@stage("backtests.follow", every=30, order=84, lane="slow")
def follow(now: datetime) -> int:
    """Ask for a backtest of every risk model that claims something and has none; returns how many."""
    asked = 0
    for workspace_id in workspaces.workspace_ids():
        with tenancy.scope(workspace_id):
            model = risk.model_in_force()
            if model is None:
                continue
            definition = Definition(kind=DefinitionKind.RISK, version=model.version)
            if not queries.is_backtested(definition):
                actions.ask_for_backtest(definition, by=None)
                asked += 1
    return asked
