"""The touch models a workspace could begin with."""

import dataclasses

from django.utils.translation import gettext, gettext_noop

from tenure.customers import queries as customers
from tenure.touch_models.rules.starting import usual_definition
from tenure.touch_models.types import Definition, Plan

_TITLES = (
    gettext_noop("Introduce yourself as their own person"),
    gettext_noop("Kick-off call: goals, people, habits"),
    gettext_noop("Look back: is this how to serve them?"),
    gettext_noop("Last regular call: what stays, whom to ask"),
    gettext_noop("Message: how to reach us from now on"),
    gettext_noop("Check their use, a month on"),
)


def suggested() -> Definition:
    """Return the usual three, with thresholds from what this workspace's accounts pay, steps in the reader's language.

    Names of models are translated when they are read, since every workspace has them; steps are the members' own.
    """
    column = customers.account_facts(["mrr"])["mrr"]
    usual = usual_definition([v for v in column.to_pylist() if isinstance(v, float)])
    return dataclasses.replace(usual, plans=tuple(_spoken(plan) for plan in usual.plans))


def _spoken(plan: Plan) -> Plan:
    return dataclasses.replace(
        plan, steps=tuple(dataclasses.replace(step, title=gettext(step.title)) for step in plan.steps)
    )
