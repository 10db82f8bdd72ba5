"""Writes: the rules for VIPs, sweeping accounts, and recording what customers accepted."""

from tenure.vips.actions.accepting import record_acceptance, restore_acceptance, withdraw_acceptance
from tenure.vips.actions.defining import begin, change_rules, restore_version, take_back_beginning
from tenure.vips.actions.mailing import mail_link
from tenure.vips.actions.merging import follow_merged, follow_merged_people, follow_parted, follow_parted_people
from tenure.vips.actions.offering import accept_by_link, offer_terms, open_link, revoke_link
from tenure.vips.actions.sweeping import sweep

__all__ = [
    "accept_by_link",
    "begin",
    "change_rules",
    "follow_merged",
    "follow_merged_people",
    "follow_parted",
    "follow_parted_people",
    "mail_link",
    "offer_terms",
    "open_link",
    "record_acceptance",
    "restore_acceptance",
    "restore_version",
    "revoke_link",
    "sweep",
    "take_back_beginning",
    "withdraw_acceptance",
]
