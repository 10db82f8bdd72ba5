"""Tells a stretch of a simulated world to Tenure, through the same intake as every other sender."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from tenure.connectors.simulator.models import SimulatedWorld
from tenure.connectors.simulator.types import SegmentCall, WorldSpec
from tenure.connectors.simulator.world import World, batch_bodies
from tenure.customers import queries as customers
from tenure.experiments.queries import in_holdout
from tenure.tracking.actions.intake_log import append_batches, seal
from tenure.tracking.types import SealedBatch
from tenure.workspaces import queries as workspaces

CALLS_A_BATCH = 400


@lru_cache(maxsize=1)
def world_of(spec: WorldSpec) -> World:
    """Make the world of a spec, once."""
    return World(spec)


def tell(simulated: SimulatedWorld, *, until: datetime, held_out: frozenset[str]) -> int:
    """Put everything that happened since the last telling and before `until` into the intake log.

    The world's mark moves in the same transaction, so that nothing is told twice and nothing is left out. Returns the
    number of calls.
    """
    with transaction.atomic():
        simulated = SimulatedWorld.objects.select_for_update().get(pk=simulated.pk)
        if until <= simulated.told_until:
            return 0
        calls = world_of(simulated.spec).calls_between(simulated.told_until, until, held_out=held_out)
        append_batches(_sealed(simulated, calls, at=until))
        simulated.told_until = until
        simulated.save(update_fields=["told_until"])
    return len(calls)


def held_out_accounts(workspace_id: int) -> frozenset[str]:
    """Name the accounts whose lot keeps them out of touches, known or not yet known to the experiment."""
    workspace = workspaces.workspace(workspace_id)
    known = customers.accounts().exclude(external_id=None).values_list("pk", "external_id")
    return frozenset(
        external_id
        for pk, external_id in known
        if external_id and in_holdout(pk, workspace.holdout_salt, workspace.holdout_share)
    )


def _sealed(simulated: SimulatedWorld, calls: Sequence[SegmentCall], *, at: datetime) -> list[SealedBatch]:
    sealed = []
    left = len(calls)
    for body in batch_bodies(calls, sent_at=at, calls_a_batch=CALLS_A_BATCH):
        count = min(left, CALLS_A_BATCH)
        left -= count
        sealed.append(
            SealedBatch(
                workspace_id=simulated.workspace_id,
                write_key_id=simulated.write_key_id,
                received_at=at,
                sent_at=at,
                content=seal(body),
                event_count=count,
            )
        )
    return sealed
