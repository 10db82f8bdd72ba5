"""An account's use against what was to be expected, as a chart."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenure.activity.models import DayFactors, UseStanding
from tenure.activity.queries.use import days_up_to, use_of_accounts
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

if TYPE_CHECKING:
    from tenure.signals.models import Signal


def usage_weeks(account_id: int, now: datetime) -> tuple[Week, ...]:
    """Return an account's last 16 weeks, each with what was to be expected if that is known.

    While a decline was open at `now`, the weeks are those its evidence rests on.
    """
    return _weeks(account_id, now, _signals_until(account_id, now))


def usage_chart(account_id: int, now: datetime, marks: Sequence[DayMark] = ()) -> Chart:
    """Draw an account's weeks against their expectation, with its signals and the given marks on the time axis.

    As of `now`: while a decline is open, the expectation is the one from before it began.
    """
    known = _signals_until(account_id, now)
    weeks = _weeks(account_id, now, known)
    first = weeks[0].ends - timedelta(days=6)
    noticed = [
        DayMark(day=signal.opened_at.date(), label=_("Signal"), color=MARK)
        for signal in known
        if signal.opened_at.date() >= first
    ]
    points = [BandPoint(day=w.ends, actual=float(w.actual), expected=w.expected, low=w.low, high=w.high) for w in weeks]
    shown = [mark for mark in marks if first <= mark.day <= now.date()]
    spec = band_chart(
        points,
        [*noticed, *shown],
        BandWords(
            day=_("Week to"),
            unit=_("Days of use a week"),
            actual=_("Seen"),
            expected=_("Expected"),
            band=_("Expected range"),
        ),
    )
    return Chart(
        title=_("Use by week, against what was to be expected"),
        description=_description(weeks),
        spec=spec,
        columns=(_("Week to"), _("Days of use"), _("Expected"), _("Expected range"), _("Events")),
        rows=tuple(
            (
                formats.date_format(w.ends, "DATE_FORMAT"),
                str(w.actual),
                "–" if w.expected is None else f"{w.expected:.0f}",
                "–" if w.low is None or w.high is None else f"{w.low:.0f}–{w.high:.0f}",
                str(w.events),
            )
            for w in weeks
        ),
    )


def _description(weeks: Sequence[Week]) -> str:
    if not any(w.actual for w in weeks):
        return _("No use has been seen in these weeks.")
    last = weeks[-1]
    if last.low is None or last.high is None:
        return ngettext(
            "%(n)d day of use last week; there is too little history to say what is usual.",
            "%(n)d days of use last week; there is too little history to say what is usual.",
            last.actual,
        ) % {"n": last.actual}
    return ngettext(
        "%(n)d day of use last week; %(low)s to %(high)s were to be expected.",
        "%(n)d days of use last week; %(low)s to %(high)s were to be expected.",
        last.actual,
    ) % {"n": last.actual, "low": f"{last.low:.0f}", "high": f"{last.high:.0f}"}


def _signals_until(account_id: int, now: datetime) -> list["Signal"]:
    return [signal for signal in signals.signals_of(account_id) if signal.opened_at <= now]


def _weeks(account_id: int, now: datetime, known: Sequence["Signal"]) -> tuple[Week, ...]:
    for signal in known:
        if signal.kind == ACTIVITY_DECLINE and (signal.closed_at is None or signal.closed_at >= now):
            return weeks_from_json(signal.evidence["weeks"])
    return weeks_of(_account(account_id, last_complete_day(now)))


def _account(account_id: int, as_of: date) -> OneAccount:
    frame = UsageFrame(
        account_ids=(account_id,),
        as_of=as_of,
        days=TERMS.days,
        rows=use_of_accounts(as_of, TERMS.days, [account_id]),
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
