"""Writes: defining and changing segments, and keeping their memberships true."""

from tenure.segments.actions.defining import (
    archive_segment,
    change_segment,
    define_segment,
    pause_segment,
    restore_segment,
    resume_segment,
)
from tenure.segments.actions.merging import follow_merged, follow_parted
from tenure.segments.actions.refreshing import refresh_everybody, refresh_segment, refresh_touched, touch

__all__ = [
    "archive_segment",
    "change_segment",
    "define_segment",
    "follow_merged",
    "follow_parted",
    "pause_segment",
    "refresh_everybody",
    "refresh_segment",
    "refresh_touched",
    "restore_segment",
    "resume_segment",
    "touch",
]
