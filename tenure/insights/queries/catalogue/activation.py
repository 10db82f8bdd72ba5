"""Activation."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from tenure.insights.queries.activation import accounts_activated, activation
from tenure.insights.types import Grain, Metric, Unit

METRICS = (
    Metric(
        name="activation",
        title=_("Activation"),
        formula=_(
            "Of the accounts that signed up in the month and whose milestones have all been due, the share that "
            "reached every milestone by its day after sign-up. Sign-ups before the first use ever recorded do not "
            "count."
        ),
        unit=Unit.SHARE,
        grain=Grain.MONTH,
        by=("plan", "touch_model"),
        by_traits=True,
        compute=partial(activation, Grain.MONTH),
        accounts_behind=partial(accounts_activated, Grain.MONTH),
    ),
)
