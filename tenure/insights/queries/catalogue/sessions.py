"""Sessions, their length, and time in the app."""

from collections.abc import Callable
from datetime import date
from functools import partial

from django.utils.translation import gettext_lazy as _

from tenure.insights.queries.active import accounts_in_period
from tenure.insights.queries.sessions import session_counts
from tenure.insights.types import Grain, Metric, MetricRow, SessionCount, Unit

SPLITS = ("plan", "touch_model", "account")


def _rows(value: Callable[[SessionCount], float | None], since: date, until: date, by: str) -> list[MetricRow]:
    return [
        MetricRow(period=c.period, group=c.group, value=value(c), n=c.people)
        for c in session_counts(since, until, grain=Grain.WEEK, by=by)
    ]


def _sessions(count: SessionCount) -> float:
    return count.sessions


def _length(count: SessionCount) -> float | None:
    return count.seconds / 60 / count.sessions if count.sessions else None


def _time(count: SessionCount) -> float | None:
    return count.seconds / 60 / count.people if count.people else None


METRICS = tuple(
    Metric(
        name=name,
        title=title,
        formula=formula,
        unit=unit,
        grain=Grain.WEEK,
        by=SPLITS,
        by_traits=True,
        compute=partial(_rows, value),
        accounts_behind=partial(accounts_in_period, Grain.WEEK),
    )
    for name, title, formula, unit, value in (
        (
            "sessions",
            _("Sessions"),
            _(
                "Events of the week that no event by the same person at the same account precedes by 30 minutes (or "
                "what the workspace chose) or less: each begins a session."
            ),
            Unit.SESSIONS,
            _sessions,
        ),
        (
            "session_minutes",
            _("Mean length of a session"),
            _(
                "Minutes between events of one session, counted in the week of the later event, divided by the "
                "sessions begun in the week. A session of one event has no length."
            ),
            Unit.MINUTES,
            _length,
        ),
        (
            "time_in_app",
            _("Time in the app per person"),
            _(
                "Minutes between events of one session, counted in the week of the later event, divided by the people "
                "active in the week."
            ),
            Unit.MINUTES,
            _time,
        ),
    )
)
