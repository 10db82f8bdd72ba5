"""Decisions about journeys: local time, touches, definitions; pure."""

from tenure.journeys.rules.definitions import definition_problems, first_step, may_enter, next_step, step_of, touch_key
from tenure.journeys.rules.local_time import is_open, next_open, zone
from tenure.journeys.rules.touches import PATIENCE, Facts, Verdict, cap_free_at, decide

__all__ = [
    "PATIENCE",
    "Facts",
    "Verdict",
    "cap_free_at",
    "decide",
    "definition_problems",
    "first_step",
    "is_open",
    "may_enter",
    "next_open",
    "next_step",
    "step_of",
    "touch_key",
    "zone",
]
