"""Writes to signals."""

from tenure.signals.actions.changing import (
    assign_many,
    close_many,
    snooze_many,
    take_back,
)
from tenure.signals.actions.closing import close_churned, close_signal, close_signals, record_outcome, reopen_signal
from tenure.signals.actions.following import follow_merged_accounts, follow_owners, follow_parted_accounts
from tenure.signals.actions.muting import mute_signals, unmute_signals
from tenure.signals.actions.opening import open_signal, open_signals
from tenure.signals.actions.waiting import assign_signal, snooze_signal, wake_due_signals, wake_signal

__all__ = [
    "assign_many",
    "assign_signal",
    "close_churned",
    "close_many",
    "close_signal",
    "close_signals",
    "follow_merged_accounts",
    "follow_owners",
    "follow_parted_accounts",
    "mute_signals",
    "open_signal",
    "open_signals",
    "record_outcome",
    "reopen_signal",
    "snooze_many",
    "snooze_signal",
    "take_back",
    "unmute_signals",
    "wake_due_signals",
    "wake_signal",
]
