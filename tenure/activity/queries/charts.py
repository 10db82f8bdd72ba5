"""An account's use against what was to be expected, as a chart."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenure.activity.models import DayFactors, UseStanding
from tenure.activity.queries.standings import choices
from tenure.activity.queries.use import days_up_to, key_use_of_accounts, minutes_of_accounts, use_of_accounts
from tenure.activity.rules import (
    TERMS,
    OneAccount,
    as_matrices,
    factors_on,
    last_complete_day,
    weeks_from_json,
    weeks_of,
)
from tenure.activity.types import ACTIVITY_DECLINE, UsageFrame, Week
from tenure.signals import queries as signals
from tenure.stats.charts import MARK, BandPoint, BandWords, Chart, DayMark, band_chart
from tenure.stats.usage import Series

if TYPE_CHECKING:
    from tenure.signals.models import Signal


def usage_weeks(account_id: int, now: datetime) -> tuple[Week, ...]:
    """Return an account's last 16 weeks, each with what was to be expected if that is known.

    While a decline was open at `now`, the weeks are those its evidence rests on.
    """
    return _weeks(account_id, now, _signals_until(account_id, now), tuple(Series))


def usage_chart(account_id: int, now: datetime, marks: Sequence[DayMark] = (), series: Series = Series.PEOPLE) -> Chart:
    """Draw one series of an account's weeks against its expectation, with signals and the given marks on the time axis.

    As of `now`: while a decline is open, the expectation is the one from before it began.
    """
    known = _signals_until(account_id, now)
    weeks = _weeks(account_id, now, known, (series,))
    first = weeks[0].ends - timedelta(days=6)
    noticed = [
        DayMark(day=signal.opened_at.date(), label=_("Signal"), color=MARK)
        for signal in known
        if signal.opened_at.date() >= first
    ]
    told = _TOLD[series]
    points = [told.point(w) for w in weeks]
    shown = [mark for mark in marks if first <= mark.day <= now.date()]
    spec = band_chart(
        points,
        [*noticed, *shown],
        BandWords(
            day=_("Week to"),
            unit=told.unit(),
            actual=_("Seen"),
            expected=_("Expected"),
            band=_("Expected range"),
        ),
    )
    return Chart(
        title=told.title(),
        description=_description(weeks, told, points),
        spec=spec,
        columns=(_("Week to"), told.name(), _("Expected"), _("Expected range")),
        rows=tuple(
            (
                formats.date_format(p.day, "DATE_FORMAT"),
                f"{p.actual:.0f}",
                "–" if p.expected is None else f"{p.expected:.0f}",
                "–" if p.low is None or p.high is None else f"{p.low:.0f}–{p.high:.0f}",
            )
            for p in points
        ),
        days=tuple(p.day for p in points),
    )


def series_of_use(account_id: int) -> tuple[tuple[Series, str], ...]:
    """Return the series that can be drawn of an account, each with its name; minutes only where some are usual."""
    standing = UseStanding.objects.filter(account_id=account_id).first()
    minutes = standing.usual.get(Series.MINUTES.value) if standing and standing.usual else None
    return tuple((each, told.name()) for each, told in _TOLD.items() if each != Series.MINUTES or any(minutes or ()))


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Told:
    """How one series is drawn and said."""

    name: Callable[[], str]
    unit: Callable[[], str]
    title: Callable[[], str]
    point: Callable[[Week], BandPoint]
    too_little: Callable[[int], str]
    compared: Callable[[int], str]


_TOLD = {
    Series.PEOPLE: _Told(
        name=lambda: _("Days of use"),
        unit=lambda: _("Days of use a week"),
        title=lambda: _("Use by week, against what was to be expected"),
        point=lambda w: BandPoint(day=w.ends, actual=float(w.actual), expected=w.expected, low=w.low, high=w.high),
        too_little=lambda n: ngettext(
            "%(n)d day of use last week; there is too little history to say what is usual.",
            "%(n)d days of use last week; there is too little history to say what is usual.",
            n,
        ),
        compared=lambda n: ngettext(
            "%(n)d day of use last week; %(low)s to %(high)s were to be expected.",
            "%(n)d days of use last week; %(low)s to %(high)s were to be expected.",
            n,
        ),
    ),
    Series.EVENTS: _Told(
        name=lambda: _("Events"),
        unit=lambda: _("Events a week"),
        title=lambda: _("Events by week, against what was to be expected"),
        point=lambda w: BandPoint(
            day=w.ends, actual=float(w.events), expected=w.events_expected, low=w.events_low, high=w.events_high
        ),
        too_little=lambda n: ngettext(
            "%(n)d event last week; there is too little history to say what is usual.",
            "%(n)d events last week; there is too little history to say what is usual.",
            n,
        ),
        compared=lambda n: ngettext(
            "%(n)d event last week; %(low)s to %(high)s were to be expected.",
            "%(n)d events last week; %(low)s to %(high)s were to be expected.",
            n,
        ),
    ),
    Series.MINUTES: _Told(
        name=lambda: _("Minutes in the product"),
        unit=lambda: _("Minutes a week"),
        title=lambda: _("Time in the product by week, against what was to be expected"),
        point=lambda w: BandPoint(
            day=w.ends,
            actual=float(w.minutes or 0),
            expected=w.minutes_expected,
            low=w.minutes_low,
            high=w.minutes_high,
        ),
        too_little=lambda n: ngettext(
            "%(n)d minute last week; there is too little history to say what is usual.",
            "%(n)d minutes last week; there is too little history to say what is usual.",
            n,
        ),
        compared=lambda n: ngettext(
            "%(n)d minute last week; %(low)s to %(high)s were to be expected.",
            "%(n)d minutes last week; %(low)s to %(high)s were to be expected.",
            n,
        ),
    ),
}


def _description(weeks: Sequence[Week], told: _Told, points: Sequence[BandPoint]) -> str:
    if not any(w.actual for w in weeks):
        return _("No use has been seen in these weeks.")
    last = points[-1]
    n = round(last.actual)
    if last.low is None or last.high is None:
        return told.too_little(n) % {"n": n}
    return told.compared(n) % {"n": n, "low": f"{last.low:.0f}", "high": f"{last.high:.0f}"}


def _signals_until(account_id: int, now: datetime) -> list["Signal"]:
    return [signal for signal in signals.signals_of(account_id) if signal.opened_at <= now]


def _weeks(account_id: int, now: datetime, known: Sequence["Signal"], wanted: Sequence[Series]) -> tuple[Week, ...]:
    for signal in known:
        if signal.kind == ACTIVITY_DECLINE and (signal.closed_at is None or signal.closed_at >= now):
            return weeks_from_json(signal.evidence["weeks"])
    return weeks_of(_account(account_id, last_complete_day(now), wanted))


def _account(account_id: int, as_of: date, wanted: Sequence[Series]) -> OneAccount:
    """Read what is wanted of an account's use, and its days of use in any case."""
    names = choices().key_events if Series.EVENTS in wanted else ()
    frame = UsageFrame(
        account_ids=(account_id,),
        as_of=as_of,
        days=TERMS.days,
        rows=use_of_accounts(as_of, TERMS.days, [account_id]),
        key_rows=key_use_of_accounts(as_of, TERMS.days, names, [account_id]) if names else None,
        minutes_rows=minutes_of_accounts(as_of, TERMS.days, [account_id]) if Series.MINUTES in wanted else None,
    )
    usage = as_matrices(frame)
    standing = UseStanding.objects.filter(account_id=account_id).first()
    zone = standing.time_zone if standing else ""
    # The row of its time zone comes last, and counts.
    kept = DayFactors.objects.filter(time_zone__in=["", zone]).order_by("time_zone").last()
    days = days_up_to(as_of, TERMS.days)
    odd = {series: getattr(kept, series.value) for series in usage.series} if kept else {}
    return OneAccount(
        as_of=as_of,
        use={series: counts[0].astype(np.float64) for series, counts in usage.series.items()},
        factors={
            series: factors_on(days, kept.first_day, odd[series]) if kept and odd[series] else np.ones(len(days))
            for series in usage.series
        },
        usual=standing.usual if standing else None,
    )
