"""A segment that helps to decide a trait of accounts cannot come to ask for it, however late it is changed."""

import pytest

from tenure.health import queries as health
from tenure.health.errors import ScorecardWrong
from tenure.segments import actions, queries
from tenure.segments.errors import ConditionWrong
from tests.given import given_member
from tests.health.given import card, given_scorecard
from tests.lifecycle.given import ROAD, given_lifecycle
from tests.segments.given import NOW, given_account, given_segment
from tests.touch_models.given import THREE, given_models
from tests.vips.given import RULES, given_rules


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def asks(name, operator="is_set"):
    return {"kind": "trait", "name": name, "operator": operator}


def of_models(segment):
    given_models(THREE.replace("{trait: mrr, operator: more_than, value: 800}", f"{{in_segment: {segment}}}"))


def of_stages(segment):
    given_lifecycle(ROAD.replace("{trait: plan, operator: is, value: Premium}", f"{{in_segment: {segment}}}"))


def of_vips(segment):
    given_rules(RULES.replace("{trait: mrr, operator: more_than, value: 2000}", f"{{in_segment: {segment}}}"))


def of_scores(segment):
    given_scorecard(exceptions=[{"exception": "Ours", "when": {"where": {"in_segment": segment}}, "cap": 40}])


@pytest.mark.parametrize(
    ("decided", "trait"),
    [
        (of_models, "touch_model"),
        (of_stages, "lifecycle_stage"),
        (of_vips, "vip"),
        (of_scores, "health_score"),
        (of_scores, "health_grade"),
    ],
)
def test_is_refused_wherever_it_asks(decided, trait):
    inner = given_segment("Inner")
    outer = given_segment("Outer", kind="in_segment", segment_id=inner.pk)
    asking = given_segment("Asking", **asks(trait))
    decided("Outer")
    own = {"kind": "all", "conditions": [inner.condition, {"kind": "not", "condition": asks(trait)}]}
    through = {"kind": "any", "conditions": [inner.condition, {"kind": "in_segment", "segment_id": asking.pk}]}

    refused = []
    for segment, condition in ((inner, own), (outer, asks(trait)), (inner, through)):
        with pytest.raises(ConditionWrong) as wrong:
            actions.change_segment(segment.pk, condition=condition, by=given_member())
        refused.append([(p.path, p.code, p.params) for p in wrong.value.problems])

    said = {"trait": trait}
    assert refused == [
        [("all[1].not", "trait_in_circle", said)],
        [("", "trait_in_circle", said)],
        [("any[1].segment_id", "trait_in_circle", said)],
    ]
    (problem,) = wrong.value.problems
    assert f"“{trait}” is decided by this very condition" in queries.problem_words(problem)
    assert queries.segment(inner.pk).version == queries.segment(outer.pk).version == 1


def test_what_decides_nothing_may_ask_for_anything():
    inner = given_segment("Inner")
    of_models("Inner")
    other = given_segment("Other")

    actions.change_segment(other.pk, condition=asks("touch_model"), by=None)
    actions.change_segment(inner.pk, condition=asks("lifecycle_stage"), by=None)

    assert (queries.segment(other.pk).version, queries.segment(inner.pk).version) == (2, 2)


def test_the_text_says_in_which_line():
    inner = given_segment("Inner")
    of_models("Inner")
    lines = ["name: Inner", "subject: account", "where:", "  all:"]
    lines += ["  - trait: plan", "    operator: is_set", "  - trait: touch_model", "    operator: is_set"]

    with pytest.raises(ConditionWrong) as wrong:
        queries.read_text("\n".join(lines), of=inner.pk)

    assert [(p.line, p.code) for p in wrong.value.problems] == [(7, "trait_in_circle")]


def test_a_scorecard_asks_for_no_score_either():
    given_account("fjord", seats=5)
    asking = given_segment("Asking", **asks("health_grade"))
    whole = [
        card(applies_to=asks("health_score")),
        card(exceptions=[{"exception": "x", "when": {"where": {"in_segment": "Asking"}}, "cap": 40}]),
    ]

    found = []
    for each in whole:
        with pytest.raises(ScorecardWrong) as wrong:
            health.read_definition(each)
        found += [(p.path, p.condition.code, p.condition.params) for p in wrong.value.problems]

    assert found == [
        ("applies_to", "trait_in_circle", {"trait": "health_score"}),
        ("exceptions[0].when.where", "trait_in_circle", {"trait": "health_grade"}),
    ]
    assert asking.version == 1
