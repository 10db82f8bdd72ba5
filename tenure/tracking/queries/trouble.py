"""What went wrong on the way from the intake log to the lake and has not come right by itself, over all workspaces."""

import dataclasses
from datetime import date, datetime

from django.db.models import Count, Max, Sum

from tenure.tracking.models import IntakeBatch, Refusal, RollupProgress


@dataclasses.dataclass(frozen=True, kw_only=True)
class PutAside:
    """Batches of a workspace that could not be stored and were not sent again: kept among the refused calls."""

    workspace_id: int
    batches: int
    calls: int
    latest_at: datetime
    reason: str
    """Why the latest of them could not be stored."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Failing:
    """Batches of a workspace that failed already and are tried again."""

    workspace_id: int
    batches: int
    attempts: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Uncounted:
    """Days of a workspace to which calls were added that are not counted, and why, where counting them was tried."""

    workspace_id: int
    days: tuple[date, ...]
    problem: str


def put_aside() -> list[PutAside]:
    """Return where batches wait among the refusals for somebody to send them again."""
    waiting = Refusal.everywhere.filter(
        code="batch_unreadable", replay_asked_at=None, workspace__isnull=False
    )  # fmt: skip
    counted = waiting.values("workspace_id").annotate(
        batches=Count("pk"), calls=Sum("count"), latest_at=Max("received_at"), latest=Max("pk")
    )
    found = list(counted.order_by("workspace_id"))
    reasons = dict(Refusal.everywhere.filter(pk__in=[f["latest"] for f in found]).values_list("pk", "reason"))
    return [
        PutAside(
            workspace_id=f["workspace_id"],
            batches=f["batches"],
            calls=f["calls"],
            latest_at=f["latest_at"],
            reason=reasons[f["latest"]],
        )
        for f in found
    ]


def failing() -> list[Failing]:
    """Return where batches failed at least once and wait to be tried again."""
    waiting = IntakeBatch.everywhere.filter(status=IntakeBatch.WAITING, attempts__gt=0).values("workspace_id")
    found = waiting.annotate(batches=Count("pk"), tried=Max("attempts")).order_by("workspace_id")
    return [Failing(workspace_id=f["workspace_id"], batches=f["batches"], attempts=f["tried"]) for f in found]


def uncounted() -> list[Uncounted]:
    """Return where days wait to be counted; while calls are stored, theirs do for a moment."""
    return [
        Uncounted(
            workspace_id=progress.workspace_id,
            days=tuple(date.fromisoformat(day) for day in progress.uncounted),
            problem=progress.uncounted_problem,
        )
        for progress in RollupProgress.everywhere.exclude(uncounted=[]).order_by("workspace_id")
    ]
