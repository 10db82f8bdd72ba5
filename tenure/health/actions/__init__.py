"""Writes of health."""

from tenure.health.actions.defining import (
    archive_scorecard,
    change_scorecard,
    define_scorecard,
    define_suggested_scorecard,
    put_scorecard_first,
    restore_scorecard,
)
from tenure.health.actions.everybody import ask_to_judge_everybody, judge_everybody
from tenure.health.actions.judging import judge_touched, touch
from tenure.health.actions.merging import follow_merged, follow_parted
from tenure.health.actions.saying import (
    bring_override_back,
    end_override,
    judge_account,
    override_score,
    withdraw_judgement,
)

__all__ = [
    "archive_scorecard",
    "ask_to_judge_everybody",
    "bring_override_back",
    "change_scorecard",
    "define_scorecard",
    "define_suggested_scorecard",
    "end_override",
    "follow_merged",
    "follow_parted",
    "judge_account",
    "judge_everybody",
    "judge_touched",
    "override_score",
    "put_scorecard_first",
    "restore_scorecard",
    "touch",
    "withdraw_judgement",
]
