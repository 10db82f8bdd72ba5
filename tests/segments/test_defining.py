"""Defining, changing and putting away segments."""

import pytest

from tenure.segments import actions, queries
from tenure.segments.announcements import SegmentEntered, SegmentLeft
from tenure.segments.errors import ConditionWrong, SegmentArchived, SegmentMissing, SegmentNameMissing, SegmentNameTaken
from tenure.segments.models import Membership, Segment, SegmentVersion
from tenure.segments.types import Cause, Subject
from tenure.segments.types.conditions import Trait, TraitOperator
from tenure.workspaces import queries as workspaces
from tests.given import given_member
from tests.segments.given import NOW, given_account, given_segment, names_in

BASIC = {"kind": "trait", "name": "plan", "operator": "is", "value": "Basic"}


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def trail():
    return [(e.action, e.subject, e.actor) for e in workspaces.audit_trail() if e.action.startswith("segments.")][::-1]


def test_knows_at_once_who_is_in(heard):
    fjord = given_account("fjord", plan="Premium")
    given_account("kestrel", plan="Basic")
    ada = given_member()

    segment = actions.define_segment(
        "  Premium   plan ",
        subject=Subject.ACCOUNT,
        condition=Trait(name="plan", operator=TraitOperator.IS, value="premium"),
        by=ada,
        description="Who pays most.",
    )

    assert names_in(segment) == ["Fjord"]
    entered = [s for s in heard if isinstance(s, SegmentEntered)]
    assert [(s.account_id, s.cause) for s in entered] == [(fjord, Cause.DEFINITION)]
    found = queries.segment(segment.pk)
    assert (found.name, found.description, found.version, found.size, found.size_week_ago) == (
        "Premium plan",
        "Who pays most.",
        1,
        1,
        None,
    )
    assert found.evaluated_at == NOW
    assert trail() == [("segments.define", "Premium plan", "Ada")]


def test_refuses_a_wrong_condition_and_stays_quiet(heard):
    with pytest.raises(ConditionWrong) as wrong:
        actions.define_segment("Wrong", subject="account", condition={"kind": "all", "conditions": []})

    assert [(p.path, p.code) for p in wrong.value.problems] == [("all", "group_empty")]
    assert Segment.objects.count() == 0
    assert heard == []


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "nul\x00", "half \ud83d"])
def test_refuses_an_unusable_name(name):
    with pytest.raises(SegmentNameMissing):
        given_segment(name)


def test_refuses_a_name_that_is_taken():
    given_segment("Premium")

    with pytest.raises(SegmentNameTaken):
        given_segment("Premium")

    assert Segment.objects.count() == 1


def test_keeps_every_version_of_a_condition(heard):
    fjord, kestrel = given_account("fjord", plan="Premium"), given_account("kestrel", plan="Basic")
    ada = given_member()
    segment = given_segment("Plan", by=ada)
    heard.clear()

    actions.change_segment(segment.pk, condition=BASIC, by=ada)

    assert names_in(segment) == ["Kestrel"]
    moved = [(type(s), s.account_id, s.cause) for s in heard if isinstance(s, SegmentEntered | SegmentLeft)]
    assert moved == [(SegmentLeft, fjord, Cause.DEFINITION), (SegmentEntered, kestrel, Cause.DEFINITION)]
    versions = queries.versions(segment.pk)
    assert [(v.number, v.condition.value, v.by) for v in versions] == [(2, "Basic", "Ada"), (1, "Premium", "Ada")]
    assert Membership.objects.get(account=kestrel).why["version"] == 2
    assert trail()[-1] == ("segments.change", "Plan", "Ada")


def test_makes_no_version_of_the_same_condition(heard):
    segment = given_segment("Plan")
    heard.clear()

    actions.change_segment(segment.pk, condition=segment.condition, name="Plan", by=None)

    assert SegmentVersion.objects.count() == 1
    assert heard == []
    assert trail() == [("segments.define", "Plan", "Tenure")]


def test_changes_a_name_without_judging_anew(heard):
    given_account("fjord", plan="Premium")
    segment = given_segment("Plan")
    heard.clear()

    actions.change_segment(segment.pk, name="Best plan", by=None)

    assert queries.segment_names() == {segment.pk: "Best plan"}
    assert heard == []


def test_is_as_if_nothing_was_when_archiving_is_undone(heard):
    given_account("fjord", plan="Premium")
    segment = given_segment()
    heard.clear()

    actions.archive_segment(segment.pk, by=None)
    assert [s.name for s in queries.segments()] == []
    assert [s.name for s in queries.archived_segments()] == ["Premium"]
    assert queries.segments_of(account_id=Membership.objects.get().account_id) == []
    actions.restore_segment(segment.pk, by=None)

    assert [(s.name, s.size) for s in queries.segments()] == [("Premium", 1)]
    assert heard == []


def test_does_not_follow_anybody_while_archived():
    segment = given_segment()
    actions.archive_segment(segment.pk, by=None)

    given_account("fjord", plan="Premium")
    assert names_in(segment) == []

    actions.restore_segment(segment.pk, by=None)
    assert names_in(segment) == ["Fjord"]


def test_refuses_to_change_what_is_archived():
    segment = given_segment()
    actions.archive_segment(segment.pk, by=None)

    with pytest.raises(SegmentArchived):
        actions.change_segment(segment.pk, name="Other", by=None)


def test_gives_a_name_away_while_archived():
    segment = given_segment("Premium")
    actions.archive_segment(segment.pk, by=None)
    given_segment("Premium")

    with pytest.raises(SegmentNameTaken):
        actions.restore_segment(segment.pk, by=None)

    assert queries.segment(segment.pk).archived_at == NOW


def test_refuses_what_is_not_there():
    with pytest.raises(SegmentMissing):
        actions.change_segment(7, name="Other", by=None)
    with pytest.raises(SegmentMissing):
        queries.segment(7)
    with pytest.raises(SegmentMissing):
        queries.members_of(7)
