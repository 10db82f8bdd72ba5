"""Scorecards to start a test from, through the doors everybody uses; accounts are given as segments' tests do."""

from datetime import datetime
from typing import Any

from tenure.health import actions
from tenure.health.models import HealthScore, Scorecard
from tenure.kernel import clock, jobs, outbox
from tests.segments.given import DAY, NOW, given_account, given_use, store_and_tell

__all__ = [
    "DAY",
    "NOW",
    "card",
    "catch_up",
    "given_account",
    "given_scorecard",
    "given_use",
    "judge_as_asked",
    "measure",
    "now_of",
    "scores",
]


def measure(called: str, reads: dict[str, Any], *, weight: float = 1, **scores: Any) -> dict[str, Any]:
    """One measure of a scorecard, linear from 0 to 10 when nothing else is said."""
    more = {"unknown": scores.pop("unknown")} if "unknown" in scores else {}
    return {"measure": called, "weight": weight, "reads": reads, "scores": scores or {"linear": [0, 10]}, **more}


def card(*measures: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A scorecard of these measures, or of seats alone."""
    return {"measures": list(measures) or [measure("Seats", {"trait": "seats"})], **more}


def given_scorecard(called: str = "Health", /, *measures: dict[str, Any], by: Any = None, **more: Any) -> Scorecard:
    """Define a scorecard and let everybody be judged by it; of the seats alone when nothing else is said."""
    found = actions.define_scorecard(called, definition=card(*measures, **more), by=by)
    judge_as_asked()
    found.refresh_from_db()
    return found


def judge_as_asked() -> None:
    """Judge everybody because somebody asked."""
    jobs.run_stage("health_asked")


def catch_up(at: datetime | None = None) -> None:
    """Store what waits, tell everybody, and judge the touched."""
    for _ in range(4):
        store_and_tell()
        jobs.run_stage("segments_touched", at or clock.now())
        jobs.run_stage("health_touched", at or clock.now())
        while outbox.deliver(clock.now()):
            pass


def now_of(account_id: int, scorecard: Scorecard) -> HealthScore | None:
    """What a scorecard says of an account now."""
    return HealthScore.objects.filter(account=account_id, scorecard=scorecard, until=None).first()


def scores(account_id: int, scorecard: Scorecard) -> list[tuple[int | None, datetime, datetime | None]]:
    """Everything a scorecard ever said of an account, the oldest first."""
    rows = HealthScore.objects.filter(account=account_id, scorecard=scorecard).order_by("since", "pk")
    return [(row.score, row.since, row.until) for row in rows]
