"""Accounts get their model, keep it, are locked to one, and change step by step."""

from datetime import UTC, datetime, timedelta

import pytest

from tenure.customers import actions as customers
from tenure.customers import queries as accounts
from tenure.kernel import clock, jobs
from tenure.touch_models import actions, queries
from tenure.touch_models.actions import stepping
from tenure.touch_models.announcements import TouchModelChanged, TransitionStepDue
from tenure.touch_models.errors import (
    LockReasonMissing,
    NoSuchLock,
    NoSuchStep,
    NoSuchTouchModel,
    NoSuchTouchModelsVersion,
    TouchModelsChangedMeanwhile,
)
from tenure.touch_models.models import Standing, Transition
from tenure.touch_models.queries.books import minutes_by_model
from tenure.touch_models.types import CHANNELS, CauseOfModel
from tenure.workspaces import queries as workspaces
from tests.given import given_member
from tests.locking import takes_its_turn_first
from tests.segments.given import DAY, NOW, given_account, given_use, store_and_tell
from tests.touch_models.given import THREE, follow, given_models, given_mrr


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def had(account_id):
    found = Standing.objects.filter(account=account_id).order_by("since", "pk")
    return [(s.model, s.came_from, s.cause) for s in found]


def test_gives_every_account_the_first_model_that_takes_it(heard):
    ids = [given_account(key, mrr=mrr) for key, mrr in (("fjord", 1200), ("kestrel", 300), ("lark", 10))]

    given_models()

    assert queries.models_of(ids) == dict(zip(ids, ("high_touch", "low_touch", "tech_touch"), strict=True))
    assert accounts.account(ids[0]).traits["touch_model"] == "high_touch"
    assert [a for a in heard if isinstance(a, TouchModelChanged)] == []


def test_stays_between_the_thresholds_and_for_its_minimum(at):
    fjord = given_account("fjord", mrr=1200)
    given_models()

    at(NOW + 5 * DAY)
    given_mrr(fjord, 100)
    follow()
    bound = queries.models_of([fjord])
    at(NOW + 31 * DAY)
    given_mrr(fjord, 900)
    follow()
    between = queries.models_of([fjord])
    at(NOW + 32 * DAY)
    given_mrr(fjord, 700)
    follow()

    assert (bound, between) == ({fjord: "high_touch"}, {fjord: "high_touch"})
    assert had(fjord) == [("high_touch", "", "first"), ("low_touch", "high_touch", "rules")]


def test_a_change_begins_its_plan_and_tells_of_its_steps(at, heard):
    ada = given_member()
    fjord = given_account("fjord", mrr=300)
    given_models()
    at(NOW + 11 * DAY)
    given_mrr(fjord, 2000)
    heard.clear()

    follow()

    (changed,) = [a for a in heard if isinstance(a, TouchModelChanged)]
    assert (changed.model, changed.came_from_name, changed.cause) == ("high_touch", "Low-touch", "rules")
    steps = queries.steps_of_account(fjord)
    assert [(s.title, s.due_on.isoformat()) for s in steps] == [
        ("Introduce yourself", "2026-03-22"),
        ("Kick-off call", "2026-03-28"),
    ]
    assert actions.tell_due_steps(now=clock.now()) == 0
    at(NOW + 13 * DAY)
    assert actions.tell_due_steps(now=clock.now()) == 1
    assert actions.tell_due_steps(now=clock.now()) == 0
    (due,) = [a for a in heard if isinstance(a, TransitionStepDue)]
    assert (due.title, due.account_id, due.transition_id) == ("Introduce yourself", fjord, changed.transition_id)
    actions.complete_step(steps[0].id, by=ada)
    assert Transition.objects.get().ended_at is None
    actions.complete_step(steps[1].id, by=ada)
    assert Transition.objects.get().ended_at == clock.now()
    actions.reopen_step(steps[1].id, by=ada)
    assert Transition.objects.get().ended_at is None
    assert [s.done_by for s in queries.steps_of_account(fjord)] == ["Ada", ""]
    with pytest.raises(NoSuchStep):
        actions.complete_step(999_999, by=ada)


