"""Counting what the intake worker does and how long it takes: for people, and for a monitoring system."""

import dataclasses
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection

from tenure.tracking.models import MicroBatch
from tenure.tracking.rules.lagging import buckets, middle


class Stopwatch:
    """Says how long each part of something took."""

    def __init__(self) -> None:
        self._begun = self._last = time.perf_counter()
        self.seconds: dict[str, float] = {}

    def lap(self, part: str) -> None:
        """End a part, and begin the next."""
        now = time.perf_counter()
        self.seconds[part] = now - self._last
        self._last = now

    @property
    def elapsed(self) -> timedelta:
        """How long it is since the beginning."""
        return timedelta(seconds=time.perf_counter() - self._begun)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Turn:
    """One turn of the intake worker; `waits`: by batch, the seconds from acknowledged to queryable, and its calls."""

    workspace_id: int
    done_at: datetime
    waits: Sequence[tuple[float, int]]
    stored: int
    refused: int
    seconds: Mapping[str, float]


def keep_turn(turn: Turn) -> None:
    """Add a turn to the record, in the transaction that ends it."""
    calls = sum(n for _, n in turn.waits)
    MicroBatch.objects.create(
        workspace_id=turn.workspace_id,
        at=turn.done_at,
        batches=len(turn.waits),
        calls=calls,
        stored=turn.stored,
        refused=turn.refused,
        oldest_seconds=max((seconds for seconds, _ in turn.waits), default=0.0),
        median_seconds=middle(turn.waits),
        seconds={part: round(seconds, 4) for part, seconds in turn.seconds.items()},
    )
    tallies: dict[str, float] = {
        "turns": 1,
        "batches": len(turn.waits),
        "calls": calls,
        "stored": turn.stored,
        "lag_sum": sum(max(seconds, 0.0) * n for seconds, n in turn.waits),
    }
    tallies |= {f"seconds.{part}": seconds for part, seconds in turn.seconds.items()}
    tallies |= {f"lag.{edge}": n for edge, n in buckets(turn.waits).items()}
    add_to_tallies(turn.workspace_id, tallies)


def add_to_tallies(workspace_id: int | None, tallies: Mapping[str, float]) -> None:
    """Add to what is counted since the beginning."""
    if tallies:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO tracking_tally (workspace_id, name, total)
                SELECT %s, name, total FROM unnest(%s::text[], %s::float8[]) AS said (name, total) ORDER BY name
                ON CONFLICT (workspace_id, name) DO UPDATE SET total = tracking_tally.total + excluded.total
                """,
                [workspace_id, list(tallies), [float(n) for n in tallies.values()]],
            )
