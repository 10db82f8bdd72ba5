"""Writes: the rules for VIPs, sweeping accounts, and recording what customers accepted."""

from tenure.vips.actions.accepting import record_acceptance, restore_acceptance, withdraw_acceptance
from tenure.vips.actions.defining import begin, change_rules, restore_version
from tenure.vips.actions.merging import follow_merged, follow_parted
from tenure.vips.actions.sweeping import sweep

__all__ = [
    "begin",
    "change_rules",
    "follow_merged",
    "follow_parted",
    "record_acceptance",
    "restore_acceptance",
    "restore_version",
    "sweep",
    "withdraw_acceptance",
]
