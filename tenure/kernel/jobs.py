"""Background work as stages: named functions that drain what is due, many rows at a time.

A stage claims its own rows (`FOR UPDATE SKIP LOCKED` or an advisory lock), so any number of `tenure work` processes may
run it, a kill loses nothing, and the simulator can call the same function on a simulated clock.
"""

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction
from psycopg.errors import DeadlockDetected

from tenure.kernel import clock

log = structlog.get_logger(__name__)

Drain: TypeAlias = Callable[[datetime], int]

LANES = ("fast", "slow", "outward")
"""Each runs by itself: what must be prompt, what may take minutes, and what waits for answers of other systems."""

_AT_WORK = 7_205_204
MOST_CUT_SHORT = 3
"""A stage is begun again after so many deadlocks, not after more."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stage:
    """One kind of background work: `drain(now)` does a portion and says how much it did."""

    name: str
    drain: Drain
    every: float
    order: int
    lane: str = "fast"


_stages: dict[str, Stage] = {}


def stage(name: str, *, every: float, order: int, lane: str = "fast") -> Callable[[Drain], Drain]:
    """Register a drain to run each `every` seconds; `order` is its place in one turn, `lane` one of `LANES`."""
    if lane not in LANES:
        raise ValueError(f"{name}: there is no lane {lane!r}")

    def register(drain: Drain) -> Drain:
        _stages[name] = Stage(name=name, drain=drain, every=every, order=order, lane=lane)
        return drain

    return register


def stages(lane: str | None = None) -> Sequence[Stage]:
    """Return the registered stages in the order of one turn."""
    chosen = [s for s in _stages.values() if lane in (None, s.lane)]
    return sorted(chosen, key=lambda s: (s.order, s.name))


def run_stage(name: str, now: datetime | None = None, *, turns: int = 1_000) -> int:
    """Run one stage until it has nothing left to do; returns how much it did.

    A portion that another process's locks cut short (PostgreSQL ends one of two that wait for each other) has done
    nothing, and is begun again.
    """
    done = cut_short = 0
    for _ in range(turns):
        try:
            did = _stages[name].drain(now or clock.now())
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected) or cut_short == MOST_CUT_SHORT:
                raise
            cut_short += 1
            log.warning("stage begun again: it waited for a process that waited for it", stage=name)
            continue
        done += did
        if not did:
            break
    return done


def due_once(stage_name: str, workspace_id: int, now: datetime, every: timedelta) -> bool:
    """Claim a periodic run for a workspace: True for exactly one caller each `every`, across processes and restarts.

    A run that seems to be more than `every` ahead of us was under a clock that has been put back since, and does not
    hold the next one up.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO kernel_stagerun (stage, workspace_id, ran_at) VALUES (%s, %s, %s)
            ON CONFLICT (stage, workspace_id) DO UPDATE SET ran_at = EXCLUDED.ran_at
                WHERE kernel_stagerun.ran_at <= EXCLUDED.ran_at - %s::interval
                   OR kernel_stagerun.ran_at > EXCLUDED.ran_at + %s::interval
            RETURNING stage
            """,
            [stage_name, workspace_id, now, *[f"{every.total_seconds()} seconds"] * 2],
        )
        return cursor.fetchone() is not None


def forget_workspace(workspace_id: int) -> None:
    """Forget when stages ran for a workspace that is being deleted."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_stagerun WHERE workspace_id = %s", [workspace_id])


def join_in(cursor: Any) -> bool:
    """Say, on a connection that is kept open, that background work is going on; False while it has to keep away."""
    cursor.execute("SELECT pg_try_advisory_lock_shared(%s)", [_AT_WORK])
    return bool(cursor.fetchone()[0])


@contextmanager
def nobody_else_working() -> Iterator[bool]:
    """Keep background work of other processes away for a while; False, and nothing kept, when some is going on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_AT_WORK])
        (alone,) = cursor.fetchone() or (False,)
    try:
        yield bool(alone)
    finally:
        if alone and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_AT_WORK])


def work(stop: threading.Event, wake: threading.Event, lane: str) -> None:
    """Run the stages of one lane until told to stop; `wake` cuts the waiting short when something has arrived."""
    due = {s.name: 0.0 for s in stages(lane)}
    while not stop.is_set():
        for each in stages(lane):
            if stop.is_set():
                return
            if time.monotonic() < due[each.name] and not (wake.is_set() and each.every <= 2):
                continue
            wait = each.every
            try:
                did = each.drain(clock.now())
                if did:
                    wait = 0.0
            except (OperationalError, InterfaceError) as error:
                log.warning("stage not run: the database is away", stage=each.name, reason=str(error).splitlines()[:1])
                wait = max(each.every, 1.0)
                close_old_connections()
                connection.close()
            except Exception:
                log.exception("stage failed", stage=each.name)
                wait = max(each.every, 5.0)
                close_old_connections()
                connection.close()
            due[each.name] = time.monotonic() + wait
        wake.clear()
        pause = min(due.values(), default=time.monotonic() + 1) - time.monotonic()
        if pause > 0:
            wake.wait(min(pause, 1.0))
