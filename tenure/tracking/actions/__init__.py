"""Writes of tracking."""

from tenure.tracking.actions.erasing import erase_customers
from tenure.tracking.actions.folding import choose_session_gap
from tenure.tracking.actions.forgetting import (
    forget_events_before,
    forget_rollups_before,
    forget_timeline_about,
    forget_timeline_before,
    forget_timeline_lines,
)
from tenure.tracking.actions.withdrawing import tell_withdrawn, withdraw_events

__all__ = [
    "choose_session_gap",
    "erase_customers",
    "forget_events_before",
    "forget_rollups_before",
    "forget_timeline_about",
    "forget_timeline_before",
    "forget_timeline_lines",
    "tell_withdrawn",
    "withdraw_events",
]
