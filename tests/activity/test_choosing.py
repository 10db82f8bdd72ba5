"""What a workspace chooses for the watch over use, and its text form."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.activity import actions, queries
from tenure.activity.errors import ActivityChoiceInvalid
from tenure.activity.rules import as_text, checked_choices, from_text
from tenure.activity.types import Choices
from tenure.workspaces.models import AuditEntry
from tests.given import given_member

names = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=40)


def test_begins_with_a_tenth_and_all_events(workspace: Any) -> None:
    assert queries.choices() == Choices(false_share=0.10, key_events=())


def test_keeps_what_a_member_chose_and_who_it_was(workspace: Any) -> None:
    ada = given_member()

    actions.choose_activity(Choices(false_share=0.05, key_events=(" Shared ", "Shared", "")), by=ada)
    actions.choose_activity(Choices(false_share=0.05, key_events=("Shared",)), by=ada)

    assert queries.choices() == Choices(false_share=0.05, key_events=("Shared",))
    entry = AuditEntry.objects.get(action="activity.choose")
    assert "10%" in entry.details["before"]
    assert "Shared" in entry.details["after"]


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        (Choices(false_share=0.0), "between 1 % and 50 %"),
        (Choices(false_share=0.6), "between 1 % and 50 %"),
        (Choices(false_share=0.1, key_events=tuple(map(str, range(51)))), "at most 50"),
        (Choices(false_share=0.1, key_events=("x" * 256,)), "255"),
    ],
)
def test_refuses_what_cannot_be_meant(workspace: Any, choices: Choices, says: str) -> None:
    with pytest.raises(ActivityChoiceInvalid, match=says):
        actions.choose_activity(choices, by=given_member())

    assert queries.choices() == Choices(false_share=0.10)


@given(st.integers(1, 50), st.lists(names, max_size=8, unique=True))
def test_text_comes_back_as_it_was(percent: int, events: list[str]) -> None:
    choices = checked_choices(Choices(false_share=percent / 100, key_events=tuple(events)))

    assert from_text(as_text(choices)) == choices


def test_text_is_for_people() -> None:
    assert as_text(Choices(false_share=0.05, key_events=("Report shared",))) == (
        "false_signals: 5%\nkey_events:\n- Report shared\n"
    )
    assert from_text("key_events:\n") == Choices(false_share=0.10)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("false_signals: 5%\nkey_event: [a]", "Line 2: “key_event” is not known"),
        ("key_events: [a]\nfalse_signals: few", "Line 2: write a share as in 10%"),
        ("false_signals: 5%\nkey_events: Shared", "Line 2: write key events as a list"),
        ("key_events:\n- a\n- [b]", "Line 3: the name of an event is one text"),
        ("- a", "Line 1: write false_signals and key_events"),
        ("false_signals: 5%\nkey_events: [", "Line 2"),
        ("x" * 20_001, "longer than"),
        ("key_events: " + "[" * 9_000, "Line 1: it is nested too deep"),
        ('key_events: ["\\U00110000"]', "Line 1: special characters are not allowed"),
    ],
)
def test_says_the_line_that_is_wrong(text: str, says: str) -> None:
    with pytest.raises(ActivityChoiceInvalid, match=says):
        from_text(text)


def test_writes_choices_by_text(workspace: Any) -> None:
    actions.write_choices("false_signals: 20%\nkey_events: [Exported]", by=given_member())

    assert queries.choices() == Choices(false_share=0.2, key_events=("Exported",))
