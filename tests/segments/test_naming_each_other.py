"""Segments that name other segments: judged together, refused in circles, kept while they are needed."""

import pytest

from tenure.segments import actions, queries
from tenure.segments.errors import ConditionWrong, SegmentBuiltOn
from tenure.segments.models import Segment
from tenure.segments.queries.knowing import Now
from tenure.segments.types import Subject
from tests.segments.given import DAY, NOW, catch_up, given_account, given_segment, given_use, names_in


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def naming(segment, *more):
    named = {"kind": "in_segment", "segment_id": segment.pk}
    return {"kind": "all", "conditions": [named, *more]} if more else named


def given_built(name, on, *more, subject=Subject.ACCOUNT):
    return actions.define_segment(name, subject=subject, condition=naming(on, *more))


LARGE = {"kind": "trait", "name": "seats", "operator": "more_than", "value": 10}


def test_follows_what_it_names_in_the_same_pass():
    premium = given_segment()
    large = given_built("Large and Premium", premium, LARGE)
    top = given_built("Top", large)

    given_account("fjord", plan="Premium", seats=20)
    given_account("kestrel", plan="Basic", seats=20)

    assert [names_in(s) for s in (premium, large, top)] == [["Fjord"], ["Fjord"], ["Fjord"]]


def test_follows_when_what_it_names_is_changed():
    premium = given_segment()
    top = given_built("Top", premium)
    given_account("fjord", plan="Premium")
    given_account("kestrel", plan="Basic")

    basic = {"kind": "trait", "name": "plan", "operator": "is", "value": "Basic"}
    actions.change_segment(premium.pk, by=None, condition=basic)

    assert names_in(top) == ["Kestrel"]


def test_names_the_circle_it_refuses():
    first = given_segment("First")
    second = given_built("Second", first)
    third = given_built("Third", second)

    with pytest.raises(ConditionWrong) as wrong:
        actions.change_segment(first.pk, by=None, condition={"kind": "not", "condition": naming(third)})

    problem = wrong.value.problems[0]
    assert (problem.path, problem.code) == ("not.segment_id", "segments_in_circle")
    assert queries.problem_words(problem) == (
        "Segments would refer to each other in a circle: First → Third → Second → First."
    )
    assert Segment.objects.get(pk=first.pk).version == 1
    with pytest.raises(ConditionWrong):
        actions.change_segment(first.pk, by=None, condition=naming(first))


def test_refuses_circles_over_people_of_accounts():
    accounts = given_segment("Accounts")
    people = given_built("People", accounts, subject=Subject.PERSON)

    with pytest.raises(ConditionWrong) as wrong:
        actions.change_segment(accounts.pk, by=None, condition={"kind": "people", "condition": naming(people)})

    assert wrong.value.problems[0].path == "condition.segment_id"


def test_refuses_what_is_not_there_and_people_for_accounts():
    people = given_segment("Anns", subject=Subject.PERSON, kind="trait", name="name", operator="is_set")

    for named, code in ((10**6, "segment_unknown"), (people.pk, "segment_of_others")):
        with pytest.raises(ConditionWrong) as wrong:
            actions.define_segment("X", subject="account", condition={"kind": "in_segment", "segment_id": named})
        assert [p.code for p in wrong.value.problems] == [code]


def test_is_not_archived_while_it_is_named():
    premium = given_segment()
    top = given_built("Top", premium)

    with pytest.raises(SegmentBuiltOn):
        actions.archive_segment(premium.pk, by=None)
    actions.archive_segment(top.pk, by=None)
    actions.archive_segment(premium.pk, by=None)

    assert Segment.objects.filter(archived_at=None).count() == 0


def test_counts_the_members_of_what_is_paused(at):
    premium = given_segment()
    top = given_built("Top", premium)
    given_account("fjord", plan="Premium")
    actions.pause_segment(premium.pk, by=None)

    given_account("kestrel", plan="Premium")
    actions.refresh_everybody(Subject.ACCOUNT, now=NOW + DAY)

    assert names_in(top) == ["Fjord"]


def test_asks_people_at_accounts_whether_they_are_in_a_segment_of_people():
    busy = given_segment("Busy", subject=Subject.PERSON, kind="performed", event="Login", times=2, days=7)
    with_busy = actions.define_segment(
        "With busy people", subject="account", condition={"kind": "people", "number": 1, "condition": naming(busy)}
    )
    given_account("fjord")
    given_account("kestrel")

    given_use("fjord", times=2)
    catch_up()

    assert names_in(with_busy) == ["Fjord"]


def test_is_named_in_its_text_form_and_found_by_name():
    premium = given_segment("Premium, in use")
    top = given_built("Top", premium, LARGE)
    text = queries.text_form(top.pk)

    assert "- in_segment: Premium, in use\n" in text
    assert (
        queries.read_text(text.replace("Top", "Other")).condition
        == queries.segment(Segment.objects.last().pk).condition
    )
    with pytest.raises(ConditionWrong) as wrong:
        queries.read_text(text.replace("Premium, in use", "Nothing"))
    assert [(p.line, p.code) for p in wrong.value.problems] == [(5, "segment_unknown")]


def test_is_computed_once_however_often_it_is_named():
    premium = given_segment()
    last = premium
    for n in range(12):
        often = {"kind": "any", "conditions": [naming(last), naming(last), {"kind": "not", "condition": naming(last)}]}
        last = given_built(f"Level {n}", last, often)
    given_account("fjord", plan="Premium")
    given_account("kestrel", plan="Basic")

    assert names_in(last) == ["Fjord"]
    fjord = queries.member_ids(last.pk).pop()
    assert [(r.path, r.value, r.held) for r in queries.why(last.pk, account_id=fjord).now][:2] == [
        ("all[0]", True, True),
        ("all[1].any[0]", True, True),
    ]


def test_asks_only_for_those_it_judges():
    known = [given_account(key) for key in ("fjord", "kestrel")]
    listed = actions.define_list("Listed", subject=Subject.ACCOUNT)
    actions.put_on_list(listed.pk, known, by=None)

    inside = Now(NOW).inside(listed.pk, [known[1]])

    assert inside == {known[1]}
    assert Now(NOW).inside(listed.pk, None) == set(known)
