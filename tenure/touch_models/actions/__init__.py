"""Writes: defining touch models, giving accounts theirs, locks, and the steps of changes."""

from tenure.touch_models.actions.booking import change_books, give_out, restore_books
from tenure.touch_models.actions.defining import begin, change_definition, restore_version, take_back_beginning
from tenure.touch_models.actions.following import follow_everybody, follow_touched, touch
from tenure.touch_models.actions.locking import end_lock, end_locks_run_out, lock_model, restore_lock
from tenure.touch_models.actions.merging import follow_merged, follow_parted
from tenure.touch_models.actions.proposing import ask_proposal, give_out_proposed, work_out_proposal
from tenure.touch_models.actions.stepping import complete_step, leave_out_step, reopen_step, tell_due_steps

__all__ = [
    "ask_proposal",
    "begin",
    "change_books",
    "change_definition",
    "complete_step",
    "end_lock",
    "end_locks_run_out",
    "follow_everybody",
    "follow_merged",
    "follow_parted",
    "follow_touched",
    "give_out",
    "give_out_proposed",
    "leave_out_step",
    "lock_model",
    "reopen_step",
    "restore_books",
    "restore_lock",
    "restore_version",
    "take_back_beginning",
    "tell_due_steps",
    "touch",
    "work_out_proposal",
]
