"""Decisions about signals, without a database or a clock."""

from tenure.signals.types import CloseReason, Outcome, Severity

WATCH_FROM = 0.4
RISK_FROM = 0.7


def severity_step(severity: float) -> Severity:
    """Say in which of the three steps a severity (0 to 1) falls."""
    if severity >= RISK_FROM:
        return Severity.RISK
    return Severity.WATCH if severity >= WATCH_FROM else Severity.INFO


def severity_range(step: Severity) -> tuple[float, float]:
    """Return the severities of a step: from the first, up to but not with the second."""
    match step:
        case Severity.INFO:
            return 0.0, WATCH_FROM
        case Severity.WATCH:
            return WATCH_FROM, RISK_FROM
        case Severity.RISK:
            return RISK_FROM, float("inf")


def outcome_of(reason: CloseReason) -> Outcome | None:
    """Say what is known of the alarm from what closed it, when no member has judged it."""
    return Outcome.TRUE_ALARM if reason == CloseReason.CHURNED else None
