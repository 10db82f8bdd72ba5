"""What the demo's team thinks of some accounts, beside what their scorecard says."""

from __future__ import annotations

JUDGED = (
    (0, 25, "Their sponsor left in spring, and nobody has taken over."),
    (2, 75, "Quiet because of the summer break; the renewal is agreed by word."),
    (-1, 50, "They use it a lot, but the new head of operations wants one tool for everything."),
)
"""Which account in the order of their scores (from the lowest, or from the highest), what of 100, and why."""

OVERRIDDEN = (1, 60, "Migration to their new tenant is under way: the old one is meant to be quiet.", 21)
"""Which account, what its score is instead, why, and for how many days."""
