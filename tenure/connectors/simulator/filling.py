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
from itertools import zip_longest

from tenure.connectors.simulator.care import Care, look_after
from tenure.connectors.simulator.colleagues import Colleagues
from tenure.connectors.simulator.content.segments import LATER_SEGMENTS
from tenure.connectors.simulator.hands import Hands, Order, OwnHands
from tenure.connectors.simulator.haste import hasty_commits, rare_collections
from tenure.connectors.simulator.models import SimulatedWorld
from tenure.connectors.simulator.scribe import Scribe
from tenure.connectors.simulator.telling import held_out_accounts, tell, tell_billing, world_of
from tenure.connectors.simulator.types import WorldSpec
from tenure.kernel import clock, jobs, tenancy
from tenure.segments import actions as segments

STEP_AT = time_of_day(15)
"""The UTC hour at which a step ends: working time in Europe, Africa and the Americas …"""
LATER = timedelta(hours=10)
"""… and so much later it is working time in Asia and Oceania, when those who wait there are reached."""
OVERNIGHT = ("journeys", "channels_send")
"""The stages that run then; meanwhile the members see to their day."""
INTAKE = "intake"
DELIVERY = "announcements"
ASIDE = "activity.judge_use"
"""What runs beside the other stages, once the news are delivered."""
LIVED = frozenset(
    {
        INTAKE, DELIVERY, "recount_moved", "billing", "segments_touched", "segments_minute", "activity.judge_use",
        "signals.wake", "journeys", "channels_send",
    }
)  # fmt: skip
"""The stages that make the year what it was; housekeeping, and what only the present needs, is `tenure work`'s."""
PASSES_AT_THE_END = 5
HEALTH, HEALTH_SINCE = "health_everybody", timedelta(days=60)
"""Accounts are judged by their scorecard every other week of the last two months: what a trend and a reason need."""

STRIDES = ((56, 28), (7, 7), (3, 4), (0, 1))
"""More than so many days before the end, the year is lived in strides of so many days."""


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
        beyond, stride = next((each for each in STRIDES if left > each[0]), STRIDES[-1])
        day += timedelta(days=max(1, min(stride, left - beyond)))
        moment = datetime.combine(day, STEP_AT, UTC)
        if moment >= end:
            yield end
            return
        yield moment


def fill(
    simulated: SimulatedWorld, *, now: datetime, report: Callable[[Progress], None], hands: Hands | None = None
) -> Filled:
    """Live the whole history through; afterwards the present has been reached and nothing waits.

    `hands` run what may run beside the rest; without any, this process does everything.
    """
    filled = Filled()
    hands = hands or OwnHands()
    world = world_of(simulated.spec)
    moments = list(steps_of(simulated.spec, now))
    judged = {m for m in moments[:-3] if now - m <= HEALTH_SINCE and now - m > timedelta(days=7)}
    judged = {*sorted(judged)[::2], moments[-3:][0]}
    workspace_id = simulated.workspace_id
    with tenancy.scope(workspace_id), hasty_commits(), rare_collections(), Scribe(simulated.spec) as scribe:
        held_out: frozenset[str] = frozenset()
        scribe.order(since=world.begins, until=moments[0], held_out=held_out)
        team = Colleagues(world, present=now)
        care = Care(present=now, members=team.members)
        for moment, following in zip_longest(moments, moments[1:]):
            with clock.simulated(moment):
                with _timed(filled, "waiting for the scribe"):
                    written = scribe.deliver()
                with _timed(filled, "telling"):
                    filled.calls += tell(simulated, written, until=moment)
                _run(filled, INTAKE, moment)
                with _timed(filled, "members"):
                    new = team.take_on()
                if new:
                    held_out = held_out_accounts(workspace_id)
                with _timed(filled, "care"):
                    care.go_on(moment)
                if following is not None:
                    scribe.order(since=moment, until=following, held_out=held_out)
                _react(filled, moment, workspace_id, hands)
                if moment in judged:
                    _run(filled, HEALTH, moment)
                if moment == min(judged):
                    team.watch()
                if moment == moments[-3:][0]:
                    team.judge(moment)
                    team.weigh(moment)
                is_past = moment + LATER < now
                if is_past:
                    hands.begin(Order(workspace_id, OVERNIGHT, moment + LATER))
                with _timed(filled, "members"):
                    team.work(moment, held_out)
                if is_past:
                    with _timed(filled, "the night"):
                        hands.finish()
            filled.steps += 1
            share = (moment - world.begins) / (moments[-1] - world.begins)
            report(Progress(share=share, at=moment, calls=filled.calls))
        team.plan()
        with clock.simulated(now):
            with _timed(filled, "telling billing"):  # all at once: in whatever order it is told, the ledger is the same
                tell_billing(world, since=world.begins, until=moments[-1], held_out=held_out)
            with _timed(filled, "VIPs"):
                look_after(simulated.seed, now=now, members=team.members)
            _react(filled, now, workspace_id, hands, passes=PASSES_AT_THE_END)
            with _timed(filled, "segments thought of lately"):
                define_later_segments()
        SimulatedWorld.objects.filter(pk=simulated.pk).update(filled_at=now)
    return filled


def define_later_segments() -> None:
    """Define the segments that members thought of lately."""
    for each in LATER_SEGMENTS:
        segments.define_segment(each.name, subject=each.subject, condition=each.condition, description=each.description)


def _react(filled: Filled, moment: datetime, workspace_id: int, hands: Hands, *, passes: int = 1) -> None:
    """Let the stages run in their order, each until it has nothing left to do.

    What a stage announces is delivered before the next one runs. One pass does nearly everything; what is left is done
    at the next step.
    """
    names = [stage.name for stage in jobs.stages() if stage.name in LIVED and stage.name != ASIDE]
    for _ in range(passes):
        did = 0
        for name in names:
            done = _run(filled, name, moment)
            did += done
            if name == DELIVERY:
                hands.begin(Order(workspace_id, (ASIDE,), moment))
            elif done:
                _run(filled, DELIVERY, moment)
        with _timed(filled, ASIDE):
            done = hands.finish()
        if done:
            _run(filled, DELIVERY, moment)
        if not did + done:
            return


def _run(filled: Filled, name: str, moment: datetime) -> int:
    with _timed(filled, name):
        return jobs.run_stage(name, moment)


@contextmanager
def _timed(filled: Filled, what: str) -> Iterator[None]:
    began = time.perf_counter()
    try:
        yield
    finally:
        filled.seconds[what] += time.perf_counter() - began
