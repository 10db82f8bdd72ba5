"""A member puts accounts into a stage: where a transition leads, or as an exception; held, let go of, taken back."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenure.customers import actions as customers
from tenure.customers import queries as accounts
from tenure.kernel import clock, jobs
from tenure.lifecycle import actions, queries
from tenure.lifecycle.announcements import StageEntered, StageLeft
from tenure.lifecycle.errors import (
    NoSuchPlacement,
    NoSuchStage,
    NoTransitionLeadsThere,
    PlacementReasonMissing,
)
from tenure.lifecycle.models import Placement, Stay
from tenure.lifecycle.types import Way, WouldPut
from tenure.workspaces import queries as workspaces
from tests.given import given_member
from tests.lifecycle.given import ROAD, follow, given_lifecycle
from tests.segments.given import DAY, NOW, given_account

WHY = "They signed at the fair"
TODAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


@pytest.fixture
def ada():
    return given_member("Ada")


@pytest.fixture
def fjord():
    """An account on trial."""
    given_lifecycle()
    found = given_account("fjord")
    follow()
    return found


@pytest.fixture
def later(at):
    """Let a second pass: of two things said at one moment none is the later."""
    return lambda: at(clock.now() + timedelta(seconds=1))


@pytest.fixture
def put(later):
    def put_there(ids, stage, by, **more):
        later()
        return actions.put_in_stage(ids, stage, by=by, **{"reason": WHY, **more})

    return put_there


def stays(account_id):
    found = Stay.objects.filter(account=account_id).order_by("entered_at", "pk")
    return [(s.stage, s.came_from, s.cause, s.left_cause) for s in found]


def stage_of(account_id):
    stages, trait = queries.stages_of([account_id]), accounts.account(account_id).traits.get("lifecycle_stage")
    assert stages.get(account_id) == trait
    return trait


def said(heard):
    return [(type(a).__name__, a.stage) for a in heard if isinstance(a, StageEntered | StageLeft)]


def test_goes_where_a_transition_leads_and_says_who_and_why(at, fjord, ada, heard, put):
    at(NOW + 3 * DAY)
    heard.clear()

    done = put([fjord], "active", ada, until=TODAY + timedelta(days=30))

    assert (done.placed, done.left) == ([fjord], [])
    assert stage_of(fjord) == "active"
    assert stays(fjord) == [("trial", "", "first", "member"), ("active", "trial", "member", "")]
    assert said(heard) == [("StageLeft", "trial"), ("StageEntered", "active")]
    now = queries.stay_now_of(fjord)
    held = now.placement
    assert (held.reason, held.by, held.until, held.is_exception) == (WHY, "Ada", TODAY + timedelta(days=30), False)
    assert queries.placement_of(fjord) == held
    (entry,) = workspaces.audit_trail().filter(action="lifecycle.put")
    assert (entry.subject, entry.details["stage"], entry.details["reason"]) == ("Fjord", "active", WHY)


def test_is_held_there_whatever_happens_and_followed_again_after_the_last_day(at, fjord, ada, put):
    put([fjord], "active", ada, until=TODAY + timedelta(days=2))
    customers.set_account_traits(fjord, {"mood": "bad"}, source="test")

    at(NOW + 2 * DAY)
    jobs.run_stage("lifecycle_minute", clock.now())
    follow()
    assert stage_of(fjord) == "active"
    at(NOW + 3 * DAY)
    jobs.run_stage("lifecycle_minute", clock.now())

    assert stage_of(fjord) == "gone"
    assert stays(fjord)[-1] == ("gone", "active", "time", "")
    assert queries.placement_of(fjord) is None


def test_refuses_what_no_transition_leads_to_and_what_has_no_reason(fjord, ada, heard, put):
    heard.clear()

    with pytest.raises(NoTransitionLeadsThere):
        put([fjord], "gone", ada)
    with pytest.raises(NoSuchStage):
        put([fjord], "nowhere", ada)
    with pytest.raises(PlacementReasonMissing):
        put([fjord], "active", ada, reason=" \u200b ")
    with pytest.raises(PlacementReasonMissing):
        put([fjord], "active", ada, until=TODAY - timedelta(days=1))

    assert stays(fjord) == [("trial", "", "first", "")]
    assert not Placement.objects.exists()
    assert said(heard) == []


def test_an_exception_goes_anywhere_and_is_called_one(fjord, ada, put):
    put([fjord], "gone", ada, way=Way.EXCEPTION)

    assert stage_of(fjord) == "gone"
    assert queries.placement_of(fjord).is_exception


def test_of_many_those_that_no_transition_leads_there_are_left_alone(fjord, ada, put, later):
    kestrel, lumen, heron = (
        given_account("kestrel", plan="Premium"),
        given_account("lumen", plan="Premium", mood="bad"),
        given_account("heron"),
    )
    customers.set_account_traits(fjord, {"plan": "Premium"}, source="test")
    later()
    follow()  # fjord and kestrel are active, lumen is gone, heron is on trial

    seen = queries.would_put([fjord, kestrel, lumen, heron], "gone")
    done = put([fjord, kestrel, lumen, heron], "gone", ada)

    assert seen == WouldPut(led=[fjord, kestrel], exceptions=[heron], there=[lumen])
    assert (done.placed, done.left) == ([fjord, kestrel, lumen], [heron])
    assert [stage_of(each) for each in (fjord, kestrel, lumen, heron)] == ["gone", "gone", "gone", "trial"]
    assert stays(lumen) == [("gone", "", "first", "")]  # it was there already: held, and no stay of its own
    assert [p.account_name for p in queries.placements(stage="gone").items] == ["Lumen", "Kestrel", "Fjord"]
    first = queries.placements(limit=2)
    rest = queries.placements(limit=2, cursor=first.next_cursor)
    assert [p.account_name for p in (*first.items, *rest.items)] == ["Lumen", "Kestrel", "Fjord"]
    assert rest.next_cursor is None
    assert [p.account_name for p in queries.all_placements()] == ["Lumen", "Kestrel", "Fjord"]
    assert queries.how_many_held() == 3


def test_taken_back_the_stay_before_goes_on_as_if_nothing_had_been(at, fjord, ada, heard, put):
    at(NOW + 3 * DAY)
    done = put([fjord], "active", ada)
    heard.clear()
    at(NOW + 3 * DAY + timedelta(minutes=1))

    assert actions.take_back_placements(done.audit_id, by=ada) == 1

    assert stage_of(fjord) == "trial"
    assert stays(fjord) == [("trial", "", "first", ""), ("active", "trial", "member", "taken_back")]
    assert Stay.objects.get(account=fjord, left_at=None).entered_at == NOW
    assert said(heard) == [("StageLeft", "active"), ("StageEntered", "trial")]
    assert queries.placement_of(fjord) is None
    long_ago, later = NOW - 9 * DAY, NOW + 9 * DAY
    assert [(m.source, m.target, m.accounts) for m in queries.moves_between(long_ago, later)] == [("", "trial", 1)]
    assert {c.stage.key: c.left for c in queries.stage_counts()} == {"trial": 0, "active": 0, "gone": 0}
    assert actions.take_back_placements(done.audit_id, by=ada) == 0


def test_taken_back_what_held_it_before_holds_it_again(fjord, ada, put, later):
    put([fjord], "active", ada, reason="First")
    done = put([fjord], "gone", ada, reason="Second")

    later()
    actions.take_back_placements(done.audit_id, by=ada)

    assert stage_of(fjord) == "active"
    assert queries.placement_of(fjord).reason == "First"
    customers.set_account_traits(fjord, {"mood": "bad"}, source="test")
    follow()
    assert stage_of(fjord) == "active"


def test_only_who_did_it_takes_it_back_and_not_what_moved_on(at, fjord, ada, put):
    done = put([fjord], "active", ada, until=TODAY)
    with pytest.raises(NoSuchPlacement):
        actions.take_back_placements(done.audit_id, by=given_member("Bo"))
    customers.set_account_traits(fjord, {"mood": "bad"}, source="test")
    at(NOW + DAY)
    jobs.run_stage("lifecycle_minute", clock.now())

    assert actions.take_back_placements(done.audit_id, by=ada) == 0

    assert stage_of(fjord) == "gone"


def test_let_go_of_it_is_followed_again_and_can_be_held_again(fjord, ada, put, later):
    customers.set_account_traits(fjord, {"plan": "Premium", "mood": "bad"}, source="test")
    put([fjord], "active", ada)

    later()
    over = actions.let_go(fjord, by=ada)

    assert stage_of(fjord) == "gone"
    with pytest.raises(NoSuchPlacement):
        actions.let_go(fjord, by=ada)
    later()
    actions.hold_again(over.pk, by=ada)
    assert stage_of(fjord) == "active"
    held = queries.placement_of(fjord)
    assert (held.reason, held.until) == (WHY, None)


def test_a_stage_that_is_no_more_holds_nobody(fjord, ada, put, later):
    put([fjord], "active", ada)
    customers.set_account_traits(fjord, {"plan": "Premium"}, source="test")

    later()
    given_lifecycle(ROAD.replace("key: active", "key: busy").replace("to: active", "to: busy").replace(
        "from: active", "from: busy"
    ))  # fmt: skip

    assert stage_of(fjord) == "busy"
    assert queries.placement_of(fjord) is None


def test_a_preview_leaves_those_that_are_held_where_they_are(fjord, ada, put):
    put([fjord], "trial", ada)

    seen = queries.preview(queries.read_text(ROAD.replace("value: Premium", "value: Other") + "  after_days: 0\n"))

    assert seen.counts == {"trial": 1, "active": 0, "gone": 0}


def test_a_new_account_may_be_put_where_accounts_begin(ada, put):
    given_lifecycle()
    heron = given_account("heron")

    put([heron], "trial", ada)

    assert stays(heron) == [("trial", "", "member", "")]
    assert not queries.stay_now_of(heron).is_first
    assert queries.stages_led_to(heron) == {"active"}


def test_merged_accounts_are_not_put_anywhere(fjord, ada, put):
    kestrel = given_account("kestrel")
    follow()
    customers.merge_accounts(fjord, kestrel, by=ada)
    follow()

    done = put([fjord, kestrel], "active", ada)

    assert done.placed == [fjord]


def test_putting_many_takes_no_more_questions_than_few(ada, put):
    given_lifecycle()
    many = [given_account(f"a{n}") for n in range(30)]
    follow()

    def asked(ids):
        with CaptureQueriesContext(
            connection,
        ) as made:
            put(ids, "active", ada)
        return len(made)

    asked(many[:1])
    assert asked(many[10:]) <= asked(many[1:3])
