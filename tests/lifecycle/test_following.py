"""Accounts are followed through their stages, and every stay is kept."""

import random
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.customers import actions as customers
from tenure.customers import queries as accounts
from tenure.kernel import clock, jobs
from tenure.lifecycle import actions, queries
from tenure.lifecycle.announcements import StageEntered, StageLeft
from tenure.lifecycle.errors import LifecycleChangedMeanwhile, MachineWrong, NoSuchLifecycleVersion, NoSuchStage
from tenure.lifecycle.models import Lifecycle, Stay
from tenure.lifecycle.types import CauseOfStay
from tenure.stats.proportions import median
from tenure.workspaces import queries as workspaces
from tests.given import given_member, undone
from tests.lifecycle.given import ROAD, follow, given_lifecycle, walked
from tests.locking import takes_its_turn_first
from tests.segments.given import DAY, NOW, given_account, given_segment


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def stays(account_id):
    found = Stay.objects.filter(account=account_id).order_by("entered_at", "pk")
    return [(s.stage, s.came_from, s.entered_at, s.left_at, s.cause) for s in found]


def said(heard):
    return [(type(a).__name__, a.stage) for a in heard if isinstance(a, StageEntered | StageLeft)]


def test_those_that_were_there_are_placed_without_a_word(heard):
    given_lifecycle()
    fjord = given_account("fjord", plan="Premium")
    Lifecycle.objects.update(followed_at=None)
    heard.clear()

    follow()

    assert stays(fjord) == [("active", "", NOW, None, "first")]
    assert queries.stay_now_of(fjord).is_first
    assert accounts.account(fjord).traits["lifecycle_stage"] == "active"
    assert said(heard) == []


def test_a_new_account_begins_at_the_start_and_says_so(heard):
    given_lifecycle()
    fjord = given_account("fjord")
    heard.clear()

    follow()

    assert stays(fjord) == [("trial", "", NOW, None, "first")]
    assert not queries.stay_now_of(fjord).is_first
    assert said(heard) == [("StageEntered", "trial")]


def test_goes_on_within_seconds_of_a_fact_and_says_why(at, heard):
    given_lifecycle()
    fjord = given_account("fjord")
    follow()
    later = at(NOW + 3 * DAY)
    customers.set_account_traits(fjord, {"plan": "premium"}, source="test")
    heard.clear()

    follow()

    assert stays(fjord) == [
        ("trial", "", NOW, later, "first"),
        ("active", "trial", later, None, "happening"),
    ]
    assert [(a.stage, a.days, a.went_to) for a in heard if isinstance(a, StageLeft)] == [("trial", 3, "active")]
    assert [(a.stage, a.came_from_name) for a in heard if isinstance(a, StageEntered)] == [("active", "Trial")]
    why = queries.stays_of(fjord).items[0].why
    assert [(part["phrase"], part["value"], part["held"]) for part in why] == [("plan is Premium", "premium", True)]


def test_time_alone_moves_after_days(at):
    given_lifecycle(ROAD + "- from: trial\n  to: gone\n  after_days: 14\n")
    fjord = given_account("fjord")
    follow()

    at(NOW + 14 * DAY - timedelta(seconds=1))
    jobs.run_stage("lifecycle_minute", clock.now())
    assert queries.stages_of([fjord]) == {fjord: "trial"}
    at(NOW + 14 * DAY + timedelta(seconds=60))
    jobs.run_stage("lifecycle_minute", clock.now())

    assert queries.stages_of([fjord]) == {fjord: "active"}  # gone, and back at once, as its mood is not bad
    assert stays(fjord)[-1][4] == "time"


def test_the_usual_stages_begin_by_themselves():
    fjord = given_account("fjord", plan="Trial")
    kestrel = given_account("kestrel", plan="Premium")

    jobs.run_stage("lifecycle_minute", NOW)

    assert queries.stages_of([fjord, kestrel]) == {fjord: "trial", kestrel: "onboarding"}
    assert queries.lifecycle().version == 1
    assert queries.lifecycle().followed_at == NOW


