"""A scorecard as text and back, and what is said of a wrong one, at its line."""

import pytest
from hypothesis import given

from tenure.health.errors import ScorecardWrong
from tenure.health.queries.reading import WrittenScorecard, plain_form, read_definition, read_text, written_text
from tenure.health.rules.suggesting import SUGGESTED
from tenure.health.types.scorecards import Definition
from tests.health import strategies

TEXT = """\
name: Enterprise
applies_to: {trait: plan, operator: is, value: Enterprise}
bands:
- {band: Low, from: 0, tone: risk}
- {band: High, from: 60, tone: good}
measures:
- group: Use
  weight: 60
  measures:
  - measure: People
    reads: {use: active_people, days: 28}
    scores: {linear: [0, 12]}
  - measure: Reports
    weight: 2
    reads: {event: Report Exported, days: 30}
    scores: {banded: [[null, 0], [1, 50], [5, 100]]}
    unknown: no_score
- measure: Plan
  reads: {trait: plan}
  scores: {listed: {Premium: 80, Enterprise: 100}, otherwise: 20}
exceptions:
- exception: Urgent
  when: {reads: {tickets: open_urgent}, at_least: 1}
  cap: 50
- exception: No owner
  when:
    where:
      all:
      - {owner: is_not_set}
      - {churned: false}
  set_to: 30
children: {how: worst, share: 40}
"""


@given(definition=strategies.definitions())
def test_text_and_plain_form_come_back_as_they_were(definition):
    text = written_text(WrittenScorecard(name="Any", description="Some", definition=definition))

    assert read_text(text).definition == definition
    assert read_definition(plain_form(definition)) == definition


def test_reads_what_a_person_would_write():
    read = read_text(TEXT)

    assert (read.name, read.description) == ("Enterprise", "")
    assert [band.name for band in read.definition.bands] == ["Low", "High"]
    assert read_text(written_text(read)) == read


def test_the_suggested_one_can_be_written_and_read():
    assert read_text(written_text(SUGGESTED)) == SUGGESTED


@pytest.mark.parametrize(
    ("line", "instead", "at", "code", "path"),
    [
        (10, "  - measure: ''", 10, "text_needed", "measures[0].measures[0].measure"),
        (11, "    reads: {use: people, days: 28}", 11, "choice_unknown", "measures[0].measures[0].reads.use"),
        (11, "    reads: {usage: 1}", 11, "kind_unknown", "measures[0].measures[0].reads"),
        (11, "    reads: {trait: health_score}", 11, "own_conclusion", "measures[0].measures[0].reads.trait"),
        (11, "    reads: {use: events, days: 0}", 11, "number_out_of_range", "measures[0].measures[0].reads.days"),
        (12, "    scores: {linear: [3, 3]}", 12, "ends_equal", "measures[0].measures[0].scores.linear"),
        (12, "    scores: {linear: 3}", 12, "pair_needed", "measures[0].measures[0].scores.linear"),
        (12, "    scores: {listed: {a: 1}}", 12, "traits_only", "measures[0].measures[0].scores"),
        (13, "  - measure: People", 13, "name_twice", "measures[0].measures[1]"),
        (14, "    weight: -2", 14, "number_out_of_range", "measures[0].measures[1].weight"),
        (16, "    scores: {banded: [[5, 0], [1, 50]]}", 16, "not_rising", "measures[0].measures[1].scores.banded[1]"),
        (17, "    unknown: perhaps", 17, "choice_unknown", "measures[0].measures[1].unknown"),
        (4, "- {band: Low, from: 5, tone: risk}", 4, "begins_at_zero", "bands[0].from"),
        (5, "- {band: low, from: 60, tone: good}", 5, "name_twice", "bands[1].band"),
        (5, "- {band: High, from: 60, tone: pink}", 5, "choice_unknown", "bands[1].tone"),
        (2, "applies_to: {trait: plan, operator: was}", 2, "condition", "applies_to.operator"),
        (24, "  cup: 50", 22, "one_of_two", "exceptions[0]"),
        (2, "aplies_to: 3", 2, "field_unknown", "aplies_to"),
        (32, "children: {how: best}", 32, "choice_unknown", "children.how"),
    ],
)
def test_says_what_is_wrong_at_its_line(line, instead, at, code, path):
    lines = TEXT.splitlines()
    lines[line - 1] = instead

    with pytest.raises(ScorecardWrong) as refused:
        read_text("\n".join(lines))

    assert (at, code, path) in [(p.line, p.code.value, p.path) for p in refused.value.problems]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("name: x\nmeasures: [", "yaml_broken", 2),
        ("name: x\nname: y", "yaml_broken", 2),
        ("- a", "names_needed", 1),
        ("name: x", "field_missing", 1),
        ("name: x\nmeasures: []", "list_needed", 2),
        ("name: x\nmeasures:\n- {measure: a, weight: 0, reads: {last_seen: true}, scores: {linear: [9, 0]}}",
         "nothing_weighs", 2),
    ],
)  # fmt: skip
def test_says_what_is_wrong_with_the_whole(text, code, line):
    with pytest.raises(ScorecardWrong) as refused:
        read_text(text)

    assert (code, line) in [(p.code.value, p.line) for p in refused.value.problems]


def test_keeps_what_is_usual_out_of_the_text():
    read = read_definition(
        {"measures": [{"measure": "Seen", "reads": {"last_seen": True}, "scores": {"linear": [30, 0]}}]}
    )

    assert plain_form(read) == {
        "minimum_coverage": 50,
        "measures": [
            {"measure": "Seen", "weight": 1, "reads": {"last_seen": True}, "scores": {"linear": [30, 0]}},
        ],
    }
    assert isinstance(read, Definition)
