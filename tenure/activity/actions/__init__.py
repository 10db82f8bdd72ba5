"""Writes of activity."""

from tenure.activity.actions.choosing import choose_activity, write_choices
from tenure.activity.actions.judging import judge_use
from tenure.activity.actions.telling import tell_verdicts

__all__ = ["choose_activity", "judge_use", "tell_verdicts", "write_choices"]