def test_another_change_takes_the_place_of_one_under_way(at):
    fjord = given_account("fjord", mrr=300)
    given_models()
    at(NOW + 11 * DAY)
    given_mrr(fjord, 2000)
    follow()
    first = queries.steps_of_account(fjord)
    at(NOW + 50 * DAY)
    given_mrr(fjord, 300)
    follow()

    assert [s.title for s in queries.steps_of_account(fjord)] == ["Last regular call"]
    assert [s.title for s in map(_shown, queries.open_steps())] == ["Last regular call"]
    with pytest.raises(NoSuchStep):
        actions.complete_step(first[0].id, by=given_member())


def _shown(row):
    return row


def test_a_lock_goes_before_the_rules_until_it_ends(at, heard):
    ada = given_member()
    fjord = given_account("fjord", mrr=10)
    given_models()
    heard.clear()

    actions.lock_model(fjord, "high_touch", reason="A friend of ours", until=(NOW + 3 * DAY).date(), by=ada)
    locked = queries.standing_of(fjord)
    at(NOW + 3 * DAY)
    jobs.run_stage("touch_models", clock.now())
    still = queries.models_of([fjord])
    at(NOW + 4 * DAY)
    jobs.run_stage("touch_models", clock.now())

    assert (locked.model, locked.cause, locked.lock.reason, locked.lock.by) == (
        "high_touch", CauseOfModel.LOCK, "A friend of ours", "Ada",
    )  # fmt: skip
    assert still == {fjord: "high_touch"}
    assert queries.lock_of(fjord) is None
    assert queries.models_of([fjord]) == {fjord: "tech_touch"}
    assert [(a.model, a.cause) for a in heard if isinstance(a, TouchModelChanged)] == [
        ("high_touch", "lock"), ("tech_touch", "rules"),
    ]  # fmt: skip
    assert workspaces.audit_trail().filter(action="touch_models.lock").get().details["reason"] == "A friend of ours"


def test_a_lock_is_taken_back_and_set_again():
    ada = given_member()
    fjord = given_account("fjord", mrr=10)
    given_models()

    lock = actions.lock_model(fjord, "high_touch", reason="A friend of ours", by=ada)
    actions.end_lock(fjord, by=ada)
    without = queries.models_of([fjord])
    actions.restore_lock(lock.pk, by=ada)

    assert without == {fjord: "tech_touch"}
    assert queries.models_of([fjord]) == {fjord: "high_touch"}
    assert queries.lock_of(fjord).until is None


def test_a_lock_that_is_over_is_as_if_it_had_not_been(at):
    ada = given_member()
    fjord = given_account("fjord", mrr=900)  # enough to stay high-touch, not to become it
    given_models()
    at(NOW + 2 * DAY)
    actions.lock_model(fjord, "tech_touch", reason="For a day", by=ada)
    actions.lock_model(fjord, "high_touch", reason="For good", by=ada)

    actions.end_lock(fjord, by=ada)

    assert had(fjord) == [
        ("low_touch", "", "first"),
        ("tech_touch", "low_touch", "lock"),
        ("high_touch", "tech_touch", "lock"),
        ("low_touch", "high_touch", "rules"),
    ]


def test_after_a_lock_the_rules_may_say_what_it_said_and_then_hold_it(at):
    ada = given_member()
    fjord = given_account("fjord", mrr=300)
    given_models()
    at(NOW + 20 * DAY)
    actions.lock_model(fjord, "high_touch", reason="They will grow", by=ada)
    given_mrr(fjord, 1500)

    actions.end_lock(fjord, by=ada)
    at(NOW + 60 * DAY)
    given_mrr(fjord, 900)
    follow()

    assert had(fjord) == [("low_touch", "", "first"), ("high_touch", "low_touch", "lock")]


@pytest.mark.parametrize("do", ["lock", "end", "run_out"])
def test_locks_take_their_turn_before_any_row(do, at):
    ada = given_member()
    fjord = given_account("fjord", mrr=10)
    given_models()
    actions.lock_model(fjord, "high_touch", reason="A friend", until=NOW.date(), by=ada)
    at(NOW + 2 * DAY)

    with takes_its_turn_first():
        match do:
            case "lock":
                actions.lock_model(fjord, "low_touch", reason="Another", by=ada)
            case "end":
                actions.end_lock(fjord, by=ada)
            case _:
                assert actions.end_locks_run_out(now=clock.now()) == 1


