"""Conditions as they come in: read, checked, and written back."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from tenure.segments.errors import ConditionWrong
from tenure.segments.rules.checking import KINDS, read_condition
from tenure.segments.rules.comparing import microseconds
from tenure.segments.rules.text_form import from_text
from tenure.segments.types import Subject
from tenure.segments.types import conditions as c
from tests.segments.strategies import conditions

TRAIT = {"kind": "trait", "name": "plan", "operator": "is", "value": "Premium"}


def problems(raw, subject=Subject.ACCOUNT):
    with pytest.raises(ConditionWrong) as wrong:
        read_condition(raw, subject)
    return [(p.path, p.code.value) for p in wrong.value.problems]


def group(*raw, kind="all"):
    return {"kind": kind, "conditions": list(raw)}


@settings(max_examples=100, deadline=None)
@given(conditions("account"))
def test_come_back_from_json_as_they_were(condition):
    assert read_condition(c.to_json(condition), Subject.ACCOUNT) == condition


def test_name_the_place_of_every_problem():
    raw = group(
        TRAIT,
        group({**TRAIT, "operator": "resembles"}, {"kind": "performed", "event": " ", "days": -1}, kind="any"),
        {"kind": "not", "condition": {"kind": "last_seen"}},
        {"kind": "horoscope"},
    )

    assert problems(raw) == [
        ("all[1].any[0].operator", "choice_unknown"),
        ("all[1].any[1].event", "text_missing"),
        ("all[1].any[1].days", "number_out_of_range"),
        ("all[2].not.days", "field_missing"),
        ("all[3].kind", "kind_unknown"),
    ]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, [("", "not_an_object")]),
        ([TRAIT], [("", "not_an_object")]),
        ({}, [("kind", "kind_unknown")]),
        ({"kind": ["all"]}, [("kind", "kind_unknown")]),
        (group(), [("all", "group_empty")]),
        ({"kind": "all", "conditions": "plan"}, [("all", "list_needed")]),
        ({"kind": "all"}, [("conditions", "field_missing")]),
        ({"kind": "not", "condition": None}, [("not", "not_an_object")]),
        ({**TRAIT, "colour": "red"}, [("colour", "field_unknown")]),
        ({"kind": "trait"}, [("name", "field_missing"), ("operator", "field_missing")]),
        ({**TRAIT, "value": None}, [("value", "value_needed")]),
        ({**TRAIT, "value": ["a"]}, [("value", "type_wrong")]),
        ({**TRAIT, "value": {"a": 1}}, [("value", "type_wrong")]),
        ({**TRAIT, "value": "x" * 251}, [("value", "text_too_long")]),
        ({**TRAIT, "value": "nul\x00"}, [("value", "type_wrong")]),
        ({**TRAIT, "value": "half a \ud83d"}, [("value", "type_wrong")]),
        ({"kind": "owner", "operator": "is", "member_id": 2**70}, [("member_id", "number_out_of_range")]),
        ({**TRAIT, "value": 10**30}, [("value", "number_out_of_range")]),
        ({**TRAIT, "value": float("nan")}, [("value", "number_needed")]),
        ({**TRAIT, "operator": "is_set"}, [("value", "value_unwanted")]),
        ({**TRAIT, "operator": "contains", "value": 5}, [("value", "type_wrong")]),
        ({**TRAIT, "operator": "one_of"}, [("value", "list_needed")]),
        ({**TRAIT, "operator": "one_of", "value": ["a", ""]}, [("value[1]", "text_missing")]),
        ({**TRAIT, "operator": "more_than", "value": "many"}, [("value", "number_needed")]),
        ({**TRAIT, "operator": "more_than", "value": True}, [("value", "number_needed")]),
        ({**TRAIT, "operator": "between", "value": [1]}, [("value", "list_needed")]),
        ({**TRAIT, "operator": "between", "value": [2, 1]}, [("value", "range_backwards")]),
        ({**TRAIT, "operator": "before", "value": "2026-02-30"}, [("value", "date_needed")]),
        ({**TRAIT, "operator": "before", "value": "tomorrow"}, [("value", "date_needed")]),
        ({**TRAIT, "operator": "within_last_days", "value": 1.5}, [("value", "number_needed")]),
        ({**TRAIT, "operator": "within_last_days", "value": 99_999}, [("value", "number_out_of_range")]),
        ({"kind": "performed", "event": "Login", "times": "3"}, [("times", "type_wrong")]),
        ({"kind": "usage", "measure": "clicks", "amount": 1, "days": 7}, [("measure", "choice_unknown")]),
        ({"kind": "usage_change", "measure": "events", "percent": 0, "days": 7}, [("percent", "number_out_of_range")]),
        ({"kind": "owner", "operator": "is"}, [("member_id", "value_needed")]),
        ({"kind": "owner", "operator": "is_set", "member_id": 3}, [("member_id", "value_unwanted")]),
        ({"kind": "random_bucket", "salt": "x", "low": 50, "high": 50}, [("high", "range_backwards")]),
    ],
)
def test_refuse_what_cannot_be_used(raw, expected):
    assert problems(raw) == expected


def test_refuse_to_ask_people_what_only_accounts_have():
    raw = group(
        {"kind": "churned"},
        {"kind": "owner"},
        {"kind": "usage", "measure": "active_people", "amount": 1, "days": 7},
    )

    assert problems(raw, Subject.PERSON) == [
        ("all[0].kind", "not_for_subject"),
        ("all[1].kind", "not_for_subject"),
        ("all[2].measure", "not_for_subject"),
    ]


def test_go_eight_deep_and_no_deeper():
    raw = TRAIT
    for _ in range(7):
        raw = group(raw)
    assert read_condition(raw, Subject.ACCOUNT)

    assert problems(group(raw)) == [(".".join(["all[0]"] * 8), "too_deep")]


def test_hold_a_hundred_leaves_and_no_more():
    assert read_condition(group(*[TRAIT] * 100), Subject.ACCOUNT)

    assert problems(group(*[TRAIT] * 101)) == [("", "too_many")]


def test_are_all_in_the_reference():
    page = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "segments.md").read_text()
    words = {
        *KINDS,
        *c.TraitOperator,
        *c.TimesOperator,
        *c.AgeOperator,
        *c.OwnerOperator,
        *c.UsageMeasure,
        *c.Direction,
    }

    assert {word for word in words if f"`{word}`" not in page} == set()
    example = page.split("```yaml\n")[1].split("```")[0]
    assert from_text(example).name == "Premium going quiet"


def test_moments_before_1970_are_exact():
    assert microseconds("1969-12-31T23:59:59.250000Z") == -750_000
    assert microseconds("1969-12-31T00:00:00.000001+00:00") == -86_399_999_999
    assert microseconds("1970-01-01T00:00:00.000001+00:00") == 1


def test_names_each_choice_in_a_list_that_there_is_not():
    raw = {"kind": "tickets", "priorities": ["urgent", "soon"]}

    assert problems(raw) == [("priorities[1]", "choice_unknown")]
    assert problems({"kind": "tickets", "priorities": ["\ud800"]}) == [("priorities[0]", "choice_unknown")]
    assert problems({**TRAIT, "operator": "\ud800"}) == [("operator", "choice_unknown")]
    assert problems({"kind": "tickets", "priorities": "urgent"}) == [("priorities", "type_wrong")]
    assert problems({"kind": "usage", "measure": "events", "event": " ", "amount": 1, "days": 1}) == [
        ("event", "text_missing")
    ]
