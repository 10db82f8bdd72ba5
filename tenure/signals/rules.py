"""Decisions about signals, without a database or a clock."""

from collections.abc import Iterable
from datetime import datetime

from tenure.signals.types import CloseReason, FalseReason, Outcome, Severity

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


def closed_by_churn(opened_at: datetime, churned_at: datetime) -> CloseReason:
    """Say what churn makes of a signal that is open when it is told: a true alarm only if it was there before it."""
    return CloseReason.CHURNED if opened_at < churned_at else CloseReason.TOO_LATE


WORSE_BY = 0.1
"""A snoozed signal wakes when its severity has risen by this much since it was snoozed."""


def severity_of(confidence: float, amount: int | None, typical: int | None) -> float:
    """Say how much something matters, 0 to 1, by how sure it is and how much monthly revenue is at stake.

    `confidence × (½ + ½ · amount ÷ (amount + typical))`, where `typical` is the median of what the workspace's paying
    accounts pay: money alone moves it by half at most, so that what is certain about a small account stays above what
    is a guess about a large one. An amount that is not known counts as a typical one.
    """
    weight = 0.5 if amount is None or not typical else max(amount, 0) / (max(amount, 0) + typical)
    return round(confidence * (0.5 + 0.5 * weight), 3)


def is_muted(kind: str, account_id: int, mutes: Iterable[tuple[str, int | None]]) -> bool:
    """Tell whether one of these mutes (a kind or "" for any, an account or None for any) holds a finding back."""
    return any(muted in ("", kind) and account in (None, account_id) for muted, account in mutes)


def false_reason_kept(outcome: Outcome, reason: FalseReason | None) -> str:
    """Say what is kept of why there was nothing to it: only a false alarm has such a reason."""
    return reason.value if reason is not None and outcome is Outcome.FALSE_ALARM else ""
