"""What the evidence of a decline says, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenure.activity.rules import TERMS
from tenure.activity.types import Explanation
from tenure.stats.decline import Verdict
from tenure.stats.usage import Series


def leading_of(evidence: Mapping[str, Any]) -> Series:
    """Return the series a decline shows in most."""
    return Series(evidence.get("leading", Series.PEOPLE))


def headline(evidence: Mapping[str, Any]) -> str:
    """Say in one line what happened; takes evidence, or the summary that the timeline has."""
    since = date.fromisoformat(evidence["since"])
    said = {
        "percent": f"{evidence['percent']}%",
        "day": _day(since, date.fromisoformat(evidence.get("as_of", evidence["since"]))),
    }
    match leading_of(evidence):
        case Series.PEOPLE:
            return _("Use fell %(percent)s since %(day)s") % said
        case Series.EVENTS:
            return _("Events fell %(percent)s since %(day)s") % said
        case Series.MINUTES:
            return _("Time in the product fell %(percent)s since %(day)s") % said


def explain(evidence: Mapping[str, Any]) -> Explanation:
    """Say why a decline signal was opened."""
    details = [
        *_people(evidence),
        ngettext(
            "%(actual)s day of use in the last %(days)d days, where %(expected)s were to be expected.",
            "%(actual)s days of use in the last %(days)d days, where %(expected)s were to be expected.",
            evidence["actual"],
        )
        % {
            "actual": _number(evidence["actual"]),
            "days": evidence["window_days"],
            "expected": _number(evidence["expected"]),
        },
        _("Events fell %(percent)s.") % {"percent": f"{evidence['events_percent']}%"}
        if evidence["events_percent"] > 0
        else "",
        _minutes(evidence),
        _events(evidence),
        _chance(evidence["p_value"]),
    ]
    return Explanation(
        headline=headline(evidence),
        details=tuple(line for line in details if line),
        how=(
            _("A day of use is one person active on one day."),
            _("What is to be expected comes from the account's own %(weeks)d weeks before, weekday by weekday.")
            % {"weeks": evidence["baseline_days"] // 7},
            _("An account that has grown is held to what it grew to; seats given up are not missed."),
            _("Days that were quiet for all accounts, or for those of one time zone, are not held against anyone."),
            _("One absent person in a team of three or more opens no signal."),
            _("Over the months, at most %(percent)s of these signals are there by chance.")
            % {"percent": f"{evidence.get('false_share', TERMS.false_share):.0%}"},
        ),
    )


def verdict_name(verdict: Verdict) -> str:
    """Name what is said of an account's use."""
    match verdict:
        case Verdict.TOO_LITTLE_HISTORY:
            return _("Too new to judge")
        case Verdict.TOO_LITTLE_USE:
            return _("Too little use to judge")
        case Verdict.NORMAL:
            return _("As usual")
        case Verdict.DECLINING:
            return _("Fading")
        case Verdict.RECOVERED:
            return _("Back to usual")


def _people(evidence: Mapping[str, Any]) -> list[str]:
    regular, stopped = evidence["regular_people"], evidence["stopped_people"]
    fading = evidence.get("fading_people", 0)
    said = []
    if stopped:
        said.append(
            ngettext(
                "%(n)d of %(regular)d regular people has stopped.",
                "%(n)d of %(regular)d regular people have stopped.",
                stopped,
            )
            % {"n": stopped, "regular": regular}
        )
    if fading:
        said.append(
            ngettext(
                "%(n)d of %(regular)d comes at most half as often as usual.",
                "%(n)d of %(regular)d come at most half as often as usual.",
                fading,
            )
            % {"n": fading, "regular": regular}
        )
    return said


def _minutes(evidence: Mapping[str, Any]) -> str:
    minutes = evidence.get("series", {}).get(Series.MINUTES.value)
    if minutes is None or minutes["percent"] <= 0:
        return ""
    return _("Time in the product fell %(percent)s.") % {"percent": f"{minutes['percent']}%"}


def _events(evidence: Mapping[str, Any]) -> str:
    missed = [each["name"] for each in evidence.get("faded_events", [])]
    if not missed:
        return ""
    return _("Missed most: %(events)s.") % {"events": _(", ").join(missed[:3])}


def _chance(p_value: float | None) -> str:
    if not p_value:
        return ""
    return _("Ordinary ups and downs do this to about 1 account in %(n)s.") % {"n": _number(_rounded(1 / p_value))}


def _rounded(value: float) -> int:
    """Keep one digit: nobody should read more into such a number; beyond a million it says no more."""
    whole = min(round(value), 1_000_000)
    step = int("1" + "0" * (len(str(whole)) - 1))
    return max(1, whole // step * step)


def _number(value: float) -> str:
    return f"{value:,.0f}"


def _day(day: date, now: date) -> str:
    return formats.date_format(day, "MONTH_DAY_FORMAT" if day.year == now.year else "DATE_FORMAT")
