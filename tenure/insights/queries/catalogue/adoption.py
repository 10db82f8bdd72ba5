"""Feature adoption."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from django.utils.translation import gettext_lazy as _

from tenure.insights.queries.adoption import accounts_using, adoption
from tenure.insights.types import Grain, Metric, Subject, Unit

EVENT = "event"


def _behind(period: date, by: str, group: str) -> Sequence[int]:
    return accounts_using(Grain.MONTH, period, group)


METRICS = (
    Metric(
        name="feature_adoption",
        title=_("Feature adoption by accounts"),
        formula=_(
            "By event: accounts at which somebody did it in the month, divided by the accounts active in the month. "
            "Over all: the mean of that share over the events seen in the month."
        ),
        unit=Unit.SHARE,
        grain=Grain.MONTH,
        by=(EVENT,),
        compute=partial(adoption, Subject.ACCOUNT, Grain.MONTH),
        accounts_behind=_behind,
    ),
    Metric(
        name="feature_adoption_people",
        title=_("Feature adoption by people"),
        formula=_(
            "By event: people who did it in the month, divided by the people active in the month. Over all: the mean "
            "of that share over the events seen in the month."
        ),
        unit=Unit.SHARE,
        grain=Grain.MONTH,
        by=(EVENT,),
        compute=partial(adoption, Subject.PERSON, Grain.MONTH),
        accounts_behind=_behind,
    ),
)
