"""Memberships follow what happens, what is learnt, and time."""

import pytest

from tenure.customers import actions as customers
from tenure.kernel import jobs, outbox, tenancy
from tenure.playbooks import actions as playbooks
from tenure.playbooks.types import CallOutcome
from tenure.segments import actions, queries
from tenure.segments.actions import refreshing
from tenure.segments.announcements import SegmentEntered, SegmentLeft
from tenure.segments.models import Membership, Segment, Touched
from tenure.segments.types import Cause, Subject
from tests.given import given_member, given_workspace
from tests.segments.given import (
    DAY,
    NOW,
    catch_up,
    given_account,
    given_account_unjudged,
    given_segment,
    given_use,
    names_in,
)


def said(heard):
    return [s for s in heard if isinstance(s, SegmentEntered | SegmentLeft)]


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def test_takes_in_who_is_touched_and_says_so(workspace, heard):
    segment = given_segment("Busy", kind="performed", event="Login", times=3, days=7)
    fjord = given_account("fjord")
    assert names_in(segment) == []

    given_use("fjord", times=3)
    catch_up()

    assert names_in(segment) == ["Fjord"]
    assert said(heard) == [
        SegmentEntered(
            workspace_id=workspace.pk,
            at=NOW,
            segment_id=segment.pk,
            segment_name="Busy",
            account_id=fjord,
            cause=Cause.HAPPENING,
        )
    ]
    membership = Membership.objects.get()
    assert membership.since == NOW
    assert membership.why == {"version": 1, "cause": "happening", "leaves": {"": [3, True]}}


def test_lets_go_when_a_fact_changes(heard):
    segment = given_segment()
    fjord = given_account("fjord", plan="Premium")
    assert names_in(segment) == ["Fjord"]
    heard.clear()

    given_account("fjord", at=NOW + DAY / 24, plan="Basic")

    assert names_in(segment) == []
    assert [(type(s), s.account_id) for s in said(heard)] == [(SegmentLeft, fjord)]
    membership = Membership.objects.get()
    assert membership.left_at == NOW
    assert membership.left_why == {"version": 1, "cause": "happening", "leaves": {"": ["Basic", False]}}


def test_looks_again_when_the_owner_changes():
    segment = given_segment("Looked after", kind="owner")
    fjord = given_account("fjord")

    customers.assign_owner(fjord, given_member(), by=None)
    catch_up()

    assert names_in(segment) == ["Fjord"]


def test_moves_people_in_by_time_alone(at, heard):
    segment = given_segment("Quiet", kind="last_performed", event="Login", days=14)
    given_account("fjord")
    given_use("fjord")
    catch_up()

    at(NOW + 14 * DAY)
    jobs.run_stage("segments_minute")
    assert names_in(segment) == []

    now = at(NOW + 14 * DAY + DAY / 1440)
    jobs.run_stage("segments_minute")

    assert names_in(segment) == ["Fjord"]
    assert [(s.at, s.cause) for s in said(heard)] == [(now, Cause.TIME)]


def test_judges_everybody_once_a_minute(at):
    given_account("fjord")
    segment = given_segment()
    first = segment.evaluated_at

    at(NOW + DAY)
    jobs.run_stage("segments_minute")
    at(NOW + DAY + DAY / 2880)
    jobs.run_stage("segments_minute")

    assert first == NOW
    assert Segment.objects.get().evaluated_at == NOW + DAY


def test_says_nothing_when_nothing_changed(at, heard):
    given_segment()
    given_account("fjord", plan="Premium")
    heard.clear()

    at(NOW + DAY)
    jobs.run_stage("segments_minute")
    given_use("fjord")
    catch_up()

    assert said(heard) == []
    assert Membership.objects.count() == 1


def test_comes_back_as_a_new_membership(at):
    segment = given_segment()
    given_account("fjord", plan="Premium")
    given_account("fjord", at=at(NOW + DAY), plan="Basic")
    given_account("fjord", at=at(NOW + 2 * DAY), plan="Premium")

    spans = Membership.objects.order_by("since").values_list("since", "left_at")
    assert list(spans) == [(NOW, NOW + DAY), (NOW + 2 * DAY, None)]
    history = queries.history_of(segment.pk).items
    assert [(item.entered, item.at) for item in history] == [(True, NOW + 2 * DAY), (False, NOW + DAY), (True, NOW)]
    assert [(r.leaf.name, r.value, r.held) for r in history[1].turned] == [("plan", "Basic", False)]


