"""The text form of segments."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.segments.errors import ConditionWrong
from tenure.segments.rules.text_form import WrittenSegment, from_text, to_text
from tenure.segments.types import Subject
from tenure.segments.types import conditions as c
from tests.segments.strategies import conditions

EXAMPLE = """\
name: Premium going quiet
description: Worth a call.
subject: account
where:
  all:
  - trait: plan
    operator: is
    value: Premium
  - any:
    - last_seen: more_than_days_ago
      days: 14
    - not:
        performed: Report exported
        times: 3
        days: 30
  - churned: false
"""


def problems(text):
    with pytest.raises(ConditionWrong) as wrong:
        from_text(text)
    return [(p.line, p.path, p.code.value) for p in wrong.value.problems]


def test_reads_as_it_is_written():
    written = from_text(EXAMPLE)

    assert written == WrittenSegment(
        name="Premium going quiet",
        description="Worth a call.",
        subject=Subject.ACCOUNT,
        condition=c.All(
            conditions=(
                c.Trait(name="plan", operator=c.TraitOperator.IS, value="Premium"),
                c.AnyOf(
                    conditions=(
                        c.LastSeen(operator=c.AgeOperator.MORE_THAN_DAYS_AGO, days=14),
                        c.Not(condition=c.Performed(event="Report exported", times=3, days=30)),
                    )
                ),
                c.Churned(value=False),
            )
        ),
    )
    assert to_text(written) == EXAMPLE


written_text = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=40).map(str.strip)


@settings(max_examples=100, deadline=None)
@given(condition=conditions("person"), name=written_text.filter(bool), description=written_text)
def test_comes_back_as_it_was(condition, name, description):
    written = WrittenSegment(name=name, description=description, subject=Subject.PERSON, condition=condition)

    assert from_text(to_text(written)) == written


def test_names_the_line_of_every_problem():
    wrong = (
        EXAMPLE.replace("operator: is", "operator: resembles")
        .replace("days: 14", "days: soon")
        .replace("- churned: false", "- churned: false\n    why: because")
        .replace("description:", "colour:")
    )

    assert problems(wrong) == [
        (2, "colour", "field_unknown"),
        (7, "all[0].operator", "choice_unknown"),
        (11, "all[1].any[0].days", "type_wrong"),
        (17, "all[2].why", "field_unknown"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, "name", "field_missing"), (1, "where", "field_missing")]),
        ("- a\n- b\n", [(1, "", "not_an_object")]),
        ("name: [unclosed\n", [(2, "", "yaml_broken")]),
        ("name: A\nname: B\n", [(2, "", "yaml_broken")]),
        ("name: A\nsubject: city\nwhere: {churned: true}\n", [(2, "subject", "choice_unknown")]),
        ("name: A\nwhere: {astrology: Libra}\n", [(2, "kind", "kind_unknown")]),
        ("name: A\nwhere: plan\n", [(2, "", "not_an_object")]),
        ("name: 5\nwhere: {churned: true}\n", [(1, "name", "type_wrong")]),
        ("name: A\nwhere:\n  trait: renews\n  value: 2026-13-45\n", [(4, "", "yaml_broken")]),
        ("name: A\nwhere: {seats: " + "1" * 5_000 + "}\n", [(2, "", "yaml_broken")]),
        ("name: A\nwhere: " + "[" * 9_000, [(None, "", "yaml_broken")]),
        ("name: A\nwhere: &a [*a]\n", [(None, "", "yaml_broken")]),
        ("name: !!python/object:os.system A\nwhere: {churned: true}\n", [(1, "", "yaml_broken")]),
        ("name: A\nwhere: {seats: !!int ''}\n", [(2, "", "yaml_broken")]),
        ('name: A\n"\\ud800": 1\nwhere: {churned: true}\n', [(2, "", "yaml_broken")]),
        ("name: A\nwhere: [" + "a, " * 5_000 + "]\n", [(None, "", "too_many")]),
        ("name: " + "A" * 100_001, [(None, "", "text_too_long")]),
    ],
)
def test_refuses_what_it_cannot_read(text, expected):
    assert problems(text) == expected


def test_does_not_swell():
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    for here, before in zip("bcdefg", "abcdef", strict=True):
        bomb += f"{here}: &{here} [{', '.join([f'*{before}'] * 10)}]\n"

    assert problems(bomb) == [(None, "", "too_many")]
    assert problems("x" * 100_001) == [(None, "", "text_too_long")]


def test_reads_an_unquoted_date_as_a_date():
    text = "name: A\nwhere:\n  trait: renews\n  operator: before\n  value: 2026-03-01\n"

    assert from_text(text).condition.value == "2026-03-01"
