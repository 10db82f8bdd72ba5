"""Where steps are plugged in: one file in `steps/`, one registration line in `apps.py`, one shared contract test."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from tenure.journeys.errors import StepUnknown
from tenure.journeys.types import Due, Move, Problem, StepField


class Step(Protocol):
    """One kind of node of a journey."""

    kind: str
    icon: str

    def name(self) -> str:
        """Say what it is called, in the reader's language."""

    def fields(self) -> Sequence[StepField]:
        """List what can be set, in the order a form asks for it: the editor shows any step by this alone."""

    def problems(self, settings: Mapping[str, Any]) -> list[Problem]:
        """Say what is wrong with the settings of a step of this kind; `place` is the name of the setting."""

    def due_at(self, settings: Mapping[str, Any], *, arrived_at: datetime, tz: ZoneInfo) -> datetime:
        """Say when a step is due for somebody who arrived at it, by the clocks where they are."""

    def carry_out(self, due: Sequence[Due], *, now: datetime) -> Mapping[int, Move]:
        """Do the step for many enrolments at once, in the transaction that will move them; returns each one's move.

        All of them stand at the same step of the same version. Whatever leaves the database must be idempotent.
        """


_steps: dict[str, Step] = {}


def register(step: Step) -> None:
    """Make a kind of step known."""
    _steps[step.kind] = step


def step(kind: str) -> Step:
    """Return a kind of step; raises `StepUnknown`."""
    try:
        return _steps[kind]
    except KeyError:
        raise StepUnknown(f"no step is called {kind!r}", kind=kind) from None


def steps() -> Sequence[Step]:
    """Return every kind of step, by kind."""
    return [_steps[kind] for kind in sorted(_steps)]