def test_follows_people_and_the_one_they_turn_out_to_be():
    from tests.tracking.sending import identify, send, track

    segment = given_segment("Exporters", subject=Subject.PERSON, kind="performed", event="Export", times=2)
    given_account("fjord")
    send(
        track("Export", anonymousId="a1", at=NOW, messageId="one"),
        track("Export", userId="fjord-ann", at=NOW, messageId="two"),
    )
    catch_up()
    assert names_in(segment) == []

    send(identify(userId="fjord-ann", anonymousId="a1", at=NOW))
    catch_up()

    assert names_in(segment) == ["Ann of fjord"]


def test_leaves_a_paused_segment_alone():
    paused, other = given_segment("Paused"), given_segment("Other")
    actions.pause_segment(paused.pk, by=None)

    given_account("fjord", plan="Premium")

    assert (names_in(paused), names_in(other)) == ([], ["Fjord"])

    actions.resume_segment(paused.pk, by=None)

    assert names_in(paused) == ["Fjord"]


def test_is_not_stopped_by_a_condition_it_cannot_read(at):
    given_account("fjord", plan="Premium")
    broken, other = given_segment("Broken"), given_segment("Other")
    Segment.objects.filter(pk=broken.pk).update(condition={"kind": "astrology", "sign": "Libra"})

    given_account("kestrel", plan="Premium")
    at(NOW + DAY)
    jobs.run_stage("segments_minute")

    assert names_in(other) == ["Fjord", "Kestrel"]
    assert names_in(broken) == ["Fjord"]
    assert "cannot be read" in queries.segment(broken.pk).error
    assert queries.segment(broken.pk).condition is None
    assert queries.segment(other.pk).error == ""


def test_is_not_stopped_by_a_condition_the_engine_refuses(at):
    given_account("fjord", plan="Premium")
    broken, other = given_segment("Broken"), given_segment("Other")
    too_much = {"kind": "usage", "measure": "events", "amount": 2**200, "days": 1}
    Segment.objects.filter(pk=broken.pk).update(condition=too_much)

    given_account("kestrel", plan="Premium")

    assert names_in(other) == ["Fjord", "Kestrel"]
    assert queries.segment(broken.pk).error != ""
    assert queries.segment(other.pk).error == ""


def test_sees_only_its_own_workspace(workspace):
    segment = given_segment()
    other = given_workspace("Elsewhere")
    with tenancy.scope(other.pk):
        elsewhere = given_segment()
        given_account("fjord", plan="Premium")
        assert names_in(elsewhere) == ["Fjord"]

    jobs.run_stage("segments_minute")

    assert names_in(segment) == []


def test_forgets_who_waited_once_everybody_was_judged(at):
    given_segment()
    actions.touch(Subject.ACCOUNT, [1, 2, 2, 3])
    actions.touch(Subject.ACCOUNT, [3])
    assert Touched.objects.count() == 4

    at(NOW + DAY)
    jobs.run_stage("segments_minute")

    assert Touched.objects.count() == 0


def test_looks_once_at_whoever_was_touched_several_times(monkeypatch):
    given_segment()
    fjord, kestrel, northwind = (given_account(key) for key in ("fjord", "kestrel", "northwind"))
    for ids in ([kestrel, fjord], [northwind], [kestrel]):
        actions.touch(Subject.ACCOUNT, ids)
    monkeypatch.setattr(refreshing, "TOUCHED_AT_ONCE", 2)

    assert actions.refresh_touched(Subject.ACCOUNT, now=NOW) == 2
    assert list(Touched.objects.values_list("subject_id", flat=True)) == [northwind]
    assert actions.refresh_touched(Subject.ACCOUNT, now=NOW) == 1
    assert actions.refresh_touched(Subject.ACCOUNT, now=NOW) == 0


def test_tells_what_happened_from_what_time_did_when_both_come_together(at, heard):
    given_segment("Quiet", kind="last_performed", event="Login", days=14)
    given_segment("Premium")
    given_account("fjord")
    given_use("fjord")
    catch_up()

    at(NOW + 15 * DAY)
    kestrel = given_account_unjudged("kestrel", plan="Premium")
    jobs.run_stage("segments_minute")

    assert {s.account_id == kestrel: s.cause for s in said(heard)} == {True: Cause.HAPPENING, False: Cause.TIME}


def test_keeps_nobody_waiting_where_no_segment_is_about_them():
    actions.touch(Subject.PERSON, [1, 2, 3])

    assert Touched.objects.count() == 0


def test_an_answer_given_in_a_call_changes_membership_at_once(workspace):
    segment = given_segment("Says they may leave", kind="trait", name="intends_to", operator="is", value="leave")
    fjord = given_account("fjord")
    ada = given_member("Ada")
    catch_up()

    playbooks.log_call(account_id=fjord, outcome=CallOutcome.REACHED, by=ada, answers={"intends_to": "leave"})
    outbox.deliver()
    jobs.run_stage("segments_touched", NOW)

    assert names_in(segment) == ["Fjord"]
    assert Membership.objects.get().why["cause"] == "happening"