def test_refuses_a_lock_without_reason_and_changes_nothing(heard):
    ada = given_member()
    fjord = given_account("fjord", mrr=10)
    given_models()
    heard.clear()

    with pytest.raises(LockReasonMissing):
        actions.lock_model(fjord, "high_touch", reason="  ", by=ada)
    with pytest.raises(LockReasonMissing):
        actions.lock_model(fjord, "high_touch", reason="x", until=(NOW - DAY).date(), by=ada)
    with pytest.raises(NoSuchTouchModel):
        actions.lock_model(fjord, "no_touch", reason="x", by=ada)
    with pytest.raises(NoSuchLock):
        actions.end_lock(fjord, by=ada)

    assert queries.models_of([fjord]) == {fjord: "tech_touch"}
    assert heard == []


def test_going_back_before_any_step_was_due_begins_no_steps(at, heard):
    fjord = given_account("fjord", mrr=300)
    given_models()
    ada = given_member()
    actions.lock_model(fjord, "high_touch", reason="By mistake", by=ada)
    begun = [s.title for s in queries.steps_of_account(fjord)]

    actions.end_lock(fjord, by=ada)

    assert begun == ["Introduce yourself", "Kick-off call"]
    assert list(queries.open_steps()) == []
    actions.lock_model(fjord, "high_touch", reason="This time for good", by=ada)
    at(NOW + DAY)  # the first step is due, whether or not it was told yet
    actions.end_lock(fjord, by=ada)
    assert [s.title for s in queries.open_steps()] == ["Last regular call"]


def test_steps_of_an_account_that_has_churned_wait_until_it_is_back(at):
    fjord = given_account("fjord", mrr=300)
    given_models()
    at(NOW + 11 * DAY)
    given_mrr(fjord, 2000)
    follow()
    given_use("fjord", "Subscription Cancelled", at=clock.now())
    store_and_tell()
    at(NOW + 30 * DAY)

    assert actions.tell_due_steps(now=clock.now()) == 0
    assert list(queries.open_steps()) == []
    given_use("fjord", "Subscription Started", at=clock.now())
    store_and_tell()
    assert accounts.account(fjord).churned_at is None
    assert actions.tell_due_steps(now=clock.now()) == 2


def test_all_steps_that_are_due_are_told_at_once_however_many(at, monkeypatch, heard):
    ids = [given_account(f"a{n}", mrr=300) for n in range(3)]
    given_models()
    at(NOW + 11 * DAY)
    for account_id in ids:
        given_mrr(account_id, 2000)
    follow()
    at(NOW + 13 * DAY)
    heard.clear()
    monkeypatch.setattr(stepping, "TOLD_AT_ONCE", 2)

    jobs.run_stage("touch_models_steps", clock.now(), turns=1)

    assert sorted(a.account_id for a in heard if isinstance(a, TransitionStepDue)) == sorted(ids)


def test_a_model_that_is_taken_out_goes_on_for_those_who_keep_it():
    fjord = given_account("fjord", mrr=300)
    given_models(THREE.replace("  forbidden: [phone]\n", "  forbidden: [phone, sms]\n  minutes_a_week: 7\n", 1))
    keeping = THREE.replace("existing: move", "existing: keep").replace("low_touch", "pooled")

    given_models(keeping)

    assert queries.models_of([fjord]) == {fjord: "low_touch"}
    assert queries.channels_forbidden([fjord]) == {fjord: frozenset({"phone", "sms"})}
    assert minutes_by_model(["low_touch"]) == {"high_touch": 60, "pooled": 0, "tech_touch": 0, "low_touch": 7}


def test_those_that_are_there_may_keep_the_old_rules(at):
    fjord = given_account("fjord", mrr=900)
    given_models(THREE.replace("minimum_days: 30", "minimum_days: 0").replace("minimum_days: 10", "minimum_days: 0"))
    keeping = THREE.replace("existing: move", "existing: keep").replace("value: 1000", "value: 500")
    keeping = keeping.replace("minimum_days: 30", "minimum_days: 0").replace("minimum_days: 10", "minimum_days: 0")
    seen = queries.preview(queries.read_text(keeping))
    at(NOW + DAY)

    given_models(keeping)
    kestrel = given_account("kestrel", mrr=900)
    follow()

    assert seen.moves == 0
    assert queries.models_of([fjord, kestrel]) == {fjord: "low_touch", kestrel: "high_touch"}
    assert [(v.number, v.accounts) for v in queries.versions()] == [(2, 1), (1, 1)]
    given_mrr(fjord, 1100)
    follow()
    assert queries.models_of([fjord]) == {fjord: "high_touch"}  # by the old rules: more than 1000
    given_models(keeping.replace("existing: keep", "existing: move"))
    at(NOW + 2 * DAY)
    given_mrr(fjord, 700)
    follow()
    assert queries.models_of([fjord]) == {fjord: "high_touch"}  # by the new ones: more than 500


