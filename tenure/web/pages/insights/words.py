"""Values, periods and units in the reader's language."""

from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tenure.insights.types import Grain, MetricRow, Unit
from tenure.web.shell import formats
from tenure.web.visiting import Visit


def value_words(request: Visit, unit: Unit, value: float | None) -> str:
    """Write a value of a metric."""
    if value is None:
        return "–"
    match unit:
        case Unit.SHARE:
            return formats.percent(value, 1)
        case Unit.MONEY:
            return formats.money(round(value), request.workspace.currency)
        case Unit.MINUTES | Unit.RATIO | Unit.MONTHS:
            return formats.number(value, 1)
    return formats.number(value, 0 if float(value).is_integer() else 1)


def interval_words(request: Visit, unit: Unit, row: MetricRow) -> str:
    """Write the interval of a value, where it has one; what nobody left yet is worth has a lower limit only."""
    if row.low is None:
        return ""
    if row.high is None:
        return _("at least %(value)s") % {"value": value_words(request, unit, row.low)}
    return f"{value_words(request, unit, row.low)} – {value_words(request, unit, row.high)}"


def unit_words(unit: Unit) -> str:
    """Name what is counted."""
    return {
        Unit.PEOPLE: _("People"),
        Unit.ACCOUNTS: _("Accounts"),
        Unit.SESSIONS: _("Sessions"),
        Unit.MINUTES: _("Minutes"),
        Unit.DAYS: _("Days"),
        Unit.MONTHS: _("Months"),
        Unit.SHARE: _("Share"),
        Unit.RATIO: _("Ratio"),
        Unit.MONEY: _("Money"),
    }[unit]


def grain_words(grain: Grain) -> str:
    """Name how long a period is."""
    return {Grain.DAY: _("Day"), Grain.WEEK: _("Week from"), Grain.MONTH: _("Month")}[grain]


def period_words(period: date, grain: Grain) -> str:
    """Name a period."""
    if grain is Grain.MONTH:
        return date_format(period, "YEAR_MONTH_FORMAT")
    return formats.day(period)


def whole_period_words(period: date, grain: Grain) -> str:
    """Name a period where no heading says how long it is."""
    named = period_words(period, grain)
    return _("week from %(day)s") % {"day": named} if grain is Grain.WEEK else named


def duration_words(seconds: float | None) -> str:
    """Write how long something took."""
    return "–" if seconds is None else formats.duration(timedelta(seconds=round(seconds)))


def age_words(grain: Grain) -> str:
    """Name the axis of ages."""
    return _("Weeks since the first") if grain is Grain.WEEK else _("Months since the first")
