"""Writes to journeys: defining, launching and pausing them; enrolling, advancing and ending enrolments."""

from tenure.journeys.actions.advancing import advance_due, advance_journey
from tenure.journeys.actions.defining import (
    archive_journey,
    change_journey,
    define_journey,
    delete_draft,
    launch_journey,
    pause_journey,
    resume_journey,
)
from tenure.journeys.actions.ending import end_enrolment, leave_with_segment, reach_goals
from tenure.journeys.actions.enrolling import enrol
from tenure.journeys.actions.merging import (
    follow_merged_accounts,
    follow_merged_people,
    follow_parted_accounts,
    follow_parted_people,
)

__all__ = [
    "advance_due",
    "advance_journey",
    "archive_journey",
    "change_journey",
    "define_journey",
    "delete_draft",
    "end_enrolment",
    "enrol",
    "follow_merged_accounts",
    "follow_merged_people",
    "follow_parted_accounts",
    "follow_parted_people",
    "launch_journey",
    "leave_with_segment",
    "pause_journey",
    "reach_goals",
    "resume_journey",
]