def test_a_preview_says_who_would_move_and_changes_nothing():
    fjord = given_account("fjord", mrr=900)
    given_models(THREE.replace("minimum_days: 10", "minimum_days: 0"))
    before = list(Standing.objects.values())

    seen = queries.preview(queries.read_text(THREE.replace("value: 1000", "value: 500").replace("days: 10", "days: 0")))

    assert [(m.source, m.target, list(m.some)) for m in seen.moving] == [
        ("low_touch", "high_touch", [(fjord, "Fjord")])
    ]
    assert seen.counts == {"high_touch": 1, "low_touch": 0, "tech_touch": 0}
    assert list(Standing.objects.values()) == before


def test_versions_are_kept_and_brought_back():
    ada = given_member()
    given_models(by=ada)
    given_models(THREE.replace("name: Low-touch", "name: Pooled"), by=ada)

    latest, first = queries.versions()

    assert (latest.by, latest.changes) == ("Ada", ("−   name: Low-touch", "+   name: Pooled"))
    assert queries.model_names()["low_touch"] == "Pooled"
    actions.restore_version(first.number, by=ada)
    assert queries.model_names()["low_touch"] == "Low-touch"
    with pytest.raises(NoSuchTouchModelsVersion):
        actions.restore_version(99, by=ada)
    with pytest.raises(TouchModelsChangedMeanwhile):
        actions.change_definition(queries.read_text(THREE), by=ada, version=1)


def test_a_churned_account_keeps_the_model_it_had(at):
    fjord = given_account("fjord", mrr=1200)
    given_models(THREE.replace("minimum_days: 30", "minimum_days: 0"))
    at(NOW + DAY)
    given_use("fjord", "Subscription Cancelled", at=clock.now())
    store_and_tell()
    at(NOW + 2 * DAY)
    given_mrr(fjord, 0)

    follow()

    assert accounts.account(fjord).churned_at is not None
    assert queries.models_of([fjord]) == {fjord: "high_touch"}


def test_says_by_which_channels_accounts_may_be_reached(at):
    fjord, kestrel = given_account("fjord", mrr=1200), given_account("kestrel", mrr=10)
    assert queries.channels_allowed([fjord]) == {fjord: frozenset(CHANNELS)}
    given_models()

    assert queries.channels_forbidden([fjord, kestrel]) == {kestrel: frozenset({"phone", "email"})}
    assert queries.channels_allowed([kestrel]) == {kestrel: frozenset({"in_app", "chat", "sms", "webhook"})}
    at(NOW + 40 * DAY)
    given_mrr(fjord, 10)
    follow()
    assert queries.channels_forbidden([fjord]) == {}  # while it changes, what the old one allows is allowed
    actions.complete_step(queries.steps_of_account(fjord)[0].id, by=None)
    assert queries.channels_forbidden([fjord]) == {fjord: frozenset({"phone", "email"})}


def test_models_follow_a_merge_and_come_back_when_parted():
    ada = given_member()
    fjord, kestrel = given_account("fjord", mrr=1200), given_account("kestrel", mrr=10)
    given_models()

    merge = customers.merge_accounts(kestrel, fjord, by=ada)
    store_and_tell()
    alone = queries.models_of([fjord, kestrel])
    customers.part(merge.pk, by=ada)
    store_and_tell()

    assert fjord not in alone
    assert queries.models_of([fjord])[fjord] == "high_touch"
    assert Standing.objects.filter(account=fjord).count() == 1


def test_says_too_little_history_rather_than_a_guess():
    given_account("fjord", mrr=1200)
    given_models()

    rate = queries.expected_churn()["high_touch"]

    assert (rate.is_known, rate.accounts, rate.churned) == (False, 1, 0)


