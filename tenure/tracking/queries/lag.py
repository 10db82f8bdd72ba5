"""How far the lake is behind the intake log, and how much there is."""

import dataclasses
from datetime import datetime

from django.db.models import Count, Min, Sum

from tenure.kernel import clock
from tenure.kernel.tenancy import current_workspace_id
from tenure.lake import tables
from tenure.tracking.models import IntakeBatch, Refusal
from tenure.tracking.types.lake import EVENTS


@dataclasses.dataclass(frozen=True, kw_only=True)
class Lag:
    """Acknowledged but not yet queryable, over all workspaces."""

    batches: int
    calls: int
    oldest_seconds: float


def lag() -> Lag:
    """Measure how much waits in the intake log, and since when."""
    waiting = IntakeBatch.everywhere.filter(status=IntakeBatch.WAITING).aggregate(
        batches=Count("pk"), calls=Sum("event_count"), oldest=Min("received_at")
    )
    oldest = waiting["oldest"]
    return Lag(
        batches=waiting["batches"],
        calls=waiting["calls"] or 0,
        oldest_seconds=max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0,
    )


def waiting_calls() -> int:
    """Return how many calls of the workspace are acknowledged and not yet stored."""
    return IntakeBatch.objects.filter(status=IntakeBatch.WAITING).aggregate(n=Sum("event_count"))["n"] or 0


def events_stored() -> int:
    """Return how many calls of the workspace are in the lake."""
    return tables.count_rows(current_workspace_id(), EVENTS)


def refusals_since(moment: datetime) -> int:
    """Return how many calls were refused since then, over all workspaces."""
    return Refusal.everywhere.filter(received_at__gte=moment).aggregate(n=Sum("count"))["n"] or 0
