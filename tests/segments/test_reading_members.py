"""Lists of members, their history, sizes, reasons and previews."""

import pytest

from tenure.kernel import jobs
from tenure.kernel.cursors import CursorUnreadable
from tenure.segments import actions, queries
from tenure.segments.models import Membership
from tenure.segments.types import Subject
from tenure.segments.types.answers import SizeOnDay
from tests.segments.given import DAY, NOW, catch_up, given_account, given_segment, given_use, names_in

KEYS = ("ash", "birch", "cedar", "dogwood", "elm")


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def read(condition, subject=Subject.ACCOUNT):
    return queries.read_condition(condition, subject)


def test_pages_through_members_without_missing_or_repeating_any(at):
    segment = given_segment()
    for n, key in enumerate(KEYS):
        given_account(key, at=at(NOW + (n // 2) * DAY), plan="Premium")

    seen, cursor = [], None
    for _ in range(10):
        page = queries.members_of(segment.pk, cursor=cursor, limit=2)
        seen += [item.who.name for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == ["Elm", "Dogwood", "Cedar", "Birch", "Ash"]


def test_finds_members_by_name():
    segment = given_segment()
    for key in KEYS:
        given_account(key, plan="Premium")

    assert [item.who.name for item in queries.members_of(segment.pk, named="EDA").items] == ["Cedar"]


def test_refuses_a_cursor_of_something_else():
    segment = given_segment()

    with pytest.raises(CursorUnreadable):
        queries.members_of(segment.pk, cursor="WzFd")


def test_pages_through_history(at):
    segment = given_segment()
    for n, key in enumerate(KEYS):
        given_account(key, at=at(NOW + n * DAY), plan="Premium")
    given_account("ash", at=at(NOW + 6 * DAY), plan="Basic")

    seen, cursor = [], None
    for _ in range(10):
        page = queries.history_of(segment.pk, cursor=cursor, limit=2)
        seen += [(item.who.name, item.entered) for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == [("Ash", False), *((key.title(), True) for key in reversed(KEYS))]


def test_counts_size_now_and_a_week_ago(at):
    segment = given_segment()
    given_account("ash", plan="Premium")
    given_account("birch", at=at(NOW + 2 * DAY), plan="Premium")
    given_account("ash", at=at(NOW + 8 * DAY), plan="Basic")
    given_account("cedar", at=at(NOW + 8 * DAY), plan="Premium")
    given_account("dogwood", plan="Premium")

    found = queries.segment(segment.pk)

    assert (found.size, found.size_week_ago, found.change) == (3, 1, 2)
    assert queries.sizes_by_day(segment.pk, days=4) == [
        SizeOnDay(day=(NOW + n * DAY).date(), size=size) for n, size in ((5, 2), (6, 2), (7, 2), (8, 3))
    ]


def test_previews_who_would_enter_and_leave():
    given_account("ash", plan="Premium")
    given_account("birch", plan="Basic")
    given_account("cedar", plan="Basic")
    segment = given_segment()
    wanted = read({"kind": "trait", "name": "plan", "operator": "is", "value": "Basic"})

    seen = queries.preview(wanted, Subject.ACCOUNT, against=segment.pk)

    assert (seen.looked_at, seen.count, seen.entering, seen.leaving) == (3, 2, 2, 1)
    assert sorted(who.name for who in seen.sample) == ["Birch", "Cedar"]
    assert sorted(who.name for who in seen.entering_sample) == ["Birch", "Cedar"]
    assert [who.name for who in seen.leaving_sample] == ["Ash"]
    assert names_in(segment) == ["Ash"]
    assert queries.preview_count(wanted, Subject.ACCOUNT) == 2


def test_explains_a_member_leaf_by_leaf(at):
    segment = given_segment(
        "Premium and quiet",
        kind="all",
        conditions=[
            {"kind": "trait", "name": "plan", "operator": "is", "value": "premium"},
            {"kind": "not", "condition": {"kind": "performed", "event": "Login", "days": 7}},
        ],
    )
    fjord = given_account("fjord", plan="Premium")
    assert names_in(segment) == ["Fjord"]
    given_use("fjord", times=2)
    catch_up()

    reasons = queries.why(segment.pk, account_id=fjord)

    assert (reasons.is_member, reasons.since, reasons.holds_now) == (False, None, False)
    assert [(r.path, r.value, r.held) for r in reasons.now] == [("all[0]", "Premium", True), ("all[1].not", 2, True)]

    at(NOW + 8 * DAY)
    jobs.run_stage("segments_minute")
    reasons = queries.why(segment.pk, account_id=fjord)

    assert (reasons.is_member, reasons.since, reasons.holds_now) == (True, NOW + 8 * DAY, True)
    assert [(r.path, r.value, r.held) for r in reasons.at_entry] == [
        ("all[0]", "Premium", True),
        ("all[1].not", 0, False),
    ]


def test_explains_the_entry_by_the_condition_of_then():
    fjord = given_account("fjord", plan="Premium", seats=40)
    segment = given_segment()
    actions.change_segment(
        segment.pk, condition={"kind": "trait", "name": "seats", "operator": "more_than", "value": 10}, by=None
    )

    reasons = queries.why(segment.pk, account_id=fjord)

    assert [(r.leaf.name, r.value) for r in reasons.now] == [("seats", 40.0)]
    assert [(r.leaf.name, r.value) for r in reasons.at_entry] == [("plan", "Premium")]


def test_lists_the_segments_somebody_is_in():
    fjord = given_account("fjord", plan="Premium")
    given_segment("Zebra")
    given_segment("Alpha")
    given_segment("Basic", kind="trait", name="plan", operator="is", value="Basic")

    assert [m.segment_name for m in queries.segments_of(account_id=fjord)] == ["Alpha", "Zebra"]
    assert Membership.objects.count() == 2


def test_offers_the_traits_and_events_that_were_seen():
    given_account("ash", plan="Premium", seats=40)
    given_account("birch", plan="Premium")
    given_use("ash", "Report exported", times=2)
    given_use("ash", "报表导出")
    catch_up()

    offered = {trait.name: (trait.type, trait.samples) for trait in queries.traits_to_choose_from(Subject.ACCOUNT)}

    assert offered["plan"] == ("text", ("Premium",))
    assert offered["seats"] == ("number", ("40",))
    assert queries.events_to_choose_from() == ["Report exported", "报表导出"]


def test_walks_everybody_for_an_export():
    segment = given_segment()
    for key in KEYS:
        given_account(key, plan="Premium")

    assert sorted(item.who.detail for item in queries.all_members_of(segment.pk)) == [""] * 5
    assert queries.member_ids(segment.pk) == {item.who.id for item in queries.all_members_of(segment.pk)}