def test_a_change_moves_accounts_at_once_and_can_be_taken_back(at):
    ada = given_member()
    given_lifecycle(by=ada)
    fjord = given_account("fjord", plan="Premium", mood="odd")
    follow()
    before = queries.lifecycle().version
    text = ROAD.replace("value: bad", "value: odd")
    expected = queries.preview(queries.read_text(text))

    at(NOW + DAY)
    actions.change_lifecycle(queries.read_text(text), by=ada, version=before)

    assert [(m.source, m.target, m.accounts, list(m.some)) for m in expected.moving] == [
        ("active", "gone", 1, [(fjord, "Fjord")])
    ]
    assert queries.stages_of([fjord]) == {fjord: "gone"}
    assert queries.stay_now_of(fjord).cause is CauseOfStay.DEFINITION
    latest = queries.versions()[0]
    assert (latest.number, latest.by, latest.changes) == (
        before + 1, "Ada",
        ("−     value: bad", "+     value: odd", "−       value: bad", "+       value: odd"),
    )  # fmt: skip
    assert workspaces.audit_trail().filter(action="lifecycle.change").count() == 2
    actions.restore_version(before, by=ada)
    assert queries.stages_of([fjord]) == {fjord: "active"}
    assert queries.text_of(queries.lifecycle().machine) == queries.text_of(queries.read_text(ROAD))


def test_a_preview_changes_nothing():
    given_lifecycle()
    given_account("fjord", plan="Premium")
    follow()
    before = list(Stay.objects.values())

    queries.preview(queries.read_text(ROAD.replace("Premium", "Other")))

    assert list(Stay.objects.values()) == before


def test_refuses_a_change_made_from_an_old_version():
    given_lifecycle()
    version = queries.lifecycle().version

    with pytest.raises(LifecycleChangedMeanwhile):
        actions.change_lifecycle(queries.read_text(ROAD.replace("bad", "odd")), by=None, version=version - 1)
    with pytest.raises(NoSuchLifecycleVersion):
        actions.restore_version(99, by=None)

    assert queries.lifecycle().version == version


def test_a_stage_that_is_taken_out_leaves_nobody_behind():
    given_lifecycle()
    fjord = given_account("fjord", plan="Premium", mood="bad")
    follow()
    assert queries.stages_of([fjord]) == {fjord: "gone"}
    short = ROAD[: ROAD.index("- from: active")].replace("- key: gone\n  name: Gone\n", "")

    given_lifecycle(short)

    assert [(s, before) for s, before, *_ in stays(fjord)] == [("gone", ""), ("active", "gone")]


def test_an_account_has_one_open_stay_at_most():
    given_lifecycle()
    fjord = given_account("fjord")
    follow()

    with pytest.raises(IntegrityError), transaction.atomic():
        Stay.objects.create(account_id=fjord, stage="active", entered_at=NOW, cause="time", version=1)


def test_stays_follow_a_merge_and_come_back_when_parted(at):
    ada = given_member()
    given_lifecycle()
    fjord, kestrel = given_account("fjord"), given_account("kestrel", plan="Premium")
    follow()
    at(NOW + DAY)

    merge = customers.merge_accounts(kestrel, fjord, by=ada)
    follow()
    alone = queries.stages_of([fjord, kestrel])
    customers.part(merge.pk, by=ada)
    follow()

    assert alone == {kestrel: "active"}
    assert queries.stages_of([fjord, kestrel]) == {fjord: "trial", kestrel: "active"}
    assert Stay.objects.filter(account=fjord).count() == 1


@pytest.mark.parametrize("n", [1, 5, 6, 38, 101])
def test_typical_stays_are_those_of_all_values_sorted(n):
    given_lifecycle()
    fjord = given_account("fjord")
    Stay.objects.all().delete()
    dice = random.Random(n)
    days = [dice.randint(1, 9_000) / 10 for _ in range(n)]
    ended = {"account_id": fjord, "stage": "trial", "entered_at": NOW, "cause": "time", "version": 1}
    Stay.objects.bulk_create(
        [
            *(Stay(**ended, left_at=NOW + d * DAY, left_cause="time") for d in days),
            Stay(**ended, left_at=NOW, left_cause=CauseOfStay.MERGED.value),
            Stay(**ended, left_at=NOW, left_cause="time", was_there=True),
        ]
    )

    trial = queries.stage_counts()[0]

    typical = median(days)
    assert trial.left == n
    assert trial.median_days == pytest.approx(typical.value, abs=1e-6)
    assert (trial.low_days is None, trial.high_days is None) == (typical.low is None, typical.high is None)
    if typical.low is not None:
        assert (trial.low_days, trial.high_days) == (pytest.approx(typical.low), pytest.approx(typical.high))


