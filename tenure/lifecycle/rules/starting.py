"""The stages a workspace begins with; it may change every one of them."""

from tenure.lifecycle.types import Machine, Stage, Transition
from tenure.segments.types.conditions import (
    AgeOperator,
    All,
    AnyOf,
    Churned,
    Condition,
    Not,
    SignedUp,
    Trait,
    TraitOperator,
)

RENEWAL_TRAITS = ("renews_on", "renewsOn", "renewal_date")
"""What products call the end of a contract; the end of a month that is billed is none."""
RENEWING_DAYS = 60
ONBOARDING_DAYS = 30
WON_BACK_DAYS = 90
_EVER = 3_650

_STAGES = (
    Stage(key="trial", name="Trial"),
    Stage(key="onboarding", name="Onboarding"),
    Stage(key="active", name="Active"),
    Stage(key="renewing", name="Renewing"),
    Stage(key="churned", name="Churned"),
    Stage(key="won_back", name="Won back"),
)


def usual_machine() -> Machine:
    """Return trial → onboarding → active → renewing → churned → won back, by what products usually say."""
    gone, here = Churned(value=True), Churned(value=False)
    renewing = _renewing()
    settled: Condition = AnyOf(
        conditions=(
            SignedUp(operator=AgeOperator.MORE_THAN_DAYS_AGO, days=ONBOARDING_DAYS),
            Trait(name="first_seen_at", operator=TraitOperator.MORE_THAN_DAYS_AGO, value=ONBOARDING_DAYS),
        )
    )
    return Machine(
        stages=_STAGES,
        transitions=(
            Transition(source="trial", target="churned", when=gone),
            Transition(source="trial", target="onboarding", when=Not(condition=_on_trial())),
            Transition(source="onboarding", target="churned", when=gone),
            Transition(source="onboarding", target="active", when=settled),
            Transition(source="active", target="churned", when=gone),
            Transition(source="active", target="renewing", when=renewing),
            Transition(source="renewing", target="churned", when=gone),
            Transition(source="renewing", target="active", when=Not(condition=renewing)),
            Transition(source="churned", target="won_back", when=here),
            Transition(source="won_back", target="churned", when=gone),
            Transition(source="won_back", target="active", after_days=WON_BACK_DAYS),
        ),
    )


def _on_trial() -> Condition:
    """Say that it is on trial: by its subscription, by the end of its trial, or else by what its plan is called."""
    ends = "trial_ends_at"
    named = Trait(name="plan", operator=TraitOperator.CONTAINS, value="trial")
    unknown = Trait(name=ends, operator=TraitOperator.IS_NOT_SET)
    return AnyOf(
        conditions=(
            Trait(name="subscription_status", operator=TraitOperator.IS, value="trialing"),
            Trait(name=ends, operator=TraitOperator.WITHIN_NEXT_DAYS, value=_EVER),
            All(conditions=(unknown, named)),
        )
    )


def _renewing() -> Condition:
    within = TraitOperator.WITHIN_NEXT_DAYS
    return AnyOf(conditions=tuple(Trait(name=name, operator=within, value=RENEWING_DAYS) for name in RENEWAL_TRAITS))
