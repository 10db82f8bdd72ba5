"""Accounts and stages to start a test from, and the slow obvious way to follow one account."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tenure.kernel import clock, jobs, outbox
from tenure.lifecycle import actions, queries
from tenure.lifecycle.types import Machine, Stage, Transition
from tenure.segments.types.conditions import Trait, TraitOperator
from tests.segments.oracle import Known, holds

ROAD = """
stages:
- key: trial
  name: Trial
- key: active
  name: Active
- key: gone
  name: Gone
transitions:
- from: trial
  to: active
  when: {trait: plan, operator: is, value: Premium}
- from: active
  to: gone
  when: {trait: mood, operator: is, value: bad}
- from: gone
  to: active
  when:
    not: {trait: mood, operator: is, value: bad}
"""


def given_lifecycle(text: str = ROAD, *, by: Any = None) -> None:
    """Put a lifecycle in force."""
    actions.change_lifecycle(queries.read_text(text), by=by)


def follow(now: datetime | None = None) -> None:
    """Tell what waits and look at everybody."""
    while outbox.deliver():
        pass
    jobs.run_stage("lifecycle_touched", now or clock.now())
    actions.follow_everybody(now=now or clock.now())


def is_(name: str, value: str) -> Trait:
    """Say that a trait is something."""
    return Trait(name=name, operator=TraitOperator.IS, value=value)


def machine(stages: str, *transitions: Transition) -> Machine:
    """Return stages called by single letters, with transitions between them."""
    return Machine(stages=tuple(Stage(key=key, name=key.upper()) for key in stages), transitions=transitions)


def walked(
    road: Machine, looks: Sequence[tuple[datetime, Mapping[str, Any]]], account_id: int = 1
) -> list[tuple[str, datetime, datetime | None]]:
    """Follow one account by hand: at each look what is known of it then; returns its stays."""
    stays: list[tuple[str, datetime, datetime | None]] = []
    for now, traits in looks:
        known = Known(id=account_id, traits=traits)
        here = stays[-1][0] if stays else road.start
        since = stays[-1][1] if stays else now
        moved = True
        while moved:
            moved = False
            for transition in road.transitions:
                waited = now - since >= timedelta(days=transition.after_days)
                asked = transition.when is None or holds(transition.when, known, "account", now)
                if transition.source == here and waited and asked:
                    here, since, moved = transition.target, now, True
                    break
        if not stays:
            stays.append((here, now, None))
        elif here != stays[-1][0]:
            stays[-1] = (*stays[-1][:2], now)
            stays.append((here, now, None))
    return stays
