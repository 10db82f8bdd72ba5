"""Tags in messages."""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from tenure.channels import rules
from tenure.channels.types import Problem, Reader

WORDS = st.text(max_size=60)


def test_fill_in_what_is_known_and_fall_back_where_it_is_not():
    text = 'Hi {{ person.first_name | "there" }}, how is {{account.name}}?'

    assert rules.fill(text, {"account.name": "Kestrel"}, rules.for_text) == "Hi there, how is Kestrel?"


@given(WORDS)
def test_never_let_a_value_become_markup(value):
    filled = rules.fill("<p>{{ person.name }}</p>", {"person.name": value}, rules.for_html)

    assert filled.startswith("<p>")
    assert "<" not in filled[3:-4]
    assert html.unescape(filled[3:-4]) == value


@given(st.text(alphabet='{}| "person.name', max_size=40))
def test_never_read_a_value_as_a_tag(value):
    filled = rules.fill("{{ person.name }}", {"person.name": value, "account.name": "LEAKED"}, lambda v: v)

    assert filled == value


@given(WORDS)
def test_never_begin_a_header_line(value):
    subject = rules.fill("Re: {{ person.name }}", {"person.name": value}, rules.for_header)

    assert not re.search(r"[\x00-\x1f\x7f]", subject)


def test_unknown_ones_are_a_problem_with_their_place():
    assert rules.tag_problems("Hi {{ person.nmae }}", "subject") == [
        Problem(code="unknown_tag", part="subject", detail="person.nmae")
    ]


def test_traits_need_words_for_those_who_lack_them():
    assert rules.tag_problems("Your plan: {{ account.traits.plan }}", "body") == [
        Problem(code="trait_needs_fallback", part="body", detail="account.traits.plan")
    ]
    assert rules.tag_problems('Your plan: {{ account.traits.plan | "ours" }}', "body") == []


def test_braces_that_are_no_tag_are_a_problem():
    assert [p.code for p in rules.tag_problems("{{ person.name", "body")] == ["broken_tag"]
    assert [p.code for p in rules.tag_problems("{{ person name }}", "body")] == ["broken_tag"]


def test_first_names_are_as_people_are_called():
    assert rules.first_name("Maya Lind") == "Maya"
    assert rules.first_name("王小明") == "王小明"
    assert rules.first_name("") == ""


def test_values_are_spoken_not_dumped():
    reader = Reader(account_traits={"seats": 40.0, "vip": True, "tags": ["a"], "plan": "Premium", "score": 4.5})
    tags = [f"account.traits.{name}" for name in ("seats", "vip", "tags", "plan", "score", "absent")]

    assert rules.tag_values(tags, reader) == {
        "account.traits.seats": "40",
        "account.traits.vip": "yes",
        "account.traits.plan": "Premium",
        "account.traits.score": "4.5",
    }
