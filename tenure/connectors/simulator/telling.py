"""Tells a stretch of a simulated world to Tenure, through the same intake as every other sender."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from tenure.billing.actions import record_subscription_states
from tenure.connectors.simulator.models import SimulatedWorld
from tenure.connectors.simulator.scribe import Written, write_batches
from tenure.connectors.simulator.types import WorldSpec
from tenure.connectors.simulator.world import World
from tenure.customers import queries as customers
from tenure.experiments.queries import in_holdout
from tenure.tracking.actions.intake_log import append_batches
from tenure.tracking.types import SealedBatch
from tenure.workspaces import queries as workspaces


@lru_cache(maxsize=1)
def world_of(spec: WorldSpec) -> World:
    """Make the world of a spec, once."""
    return World(spec)


def tell_until(simulated: SimulatedWorld, until: datetime) -> int:
    """Tell everything that happened since the last telling and before `until`; returns the number of calls.

    Nothing is told twice and nothing is left out, whoever else tells at the same time.
    """
    with transaction.atomic():
        simulated = SimulatedWorld.objects.select_for_update().get(pk=simulated.pk)
        if until <= simulated.told_until:
            return 0
        held_out = held_out_accounts(simulated.workspace_id)
        world = world_of(simulated.spec)
        written = write_batches(world, since=simulated.told_until, until=until, held_out=held_out)
        since = simulated.told_until
        calls = tell(simulated, written, until=until)
        tell_billing(world, since=since, until=until, held_out=held_out)
        return calls


@transaction.atomic
def tell(simulated: SimulatedWorld, written: Sequence[Written], *, until: datetime) -> int:
    """Put batches into the intake log and move the world's mark to `until`; returns the number of calls."""
    append_batches(
        [
            SealedBatch(
                workspace_id=simulated.workspace_id,
                write_key_id=simulated.write_key_id,
                received_at=until,
                sent_at=until,
                content=batch.content,
                event_count=batch.calls,
            )
            for batch in written
        ]
    )
    SimulatedWorld.objects.filter(pk=simulated.pk).update(told_until=until)
    return sum(batch.calls for batch in written)


def tell_billing(world: World, *, since: datetime, until: datetime, held_out: frozenset[str]) -> None:
    """Tell billing what became of the accounts' subscriptions in a stretch of time."""
    record_subscription_states(world.subscriptions_between(since, until, held_out=held_out))


def held_out_accounts(workspace_id: int) -> frozenset[str]:
    """Name the accounts whose lot keeps them out of touches, known or not yet known to the experiment."""
    workspace = workspaces.workspace(workspace_id)
    known = customers.accounts().exclude(external_id=None).values_list("pk", "external_id")
    return frozenset(
        external_id
        for pk, external_id in known
        if external_id and in_holdout(pk, workspace.holdout_salt, workspace.holdout_share)
    )
