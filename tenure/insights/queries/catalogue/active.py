"""Active people and accounts, and how often they are."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from django.utils.translation import gettext_lazy as _

from tenure.insights.queries.active import (
    accounts_active,
    accounts_in_period,
    active_by_period,
    active_within,
    stickiness,
)
from tenure.insights.types import Grain, Metric, Subject, Unit

SPLITS = ("plan", "touch_model", "account")


def _behind_window(days: int, period: date, by: str, group: str) -> Sequence[int]:
    return accounts_active(period - timedelta(days=days - 1), period, by, group)


_WINDOWS = (
    ("dau", Subject.PERSON, 1, _("Daily active people"), _("People who did something on the day.")),
    ("wau", Subject.PERSON, 7, _("Weekly active people"), _("People who did something in the 7 days up to the day.")),
    (
        "mau",
        Subject.PERSON,
        30,
        _("Monthly active people"),
        _("People who did something in the 30 days up to the day."),
    ),
    (
        "daily_accounts",
        Subject.ACCOUNT,
        1,
        _("Daily active accounts"),
        _("Accounts at which somebody did something on the day."),
    ),
    (
        "weekly_accounts",
        Subject.ACCOUNT,
        7,
        _("Weekly active accounts"),
        _("Accounts at which somebody did something in the 7 days up to the day."),
    ),
    (
        "monthly_accounts",
        Subject.ACCOUNT,
        30,
        _("Monthly active accounts"),
        _("Accounts at which somebody did something in the 30 days up to the day."),
    ),
)
_UNITS = {Subject.PERSON: Unit.PEOPLE, Subject.ACCOUNT: Unit.ACCOUNTS}

METRICS = (
    *(
        Metric(
            name=name,
            title=title,
            formula=formula,
            unit=_UNITS[subject],
            grain=Grain.DAY,
            by=SPLITS,
            by_traits=True,
            compute=partial(active_within, subject, days),
            accounts_behind=partial(_behind_window, days),
        )
        for name, subject, days, title, formula in _WINDOWS
    ),
    Metric(
        name="active_people",
        title=_("People active in the month"),
        formula=_("People who did something in the calendar month."),
        unit=Unit.PEOPLE,
        grain=Grain.MONTH,
        by=SPLITS,
        by_traits=True,
        compute=partial(active_by_period, Subject.PERSON, Grain.MONTH),
        accounts_behind=partial(accounts_in_period, Grain.MONTH),
    ),
    Metric(
        name="active_accounts",
        title=_("Accounts active in the month"),
        formula=_("Accounts at which somebody did something in the calendar month."),
        unit=Unit.ACCOUNTS,
        grain=Grain.MONTH,
        by=SPLITS,
        by_traits=True,
        compute=partial(active_by_period, Subject.ACCOUNT, Grain.MONTH),
        accounts_behind=partial(accounts_in_period, Grain.MONTH),
    ),
    Metric(
        name="stickiness",
        title=_("Stickiness of people"),
        formula=_(
            "The mean of daily active people over the days of the month so far, divided by the people active in the "
            "month. Days before the first use ever recorded do not count."
        ),
        unit=Unit.SHARE,
        grain=Grain.MONTH,
        by=SPLITS,
        by_traits=True,
        compute=partial(stickiness, Subject.PERSON, Grain.MONTH),
        accounts_behind=partial(accounts_in_period, Grain.MONTH),
    ),
    Metric(
        name="account_stickiness",
        title=_("Stickiness of accounts"),
        formula=_(
            "The mean of daily active accounts over the days of the month so far, divided by the accounts active in "
            "the month. Days before the first use ever recorded do not count."
        ),
        unit=Unit.SHARE,
        grain=Grain.MONTH,
        by=SPLITS,
        by_traits=True,
        compute=partial(stickiness, Subject.ACCOUNT, Grain.MONTH),
        accounts_behind=partial(accounts_in_period, Grain.MONTH),
    ),
)
