"""Writes: changing the lifecycle, and following accounts through it."""

from tenure.lifecycle.actions.defining import begin, change_lifecycle, restore_version
from tenure.lifecycle.actions.following import follow_everybody, follow_touched, touch
from tenure.lifecycle.actions.merging import follow_merged, follow_parted

__all__ = [
    "begin",
    "change_lifecycle",
    "follow_everybody",
    "follow_merged",
    "follow_parted",
    "follow_touched",
    "restore_version",
    "touch",
]
