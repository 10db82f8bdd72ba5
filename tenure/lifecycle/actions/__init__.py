"""Writes: changing the lifecycle, following accounts through it, and putting some into a stage by hand."""

from tenure.lifecycle.actions.defining import begin, change_lifecycle, restore_version
from tenure.lifecycle.actions.following import follow_everybody, follow_touched, touch
from tenure.lifecycle.actions.merging import follow_merged, follow_parted
from tenure.lifecycle.actions.placing import (
    end_placements_run_out,
    hold_again,
    let_go,
    put_in_stage,
    take_back_placements,
)

__all__ = [
    "begin",
    "change_lifecycle",
    "end_placements_run_out",
    "follow_everybody",
    "follow_merged",
    "follow_parted",
    "follow_touched",
    "hold_again",
    "let_go",
    "put_in_stage",
    "restore_version",
    "take_back_placements",
    "touch",
]