def test_expects_as_many_to_leave_as_left(at):
    """40 accounts watched for 100 days each, of which 8 leave on their 50th: a rate over 3 600 account-days."""
    at(datetime(2026, 1, 1, tzinfo=UTC))
    ids = [given_account(f"a{n}", mrr=10) for n in range(40)]
    given_models()
    begins = clock.now()
    at(begins + 50 * DAY)
    for n in range(8):
        given_use(f"a{n}", "Subscription Cancelled", at=clock.now())
    store_and_tell()
    at(begins + timedelta(days=100))

    rate = queries.expected_churn()["tech_touch"]

    assert (rate.accounts, rate.churned, rate.account_days) == (len(ids), 8, 40 * 100 - 8 * 50)
    assert rate.share == pytest.approx(1 - 2.718281828 ** (-8 / 3600 * 90), abs=1e-6)
    assert rate.low == pytest.approx(1 - 2.718281828 ** (-3.4538 / 3600 * 90), abs=1e-4)  # Garwood's table, n = 8
    assert rate.high == pytest.approx(1 - 2.718281828 ** (-15.7632 / 3600 * 90), abs=1e-4)
    counts = {c.model.key: c.accounts for c in queries.model_counts()}
    assert counts == {"high_touch": 0, "low_touch": 0, "tech_touch": 40}


def test_pages_meet_without_gap_or_overlap():
    for n in range(5):
        given_account(f"a{n}", mrr=10)
    given_models()

    first = queries.accounts_with("tech_touch", limit=2)
    second = queries.accounts_with("tech_touch", limit=2, cursor=first.next_cursor)
    third = queries.accounts_with("tech_touch", limit=2, cursor=second.next_cursor)

    found = [i.account_name for page in (first, second, third) for i in page.items]
    assert sorted(found) == ["A0", "A1", "A2", "A3", "A4"]
    assert [i.account_name for i in queries.all_with("tech_touch")] == found


def test_a_change_of_the_models_takes_its_turn_before_the_row():
    given_models()

    with takes_its_turn_first():
        given_models(THREE.replace("more_than, value: 200", "more_than, value: 300"))


def test_a_step_is_not_opened_again_once_the_account_is_served_otherwise(at):
    ada = given_member()
    fjord = given_account("fjord", mrr=300)
    given_models(THREE[: THREE.index("- from: high_touch")])
    at(NOW + 11 * DAY)
    given_mrr(fjord, 2000)
    follow()
    first, _ = queries.steps_of_account(fjord)
    actions.complete_step(first.id, by=ada)
    at(NOW + 50 * DAY)
    given_mrr(fjord, 300)
    follow()

    with pytest.raises(NoSuchStep):
        actions.reopen_step(first.id, by=ada)
    assert list(queries.open_steps()) == []
    assert not Transition.objects.filter(ended_at=None).exists()


def test_steps_of_a_merged_account_are_not_told(at, heard):
    ada = given_member()
    fjord, kestrel = given_account("fjord", mrr=300), given_account("kestrel", mrr=10)
    given_models()
    at(NOW + 11 * DAY)
    given_mrr(fjord, 2000)
    follow()
    customers.merge_accounts(kestrel, fjord, by=ada)
    store_and_tell()

    at(NOW + 20 * DAY)
    actions.tell_due_steps(now=clock.now())

    assert [a for a in heard if isinstance(a, TransitionStepDue)] == []


def test_is_looked_at_within_seconds_of_a_fact(at):
    from tenure.kernel import jobs, outbox
    from tenure.touch_models.models import TouchModelsTouched

    fjord = given_account("fjord", mrr=5)
    given_models()
    at(NOW + timedelta(seconds=2))

    given_mrr(fjord, 2000)
    while outbox.deliver():
        pass
    jobs.run_stage("touch_models_touched", clock.now())

    assert queries.models_of([fjord]) == {fjord: "high_touch"}
    while outbox.deliver():
        pass
    jobs.run_stage("touch_models_touched", clock.now())  # its own trait is a fact too, which changes nothing
    assert not TouchModelsTouched.objects.exists()


def test_nobody_waits_where_there_are_no_touch_models():
    from tenure.kernel import outbox
    from tenure.touch_models.models import TouchModelsTouched

    given_account("fjord", mrr=5)
    while outbox.deliver():
        pass

    assert not TouchModelsTouched.objects.exists()
