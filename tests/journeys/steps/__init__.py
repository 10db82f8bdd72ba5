"""For each kind of step, settings it takes and settings it refuses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class StepFixture:
    """Settings, given a template and a topic that exist."""

    good: Callable[[int, str], Sequence[Mapping[str, Any]]]
    bad: Sequence[tuple[Mapping[str, Any], str]]


FIXTURES = {
    "wait": StepFixture(
        good=lambda template, topic: [
            {"days": 14},
            {"hours": 5},
            {"days": 1, "window": {"opens": "09:00", "closes": "17:00", "weekdays": [0, 1, 2, 3, 4]}},
            {"window": {"opens": "22:00", "closes": "06:00"}},
        ],
        bad=[
            ({}, "wait_empty"),
            ({"days": -1}, "wait_out_of_range"),
            ({"days": 10_000}, "wait_out_of_range"),
            ({"days": "two"}, "settings_unreadable"),
            ({"weeks": 2}, "settings_unreadable"),
            ({"window": {"opens": "09:00", "closes": "17:00", "weekdays": [7]}}, "weekday_unknown"),
        ],
    ),
    "send_email": StepFixture(
        good=lambda template, topic: [{"template_id": template, "topic": topic}],
        bad=[
            ({}, "settings_unreadable"),
            ({"template_id": "x", "topic": "onboarding"}, "settings_unreadable"),
            ({"template_id": 999_999_999, "topic": "onboarding"}, "template_unknown"),
        ],
    ),
    "exit": StepFixture(good=lambda template, topic: [{}], bad=[({"why": "so"}, "settings_unreadable")]),
}
