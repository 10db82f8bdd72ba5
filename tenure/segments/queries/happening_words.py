"""What happened and how much, in words."""

from collections.abc import Sequence
from typing import assert_never

from django.utils.translation import gettext, ngettext, pgettext

from tenure.segments.queries.comparison_words import compared, in_last_days, shown
from tenure.segments.types.conditions import (
    AgeOperator,
    By,
    Direction,
    Filter,
    FirstPerformed,
    InSequence,
    LastPerformed,
    NotPerformed,
    Performed,
    TimesOperator,
    TimeUnit,
    Usage,
    UsageChange,
    UsageMeasure,
)


def _event(event: str, where: Sequence[Filter]) -> str:
    named = gettext("“%(event)s”") % {"event": event}
    if not where:
        return named
    filters = pgettext("between conditions", " and ").join(compared(each.property, each) for each in where)
    return gettext("%(event)s (where %(filters)s)") % {"event": named, "filters": filters}


def performed_phrase(leaf: Performed) -> str:
    """Say how often something happened."""
    match leaf.operator:
        case TimesOperator.AT_LEAST:
            if leaf.times == 1:
                did = gettext("%(event)s happened")
            else:
                did = ngettext(
                    "%(event)s happened at least %(times)d time",
                    "%(event)s happened at least %(times)d times",
                    leaf.times,
                )
        case TimesOperator.AT_MOST:
            did = ngettext(
                "%(event)s happened at most %(times)d time",
                "%(event)s happened at most %(times)d times",
                leaf.times,
            )
        case TimesOperator.EXACTLY:
            did = ngettext(
                "%(event)s happened exactly %(times)d time",
                "%(event)s happened exactly %(times)d times",
                leaf.times,
            )
        case _:
            assert_never(leaf.operator)
    did %= {"event": _event(leaf.event, leaf.where), "times": leaf.times}
    return in_last_days(did, leaf.days)


def not_performed_phrase(leaf: NotPerformed) -> str:
    """Say that something did not happen."""
    words = {"event": _event(leaf.event, leaf.where), "days": leaf.days or 0}
    if leaf.days is None:
        return gettext("%(event)s never happened") % words
    return (
        ngettext(
            "%(event)s did not happen in the last %(days)d day",
            "%(event)s did not happen in the last %(days)d days",
            leaf.days,
        )
        % words
    )


def first_performed_phrase(leaf: FirstPerformed) -> str:
    """Say when something happened for the first time."""
    match leaf.operator:
        case AgeOperator.MORE_THAN_DAYS_AGO:
            said = ngettext(
                "%(event)s first happened more than %(days)d day ago",
                "%(event)s first happened more than %(days)d days ago",
                leaf.days,
            )
        case AgeOperator.WITHIN_LAST_DAYS:
            said = ngettext(
                "%(event)s first happened within the last %(days)d day",
                "%(event)s first happened within the last %(days)d days",
                leaf.days,
            )
        case AgeOperator.EXACTLY_DAYS_AGO:
            said = ngettext(
                "%(event)s first happened %(days)d day ago", "%(event)s first happened %(days)d days ago", leaf.days
            )
        case _:
            assert_never(leaf.operator)
    return said % {"event": _event(leaf.event, leaf.where), "days": leaf.days}


def last_performed_phrase(leaf: LastPerformed) -> str:
    """Say when something happened last."""
    match leaf.operator:
        case AgeOperator.MORE_THAN_DAYS_AGO:
            said = ngettext(
                "%(event)s last happened more than %(days)d day ago",
                "%(event)s last happened more than %(days)d days ago",
                leaf.days,
            )
        case AgeOperator.WITHIN_LAST_DAYS:
            said = ngettext(
                "%(event)s last happened within the last %(days)d day",
                "%(event)s last happened within the last %(days)d days",
                leaf.days,
            )
        case AgeOperator.EXACTLY_DAYS_AGO:
            said = ngettext(
                "%(event)s last happened %(days)d day ago", "%(event)s last happened %(days)d days ago", leaf.days
            )
        case _:
            assert_never(leaf.operator)
    return said % {"event": _event(leaf.event, leaf.where), "days": leaf.days}


def sequence_phrase(leaf: InSequence) -> str:
    """Say what followed what."""
    steps = pgettext("between steps", ", then ").join(_event(step.event, step.where) for step in leaf.steps)
    words = {"steps": steps, "within": _span(leaf.within, leaf.unit)}
    if leaf.by is By.PERSON:
        did = gettext("one person did %(steps)s within %(within)s") % words
    else:
        did = gettext("%(steps)s happened within %(within)s") % words
    return in_last_days(did, leaf.days)


def _span(within: int, unit: TimeUnit) -> str:
    match unit:
        case TimeUnit.MINUTES:
            return ngettext("%(n)d minute", "%(n)d minutes", within) % {"n": within}
        case TimeUnit.HOURS:
            return ngettext("%(n)d hour", "%(n)d hours", within) % {"n": within}
        case TimeUnit.DAYS:
            return ngettext("%(n)d day", "%(n)d days", within) % {"n": within}
        case _:
            assert_never(unit)


def measure_words(measure: UsageMeasure, event: str | None = None) -> str:
    """Say what is counted."""
    if event is not None:
        return _measure_of(measure, event)
    match measure:
        case UsageMeasure.EVENTS:
            return gettext("events")
        case UsageMeasure.ACTIVE_PEOPLE:
            return gettext("active people")
        case UsageMeasure.ACTIVE_DAYS:
            return gettext("active days")
        case _:
            assert_never(measure)


def _measure_of(measure: UsageMeasure, event: str) -> str:
    words = {"event": event}
    match measure:
        case UsageMeasure.EVENTS:
            return gettext("uses of “%(event)s”") % words
        case UsageMeasure.ACTIVE_PEOPLE:
            return gettext("people with “%(event)s”") % words
        case UsageMeasure.ACTIVE_DAYS:
            return gettext("days with “%(event)s”") % words
        case _:
            assert_never(measure)


def usage_phrase(leaf: Usage) -> str:
    """Say how much use there was."""
    words = {"measure": measure_words(leaf.measure, leaf.event), "amount": shown(leaf.amount)}
    match leaf.operator:
        case TimesOperator.AT_LEAST:
            had = gettext("there were at least %(amount)s %(measure)s") % words
        case TimesOperator.AT_MOST:
            had = gettext("there were at most %(amount)s %(measure)s") % words
        case TimesOperator.EXACTLY:
            had = gettext("there were exactly %(amount)s %(measure)s") % words
        case _:
            assert_never(leaf.operator)
    return in_last_days(had, leaf.days)


def usage_change_phrase(leaf: UsageChange) -> str:
    """Say how use changed."""
    words = {"measure": measure_words(leaf.measure, leaf.event), "percent": leaf.percent, "days": leaf.days}
    if leaf.direction is Direction.FELL:
        return (
            ngettext(
                "%(measure)s fell by at least %(percent)d%% over the last %(days)d day against the day before",
                "%(measure)s fell by at least %(percent)d%% over the last %(days)d days against the %(days)d before",
                leaf.days,
            )
            % words
        )
    return (
        ngettext(
            "%(measure)s rose by at least %(percent)d%% over the last %(days)d day against the day before",
            "%(measure)s rose by at least %(percent)d%% over the last %(days)d days against the %(days)d before",
            leaf.days,
        )
        % words
    )
