"""Stages and transitions that cannot be used are refused, with the line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.lifecycle import queries
from tenure.lifecycle.errors import MachineWrong
from tenure.lifecycle.rules import text_form
from tenure.lifecycle.rules.holding import can_hold
from tenure.lifecycle.rules.starting import usual_machine
from tenure.segments.types.conditions import All, AnyOf, Churned, Condition, Not, Trait, TraitOperator, leaves
from tests.lifecycle.given import ROAD, is_
from tests.segments.oracle import Known, holds


def problems(text):
    with pytest.raises(MachineWrong) as caught:
        queries.read_text(text)
    return [(p.line, p.path, str(p.code)) for p in caught.value.problems]


def test_the_usual_stages_are_fine_and_come_back_from_their_text():
    usual = usual_machine()

    assert queries.read_text(queries.text_of(usual)) == usual
    assert queries.read_json_form(queries.json_form(usual)) == usual
    assert text_form.stored(text_form.to_json_form(usual)) == usual
    assert usual.keys == ("trial", "onboarding", "active", "renewing", "churned", "won_back")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("to: gone", "to: nowhere"), (14, "transitions[1].to", "stage_unknown")),
        (("to: gone", "to: active"), (14, "transitions[1].to", "nowhere")),
        (("key: gone", "key: active"), (7, "stages[2]", "twice")),
        (("key: gone", "key: Gone!"), (7, "stages[2].key", "key_unusable")),
        (("operator: is, value: Premium", "operator: was"), (12, "transitions[0].when.operator", "condition")),
        (("  to: active\n  when: {trait: plan, operator: is, value: Premium}", "  to: active"),
         (10, "transitions[0]", "nothing_asked")),
        (("trait: plan", "trait: lifecycle_stage"), (12, "transitions[0].when", "asks_itself")),
        (("stages:", "phases: 1\nstages:"), (2, "phases", "field_unknown")),
    ],
)  # fmt: skip
def test_says_what_is_wrong_and_on_which_line(change, found):
    assert change[0] in ROAD
    assert found in problems(ROAD.replace(*change, 1))


def test_refuses_a_stage_that_nothing_leads_to():
    lost = ROAD.replace("transitions:", "- key: lost\n  name: Lost\ntransitions:")

    assert problems(lost) == [(9, "stages[3]", "unreachable")]


def test_refuses_a_transition_that_an_earlier_one_forestalls():
    again = ROAD + "- from: trial\n  to: gone\n  when: {trait: plan, operator: is, value: Premium}\n"

    assert problems(again) == [(20, "transitions[3]", "never_fires")]


def test_refuses_transitions_that_could_chase_each_other():
    chasing = ROAD.replace("    not: {trait: mood, operator: is, value: bad}", "    trait: plan\n    operator: is_set")

    assert [(path, code) for _, path, code in problems(chasing)] == [("transitions[2]", "loop")]


@pytest.mark.parametrize(
    "back",
    [
        "  when: {trait: mood, operator: is, value: good}",
        "  when: {trait: mood, operator: is_not, value: BAD}",
        "  after_days: 1",
        "  when: {all: [{trait: plan, operator: is_set}, {not: {trait: mood, operator: is, value: bad}}]}",
    ],
)
def test_lets_through_what_cannot_happen_at_one_moment(back):
    queries.read_text(ROAD[: ROAD.index("  when:\n    not:")] + back + "\n")


def test_an_earlier_transition_can_break_a_loop():
    """Round and back is impossible where the way back is only open when another way goes first."""
    text = ROAD.replace("    not: {trait: mood, operator: is, value: bad}", "    trait: plan\n    operator: is_set")
    first = "- from: gone\n  to: trial\n  when: {trait: mood, operator: is, value: bad}\n- from: gone\n"

    found = problems(text.replace("- from: gone\n", first, 1))

    assert {path for _, path, _ in found} == {"transitions[2]"}  # now through trial, and no more straight back


def test_more_and_less_exclude_each_other():
    more = Trait(name="mrr", operator=TraitOperator.MORE_THAN, value=100)
    less = Trait(name="mrr", operator=TraitOperator.LESS_THAN, value=100)

    assert not can_hold([(more, True), (less, True)])
    assert can_hold([(more, True), (Trait(name="mrr", operator=TraitOperator.LESS_THAN, value=101), True)])
    assert not can_hold([(Churned(value=True), True), (Churned(value=False), True)])


parts = st.sampled_from([is_("a", "x"), is_("a", "y"), is_("b", "x"), Churned(value=True), Churned(value=False)])
conditions: st.SearchStrategy[Condition] = st.recursive(
    parts,
    lambda inner: st.one_of(
        inner.map(lambda c: Not(condition=c)),
        st.lists(inner, min_size=1, max_size=3).map(lambda cs: All(conditions=tuple(cs))),
        st.lists(inner, min_size=1, max_size=3).map(lambda cs: AnyOf(conditions=tuple(cs))),
    ),
    max_leaves=6,
)


@given(st.lists(st.tuples(conditions, st.booleans()), min_size=1, max_size=3))
def test_finds_possible_exactly_what_some_account_could_be(wanted):
    from datetime import UTC, datetime

    now = datetime(2026, 3, 4, tzinfo=UTC)
    everybody = [
        Known(id=1, traits={k: v for k, v in (("a", a), ("b", b)) if v}, churned_at=now if gone else None)
        for a in ("x", "y", "z", None)
        for b in ("x", "y", None)
        for gone in (True, False)
    ]

    possible = any(all(holds(c, one, "account", now) is truth for c, truth in wanted) for one in everybody)

    assert can_hold(wanted) is possible
    assert all(list(leaves(c)) for c, _ in wanted)
