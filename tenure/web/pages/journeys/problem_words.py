"""What keeps a journey from running, in words."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from tenure.journeys.types import Problem

WORDS: Mapping[str, Callable[[], str]] = {
    "name_missing": lambda: _("Give the journey a name."),
    "segment_missing": lambda: _("Choose a segment."),
    "segment_unknown": lambda: _("This segment is not in use any more."),
    "segment_of_others": lambda: _("This segment does not select what the journey accompanies."),
    "event_missing": lambda: _("Name an event."),
    "no_segment_to_leave": lambda: _("Only a journey that is entered by a segment can be left with it."),
    "goal_empty": lambda: _("Say what the goal is, or choose none."),
    "reentry_out_of_range": lambda: _("Choose 0 to 3650 days."),
    "recipient_of_person": lambda: _("A journey of people writes to the person themself."),
    "role_unknown": lambda: _("There is no such role."),
    "no_steps": lambda: _("A journey needs at least one step."),
    "too_many_steps": lambda: _("A journey has at most 50 steps."),
    "step_id_wrong": lambda: _("This step cannot be told apart from others: take it out and add it again."),
    "step_id_twice": lambda: _("This step cannot be told apart from others: take it out and add it again."),
    "step_unknown": lambda: _("There is no such kind of step here."),
    "settings_unreadable": lambda: _("What this step is set to cannot be read."),
    "wait_out_of_range": lambda: _("Wait at most 730 days."),
    "wait_empty": lambda: _("Say how long to wait, or until which hours."),
    "weekday_unknown": lambda: _("There is no such day of the week."),
    "template_unknown": lambda: _("This template is not in use any more: choose another."),
    "topic_unknown": lambda: _("There is no such topic any more: choose another."),
    "topic_missing": lambda: _("The template has no topic: choose one here."),
}


def problem_words(problem: Problem) -> str:
    """Say what is wrong and what to do; the code itself for a step that brings problems of its own."""
    if problem.code in WORDS:
        return WORDS[problem.code]()
    return f"{problem.code.replace('_', ' ')} {problem.detail}".strip()
