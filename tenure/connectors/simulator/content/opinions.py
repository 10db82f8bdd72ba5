"""What the demo's team thinks of some accounts, beside what their scorecard says."""

from __future__ import annotations

from tenure.signals.types import FalseReason, Outcome

JUDGED = (
    (0, 25, "Their sponsor left in spring, and nobody has taken over."),
    (2, 75, "Quiet because of the summer break; the renewal is agreed by word."),
    (-1, 50, "They use it a lot, but the new head of operations wants one tool for everything."),
)
"""Which account in the order of their scores (from the lowest, or from the highest), what of 100, and why."""

WEIGHED: tuple[tuple[Outcome, FalseReason | None, str], ...] = (
    (Outcome.TRUE_ALARM, None, "They had been thinking of Premium for the reports; they change next month."),
    (Outcome.FALSE_ALARM, FalseReason.AGREED, "A charity: they pay what we agreed on, however many they are."),
    (Outcome.FALSE_ALARM, FalseReason.SEASON, "Four students helped out over the summer; they are two again."),
    (Outcome.TRUE_ALARM, None, "Their second office joins in January. Sent the comparison of the plans."),
)
"""What members found out about the first accounts that were said to be ready for a bigger plan."""
MUTED = ("A charity: they pay what we agreed on. Ask again after their general meeting.", 45)
"""Why nothing more is to be opened for one of them, and for how many days."""

OVERRIDDEN = (1, 60, "Migration to their new tenant is under way: the old one is meant to be quiet.", 21)
"""Which account, what its score is instead, why, and for how many days."""
