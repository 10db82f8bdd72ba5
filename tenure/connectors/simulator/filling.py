"""Lives a simulated year through: the whole history is sent in, step by step, and Tenure reacts on a simulated clock.

Nothing here knows how a signal is found or a message is sent: each step tells what happened since the last one and
lets every background stage run, as `tenure work` would have.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day

from django.db import connection

from tenure.connectors.simulator.colleagues import Colleagues
from tenure.connectors.simulator.models import SimulatedWorld
from tenure.connectors.simulator.telling import held_out_accounts, tell, world_of
from tenure.connectors.simulator.types import WorldSpec
from tenure.kernel import clock, jobs, tenancy

STEP_AT = time_of_day(15)
"""The UTC hour at which a step ends: working time in Europe, Africa and the Americas …"""
LATER = timedelta(hours=10)
"""… and so much later it is working time in Asia and Oceania, when those who wait there are reached."""
OVERNIGHT = ("journeys", "channels", "announcements")
"""What runs then: the stages whose names begin so."""

DAILY_FOR = 84
"""Days before the end that are lived one by one; before them, a step is `LONG_STEP` days."""
LONG_STEP = 7
ROUNDS = 6


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the year has come."""

    share: float
    at: datetime
    calls: int


@dataclass(kw_only=True)
class Filled:
    """What a filling came to, and where its time went."""

    calls: int = 0
    steps: int = 0
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))


def steps_of(spec: WorldSpec, now: datetime) -> Iterator[datetime]:
    """Give the moments at which the steps of the history end; the last is now, or the end of the world's last day."""
    end = min(now, datetime.combine(spec.until + timedelta(days=1), time_of_day(), UTC))
    day = spec.first_day
    while True:
        left = (spec.until - day).days
        day += timedelta(days=min(LONG_STEP, left - DAILY_FOR) if left > DAILY_FOR else 1)
        moment = datetime.combine(day, STEP_AT, UTC)
        if moment >= end:
            yield end
            return
        yield moment


def fill(simulated: SimulatedWorld, *, now: datetime, report: Callable[[Progress], None]) -> Filled:
    """Live the whole history through; afterwards the present has been reached and nothing waits."""
    filled = Filled()
    workspace_id = simulated.workspace_id
    with tenancy.scope(workspace_id), _hasty_commits():
        with _timed(filled, "making the world"):
            world = world_of(simulated.spec)
        moments = list(steps_of(simulated.spec, now))
        whole = moments[-1] - world.begins
        team = Colleagues(world, present=now)
        held_out: frozenset[str] = frozenset()
        for moment in moments:
            with clock.simulated(moment):
                with _timed(filled, "telling"):
                    filled.calls += tell(simulated, until=moment, held_out=held_out)
                _react(filled, moment, names=("intake",))
                with _timed(filled, "members"):
                    new = team.take_on()
                if new:
                    held_out = held_out_accounts(workspace_id)
                _react(filled, moment)
                with _timed(filled, "members"):
                    busy = team.work(moment, held_out)
                if busy:
                    _react(filled, moment, names=("announcements",))
            if moment + LATER < now:
                with clock.simulated(moment + LATER):
                    _react(filled, moment + LATER, names=OVERNIGHT)
            filled.steps += 1
            report(Progress(share=(moment - world.begins) / whole, at=moment, calls=filled.calls))
        SimulatedWorld.objects.filter(pk=simulated.pk).update(filled_at=now)
    return filled


def _react(filled: Filled, moment: datetime, names: tuple[str, ...] = ("",)) -> None:
    """Let the stages run, in their order, until nothing more comes of it."""
    chosen = [s for s in jobs.stages() if s.name.startswith(names) and s.name != "demo_live"]
    for _ in range(ROUNDS):
        did = 0
        for stage in chosen:
            with _timed(filled, stage.name):
                did += jobs.run_stage(stage.name, moment)
        if not did:
            return


@contextmanager
def _timed(filled: Filled, what: str) -> Iterator[None]:
    began = time.perf_counter()
    try:
        yield
    finally:
        filled.seconds[what] += time.perf_counter() - began


@contextmanager
def _hasty_commits() -> Iterator[None]:
    """Do not wait for the disk at each commit: a demo interrupted by a power cut is filled anew anyway."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")
