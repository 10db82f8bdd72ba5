"""Static segments: who is on the list is said, announced, and follows who turns out to be whom."""

import pytest

from tenure.customers.actions import merge_accounts, part
from tenure.segments import actions, queries
from tenure.segments.announcements import SegmentEntered, SegmentLeft
from tenure.segments.errors import ConditionWrong, SegmentArchived, SegmentNotStatic
from tenure.segments.models import Membership
from tenure.segments.types import Cause, Subject
from tests.segments.given import NOW, catch_up, given_account, given_segment, names_in, store_and_tell


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def given_list(name="Pilot", subject=Subject.ACCOUNT):
    return actions.define_list(name, subject=subject)


def said(heard):
    return [(type(s), s.account_id, s.cause) for s in heard if isinstance(s, (SegmentEntered, SegmentLeft))]


def test_says_who_was_put_on_and_taken_off(heard):
    fjord, kestrel = given_account("fjord"), given_account("kestrel")
    pilot = given_list()
    heard.clear()

    assert actions.put_on_list(pilot.pk, [fjord, kestrel, 10**9], by=None) == 2
    assert actions.put_on_list(pilot.pk, [fjord], by=None) == 0
    assert actions.take_off_list(pilot.pk, [kestrel, 10**9], by=None) == 1

    assert names_in(pilot) == ["Fjord"]
    assert said(heard) == [
        (SegmentEntered, fjord, Cause.LISTED),
        (SegmentEntered, kestrel, Cause.LISTED),
        (SegmentLeft, kestrel, Cause.LISTED),
    ]


def test_is_never_judged():
    fjord = given_account("fjord")
    pilot = given_list()
    actions.put_on_list(pilot.pk, [fjord], by=None)

    actions.refresh_everybody(Subject.ACCOUNT, now=NOW)

    assert names_in(pilot) == ["Fjord"]
    assert queries.segment(pilot.pk).error == ""


def test_refuses_a_list_for_a_condition_and_a_condition_for_a_list():
    fjord = given_account("fjord")
    premium, pilot = given_segment(), given_list()

    with pytest.raises(SegmentNotStatic):
        actions.put_on_list(premium.pk, [fjord], by=None)
    with pytest.raises(ConditionWrong):
        actions.change_segment(pilot.pk, by=None, condition={"kind": "churned"})
    actions.archive_segment(pilot.pk, by=None)
    with pytest.raises(SegmentArchived):
        actions.put_on_list(pilot.pk, [fjord], by=None)

    assert Membership.objects.count() == 0


def test_follows_accounts_that_become_one_and_are_parted_again():
    fjord, kestrel = given_account("fjord"), given_account("kestrel")
    pilot = given_list()
    actions.put_on_list(pilot.pk, [kestrel], by=None)

    merged = merge_accounts(fjord, kestrel, by=None)
    store_and_tell()
    assert names_in(pilot) == ["Fjord"]

    part(merged.pk, by=None)
    store_and_tell()
    assert names_in(pilot) == ["Kestrel"]


def test_finds_who_is_meant():
    fjord = given_account("fjord", domain="fjord.example")
    ann = queries.who_is_meant(Subject.PERSON, ["ann@fjord.example"]).found[0][1]

    read = queries.who_is_meant(
        Subject.ACCOUNT, queries.ids_written(f'fjord; "FJORD.example"\n#{fjord}\n#99999 nobody')
    )

    assert read.found == [("fjord", fjord), ("FJORD.example", fjord), (f"#{fjord}", fjord)]
    assert read.unknown == ["#99999", "nobody"]
    odd = ["#²", "#" + "1" * 5_000, "a\x00b", "\ud800", "#"]
    assert queries.who_is_meant(Subject.ACCOUNT, odd).unknown == odd
    assert queries.who_is_meant(Subject.PERSON, ["fjord-ann", f"#{ann}"]).found == [
        ("fjord-ann", ann),
        (f"#{ann}", ann),
    ]


def test_lets_whatever_is_built_on_it_follow():
    fjord, kestrel = given_account("fjord", plan="Premium"), given_account("kestrel", plan="Premium")
    pilot = given_list()
    named = {"kind": "in_segment", "segment_id": pilot.pk}
    both = actions.define_segment(
        "Premium pilots",
        subject="account",
        condition={"kind": "all", "conditions": [{"kind": "trait", "name": "plan", "operator": "is_set"}, named]},
    )
    people = actions.define_segment("People of pilots", subject="person", condition=named)

    actions.put_on_list(pilot.pk, [fjord], by=None)
    catch_up()

    assert names_in(both) == ["Fjord"]
    assert names_in(people) == ["Ann of fjord"]

    actions.take_off_list(pilot.pk, [fjord], by=None)
    actions.put_on_list(pilot.pk, [kestrel], by=None)
    catch_up()

    assert names_in(both) == ["Kestrel"]
    assert names_in(people) == ["Ann of kestrel"]
