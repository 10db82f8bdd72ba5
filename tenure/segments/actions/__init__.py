"""Writes: defining and changing segments, and keeping their memberships true."""

from tenure.segments.actions.defining import (
    archive_segment,
    change_segment,
    define_list,
    define_segment,
    pause_segment,
    restore_segment,
    resume_segment,
)
from tenure.segments.actions.listing import put_on_list, take_off_list
from tenure.segments.actions.merging import follow_merged, follow_parted
from tenure.segments.actions.refreshing import refresh_everybody, refresh_segment, refresh_touched
from tenure.segments.actions.touching import touch, touch_accounts_of

__all__ = [
    "archive_segment",
    "change_segment",
    "define_list",
    "define_segment",
    "follow_merged",
    "follow_parted",
    "pause_segment",
    "put_on_list",
    "refresh_everybody",
    "refresh_segment",
    "refresh_touched",
    "restore_segment",
    "resume_segment",
    "take_off_list",
    "touch",
    "touch_accounts_of",
]
