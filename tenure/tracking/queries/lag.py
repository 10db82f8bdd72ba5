"""How far the lake is behind the intake log, and how much there is."""

import dataclasses
from datetime import datetime, timedelta

from django.db.models import Count, Min, Sum

from tenure.kernel import clock
from tenure.kernel.tenancy import current_workspace_id
from tenure.lake import tables
from tenure.tracking.models import IntakeBatch, MicroBatch, Refusal
from tenure.tracking.rules.lagging import middle
from tenure.tracking.types import RecentIntake
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


def recent_intake(minutes: int = 60) -> RecentIntake:
    """Say how the intake of the workspace went over the latest minutes, and how many calls came in each of them."""
    now = clock.now()
    turns = MicroBatch.objects.filter(at__gt=now - timedelta(minutes=minutes)).order_by("at")
    rows = list(turns.values_list("at", "calls", "stored", "refused", "median_seconds", "oldest_seconds"))
    per_minute = [0] * minutes
    for at, calls, *_ in rows:
        ago = int((now - at).total_seconds() // 60)
        per_minute[minutes - 1 - min(max(ago, 0), minutes - 1)] += calls
    return RecentIntake(
        calls=sum(r[1] for r in rows),
        stored=sum(r[2] for r in rows),
        refused=sum(r[3] for r in rows),
        median_seconds=middle([(r[4], r[1]) for r in rows]),
        worst_seconds=max((r[5] for r in rows), default=0.0),
        per_minute=tuple(per_minute),
    )
