"""The touch models a workspace can begin with, their thresholds taken from what its own accounts pay."""

from collections.abc import Sequence

import numpy as np

from tenure.segments.types.conditions import Condition, Trait, TraitOperator
from tenure.touch_models.types import ANY, Definition, Model, Plan, PlanStep, StepKind

HIGH_SHARE, LOW_SHARE = 0.1, 0.4
_USUAL = (1_000, 200)
_STAYS_ABOVE = 0.8
_TRAIT = "mrr"


def usual_definition(mrrs: Sequence[float]) -> Definition:
    """Return high-touch for the tenth of accounts that pay most, low-touch for the next three, tech-touch for all."""
    high, low = _thresholds(mrrs)
    return Definition(
        models=(
            Model(
                key="high_touch",
                name="High-touch",
                enters=_above(high),
                stays=_above(_round(high * _STAYS_ABOVE)),
                minimum_days=90,
                minutes_a_week=60,
            ),
            Model(
                key="low_touch",
                name="Low-touch",
                enters=_above(low),
                stays=_above(_round(low * _STAYS_ABOVE)),
                minimum_days=60,
                forbidden=("phone",),
                minutes_a_week=4,
            ),
            Model(key="tech_touch", name="Tech-touch", minimum_days=30, forbidden=("chat", "phone")),
        ),
        plans=(
            Plan(
                source=ANY,
                target="high_touch",
                steps=(
                    PlanStep(kind=StepKind.INTRODUCE, title="Introduce yourself as their own person", after_days=1),
                    PlanStep(kind=StepKind.CALL, title="Kick-off call: goals, people, habits", after_days=7),
                    PlanStep(kind=StepKind.TASK, title="Look back: is this how to serve them?", after_days=45),
                ),
            ),
            Plan(
                source="high_touch",
                target=ANY,
                steps=(
                    PlanStep(kind=StepKind.CALL, title="Last regular call: what stays, whom to ask", after_days=5),
                    PlanStep(kind=StepKind.MESSAGE, title="Message: how to reach us from now on", after_days=7),
                    PlanStep(kind=StepKind.TASK, title="Check their use, a month on", after_days=30),
                ),
            ),
        ),
    )


def _thresholds(mrrs: Sequence[float]) -> tuple[int, int]:
    paying = sorted(amount for amount in mrrs if amount > 0)
    if len(paying) < 20:
        return _USUAL
    high, low = (_round(float(np.quantile(paying, 1 - share))) for share in (HIGH_SHARE, LOW_SHARE))
    return (high, low) if high > low else _USUAL


def _round(amount: float) -> int:
    """Round down to two figures, as a person would write it."""
    step = int(10 ** max(0, len(str(int(amount))) - 2))
    return int(amount) // step * step


def _above(amount: int) -> Condition:
    return Trait(name=_TRAIT, operator=TraitOperator.MORE_THAN, value=amount)
