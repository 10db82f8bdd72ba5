"""Rules of members: entering a segment opens a signal, leaving it closes one; and their text form."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.customers import actions as customers
from tenure.segment_signals import actions, queries
from tenure.segment_signals.errors import (
    SegmentOfPeople,
    SegmentSignalNameMissing,
    SegmentSignalNameTaken,
    SegmentSignalTextWrong,
    SegmentSignalUnknown,
    ShareWrong,
)
from tenure.segment_signals.models import SegmentSignal
from tenure.segment_signals.rules import read_text, to_text
from tenure.segment_signals.types import Present, Terms, Written
from tenure.signals import queries as signals
from tenure.signals.models import Signal
from tenure.signals.registry import rule_of
from tenure.signals.types import EvidenceKind
from tests.given import given_member
from tests.segments.given import catch_up, given_account, given_segment, store_and_tell
from tests.signals.given import NOON


@pytest.fixture(autouse=True)
def noon(at: Any) -> None:
    at(NOON)


def given_rule(name: str = "Premium now", **said: Any) -> SegmentSignal:
    present = said.pop("present", Present.WAIT)
    by = said.pop("by", None) or given_member()
    segment = said.pop("segment_id", None) or given_segment("Premium").pk
    return actions.define_segment_signal(Terms(name=name, segment_id=segment, **said), by=by, present=present)


def test_entering_the_segment_opens_a_signal_by_money_and_confidence(workspace):
    rule = given_rule(confidence=0.9)
    account = given_account("northwind", plan="Premium", mrr=500)
    given_account("acme", plan="Free", mrr=100)

    catch_up()

    signal = Signal.objects.get()
    assert (signal.account_id, signal.kind, signal.amount_minor) == (account, f"segment:{rule.pk}", 50_000)
    assert (signal.confidence, signal.severity) == (0.9, 0.825)  # typical is 100: 0.9 · (½ + ½ · 5 / 6)
    assert [(link.kind, link.id) for link in signals.links_of(signal)] == [(EvidenceKind.SEGMENT, rule.segment_id)]
    told = rule_of(signal.kind)
    assert (told.name(), told.explain(signal.evidence).headline) == ("Premium now", "Premium now")
    assert told.explain(signal.evidence).details == ("The account entered the segment “Premium”.",)


def test_leaving_the_segment_closes_it_where_the_rule_says_so(workspace, at):
    segment, by = given_segment("Premium").pk, given_member()
    passing = given_rule("Passes", segment_id=segment, by=by, severity=0.5)
    staying = given_rule("Stays", segment_id=segment, by=by, severity=0.5, closes_on_leaving=False)
    account = given_account("northwind", plan="Premium")
    catch_up()
    assert Signal.objects.filter(status="open").count() == 2

    at(NOON + timedelta(hours=1))
    customers.set_account_traits(account, {"plan": "Free"}, source="test")
    catch_up()
    store_and_tell()

    assert sorted(Signal.objects.values_list("kind", "status", "close_reason")) == sorted(
        [(queries.kind_of(passing), "closed", "passed"), (queries.kind_of(staying), "open", "")]
    )


def test_those_in_it_already_are_told_when_that_is_asked_for(workspace):
    given_account("northwind", plan="Premium")
    segment = given_segment("Premium").pk
    catch_up()

    given_rule("Waits", segment_id=segment)
    assert Signal.objects.count() == 0
    given_rule("Opens", segment_id=segment, present=Present.OPEN)
    assert Signal.objects.count() == 1


def test_an_archived_rule_opens_nothing_and_still_says_what_it_meant(workspace):
    by = given_member()
    rule = given_rule(by=by, severity=0.4)
    given_account("northwind", plan="Premium")
    catch_up()

    actions.archive_segment_signal(rule.pk, by=by)
    given_account("kestrel", plan="Premium")
    catch_up()

    assert Signal.objects.count() == 1
    assert "This rule is archived: it opens nothing any more." in rule_of(queries.kind_of(rule)).definition()
    actions.restore_segment_signal(rule.pk, by=by)
    assert [each.pk for each in queries.segment_signals()] == [rule.pk]


def test_a_changed_rule_holds_from_now_on(workspace):
    by = given_member()
    rule = given_rule(by=by, severity=0.4)

    changed = actions.change_segment_signal(
        rule.pk, Terms(name="Renamed", segment_id=rule.segment_id, severity=0.9), by=by
    )
    given_account("northwind", plan="Premium")
    catch_up()

    assert (changed.name, Signal.objects.get().severity) == ("Renamed", 0.9)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"name": "  "}, SegmentSignalNameMissing),
        ({"name": "Taken"}, SegmentSignalNameTaken),
        ({"confidence": 1.2}, ShareWrong),
        ({"severity": -0.1}, ShareWrong),
        ({"segment_id": 987_654}, SegmentOfPeople),
    ],
)
def test_refuses_what_cannot_be_used(workspace, said, refusal):
    by = given_member()
    taken = given_rule("Taken", by=by)

    with pytest.raises(refusal):
        actions.define_segment_signal(Terms(**({"name": "New", "segment_id": taken.segment_id} | said)), by=by)

    assert SegmentSignal.objects.count() == 1
    with pytest.raises(SegmentSignalUnknown):
        queries.segment_signal(987_654)


shares = st.floats(0, 1, allow_nan=False)
names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=40)


@given(names, names, shares, st.none() | shares, st.booleans())
def test_what_is_written_reads_back(name, segment, confidence, severity, closes):
    terms = Terms(name=name, segment_id=1, confidence=confidence, severity=severity, closes_on_leaving=closes)

    written, problems = read_text(to_text(terms, segment))

    assert problems == []
    assert written == Written(
        name=name,
        segment=segment,
        confidence=confidence if severity is None else 0.8,
        severity=severity,
        closes_on_leaving=closes,
    )


@given(st.text(max_size=200))
def test_any_text_is_read_or_told_what_is_wrong(text):
    written, problems = read_text(text)

    assert (written is None) == bool(problems)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name: x\nsegment: y\nconfidence: 2\n", [(3, "share_wrong")]),
        ("name: x\nsegmnt: y\n", [(1, "key_missing"), (2, "key_unknown")]),
        ("name: x\nsegment: y\ncloses_on_leaving: 7\n", [(3, "yes_or_no")]),
        ("name: x\nname: z\nsegment: y\n", [(2, "key_twice")]),
        ("name: [x]\nsegment: y\n", [(1, "key_missing"), (1, "value_wrong")]),
        ("name: x\n  segment: y\n", [(2, "not_yaml")]),
        ("- x\n", [(1, "not_a_rule")]),
        ("name: x\nsegment: 2026-13-45\n", [(1, "key_missing"), (2, "value_wrong")]),
        ("name: x\nsegment: !!python/object:os.system y\n", [(1, "key_missing"), (2, "value_wrong")]),
        ('name: "\\UFFFFFFFF"\nsegment: y\n', [(1, "not_yaml")]),
        ("name: !!int ''\nsegment: y\n", [(1, "key_missing"), (1, "value_wrong")]),
        ("name: !!bool z\nsegment: y\n", [(1, "key_missing"), (1, "value_wrong")]),
        ("name: !!timestamp z\nsegment: y\n", [(1, "key_missing"), (1, "value_wrong")]),
        ('name: "x\\0"\nsegment: y\n', [(1, "value_wrong")]),
        ('name: "\\ud800"\nsegment: y\n', [(1, "value_wrong")]),
        ("name: " + "[" * 9_000, [(1, "not_yaml")]),
        ("", [(1, "not_a_rule")]),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, found):
    written, problems = read_text(text)

    assert (written, [(p.line, p.code) for p in problems]) == (None, found)


def test_a_share_left_empty_is_the_usual_one():
    written, problems = read_text("name: x\nsegment: y\nconfidence: null\nseverity:\n")

    assert problems == []
    assert written is not None
    assert (written.confidence, written.severity) == (0.8, None)


def test_a_name_of_half_a_character_is_told_without_it():
    _, problems = read_text('name: x\nsegment: y\n"a\\ud800b": 1\n')

    assert [dict(p.params) for p in problems] == [{"key": "ab"}]


def test_a_text_names_its_segment(workspace):
    rule = given_rule(confidence=0.7)

    assert queries.read_terms(queries.text_of(rule)) == queries.terms_of(rule)
    with pytest.raises(SegmentSignalTextWrong) as wrong:
        queries.read_terms("name: x\nsegment: Nowhere\n")
    assert [(p.line, p.code) for p in wrong.value.problems] == [(2, "segment_unknown")]


def test_only_signals_of_those_who_left_are_read_to_be_closed(workspace):
    rule = given_rule(severity=0.5, present=Present.OPEN)
    fjord, kestrel = given_account("fjord", plan="Premium"), given_account("kestrel", plan="Premium")
    catch_up()

    assert set(signals.live_signals(queries.kind_of(rule))) == {fjord, kestrel}
    assert set(signals.live_signals(queries.kind_of(rule), among=[kestrel])) == {kestrel}
    assert actions.close_for({rule.segment_id: {kestrel}}) == 1
    assert set(signals.live_signals(queries.kind_of(rule))) == {fjord}


def test_a_name_is_kept_without_what_cannot_be_stored(workspace):
    assert given_rule("Premium\x00 now\ud800").name == "Premium now"