def test_a_segment_that_asks_for_the_stage_is_refused_by_its_name():
    own = given_segment("On trial", kind="trait", name="lifecycle_stage", operator="is", value="trial")
    plain = queries.json_form(queries.read_text(ROAD))
    plain["transitions"][0]["when"] = {"kind": "in_segment", "segment_id": own.pk}

    with pytest.raises(MachineWrong) as refused:
        queries.read_json_form(plain)

    assert [(p.path, p.code, p.params) for p in refused.value.problems] == [
        ("transitions[0].when", "asks_itself_through", {"segment": "On trial"})
    ]


def test_tells_how_long_stays_last_and_who_went_where(at):
    given_lifecycle()
    ids = [given_account(key) for key in ("fjord", "kestrel", "lark")]
    follow()
    for n, account_id in enumerate(ids[:2], 1):
        at(NOW + 10 * n * DAY)
        customers.set_account_traits(account_id, {"plan": "Premium"}, source="test")
        follow()

    trial, active, gone = queries.stage_counts()

    assert (trial.accounts, trial.left, trial.median_days, trial.low_days) == (1, 2, 15.0, None)
    assert (active.accounts, active.left, active.median_days, gone.accounts) == (2, 0, None, 0)
    moves = queries.moves_between(NOW, NOW + 15 * DAY)
    assert [(m.source, m.target, m.accounts) for m in moves] == [("", "trial", 3), ("trial", "active", 1)]
    moved = queries.movers(source="trial", target="active", since=NOW, until=NOW + 15 * DAY)
    assert [item.account_name for item in moved.items] == ["Fjord"]
    assert [i.account_name for i in queries.accounts_in("active").items] == ["Kestrel", "Fjord"]
    assert queries.stages_at(NOW + 11 * DAY) == {ids[0]: "active", ids[1]: "trial", ids[2]: "trial"}
    with pytest.raises(NoSuchStage):
        queries.accounts_in("nowhere")


def test_pages_meet_without_gap_or_overlap():
    given_lifecycle()
    names = sorted(f"n{i}" for i in range(5))
    for name in names:
        given_account(name)
    follow()

    first = queries.accounts_in("trial", limit=2)
    second = queries.accounts_in("trial", limit=2, cursor=first.next_cursor)
    third = queries.accounts_in("trial", limit=2, cursor=second.next_cursor)

    found = [item.account_name for page in (first, second, third) for item in page.items]
    assert sorted(found) == [n.title() for n in names]
    assert third.next_cursor is None


changes = st.lists(
    st.tuples(
        st.integers(0, 2),  # which account
        st.sampled_from([{"plan": "Premium"}, {"plan": "Basic"}, {"mood": "bad"}, {"mood": "good"}]),
        st.sampled_from(["each", "all", "none"]),  # who is looked at then
    ),
    max_size=10,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes)
def test_stays_are_what_following_each_account_by_hand_gives(at, changes):
    """Whoever is looked at together, and however often, each account's stays are its own."""
    road_text = ROAD + "- from: gone\n  to: trial\n  after_days: 2\n"
    with undone():
        at(NOW)
        given_lifecycle(road_text)
        road = queries.lifecycle().machine
        ids = [given_account(f"account{n}") for n in range(3)]
        follow()
        known = [{"name": f"Account{n}"} for n in range(3)]
        looks = [[(NOW, dict(known[n]))] for n in range(3)]
        for day, (which, traits, who) in enumerate(changes, 1):
            now = at(NOW + day * DAY)
            known[which] |= traits
            customers.set_account_traits(ids[which], traits, source="test")
            if who == "each":
                for account_id in ids:
                    actions.touch([account_id])
                    actions.follow_touched(now=now)
            elif who == "all":
                actions.follow_everybody(now=now)
            if who != "none":
                for n in range(3):
                    looks[n].append((now, dict(known[n])))

        found = [[(s, entered, left) for s, _, entered, left, _ in stays(account_id)] for account_id in ids]

        assert found == [walked(road, looks[n]) for n in range(3)]


def test_a_change_of_the_stages_takes_its_turn_before_the_row():
    given_lifecycle()
    machine = queries.read_text(ROAD.replace("name: Trial", "name: Tried"))

    with takes_its_turn_first():
        actions.change_lifecycle(machine, by=None)


def test_following_the_touched_reads_the_stages_after_its_turn_has_come():
    given_lifecycle()
    actions.follow_everybody(now=clock.now())

    with CaptureQueriesContext(connection) as captured:
        actions.follow_touched(now=clock.now())

    (turn,) = [n for n, q in enumerate(captured) if "pg_advisory_xact_lock" in q["sql"]]
    assert [n for n, q in enumerate(captured) if "FROM lifecycle_lifecycle " in q["sql"]] > [turn]
