"""Signals in words: each kind has somebody who can explain its evidence."""

import dataclasses
from typing import Any

from django.utils.translation import gettext as _

from tenure.activity import queries as activity
from tenure.signals import queries
from tenure.signals.types import CloseReason, Outcome, Severity

ACTIVITY_DECLINE = "activity_decline"
TONES = {Severity.RISK: "risk", Severity.WATCH: "watch", Severity.INFO: "info"}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Told:
    """One signal as a list or page tells it."""

    signal: Any
    headline: str
    details: tuple[str, ...]
    how: tuple[str, ...]
    tone: str
    severity: str


def tell(signal: Any) -> Told:
    """Put a signal into the reader's language."""
    severity = queries.severity_of(signal)
    if signal.kind == ACTIVITY_DECLINE:
        said = activity.explain(signal.evidence)
        headline, details, how = said.headline, said.details, said.how
    else:
        headline, details, how = kind_name(signal.kind), (), ()
    return Told(
        signal=signal,
        headline=headline,
        details=details,
        how=how,
        tone=TONES[severity],
        severity=severity_name(severity),
    )


def kind_name(kind: str) -> str:
    """Name a kind of signal."""
    return _("Usage is fading") if kind == ACTIVITY_DECLINE else kind.replace("_", " ").capitalize()


def severity_name(severity: Severity) -> str:
    """Name a step of severity."""
    return {Severity.RISK: _("high"), Severity.WATCH: _("medium"), Severity.INFO: _("low")}[severity]


def outcome_name(outcome: str) -> str:
    """Say how a signal turned out."""
    return {
        Outcome.TRUE_ALARM.value: _("true alarm"),
        Outcome.FALSE_ALARM.value: _("false alarm"),
    }.get(outcome, _("not said"))


def close_reason_name(reason: str) -> str:
    """Say what closed a signal."""
    return {
        CloseReason.MEMBER.value: _("closed by a member"),
        CloseReason.PASSED.value: _("passed by itself"),
        CloseReason.CHURNED.value: _("the account churned"),
        CloseReason.MERGED.value: _("its account became part of another"),
    }.get(reason, "")
