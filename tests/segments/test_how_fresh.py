"""How long it takes from what happens to who is in: within two seconds of a change, within a minute of time's.

The worker runs `intake` and `segments_touched` every second and tells announcements as soon as they are there, so what
is counted are the stages between a call and a membership: one of each is enough, for every kind of condition.
"""

import time
from datetime import timedelta
from decimal import Decimal

import pytest

from tenure.billing import actions as billing
from tenure.billing.types import Interval, Item, Status, SubscriptionState, Unit
from tenure.conversations import actions as conversations
from tenure.conversations.types import TicketTold
from tenure.customers import actions as customers
from tenure.customers import queries as who
from tenure.kernel import clock, jobs, outbox
from tenure.segments import actions
from tenure.segments.models import Segment
from tenure.segments.types import Subject
from tests.segments.given import DAY, NOW, given_account, names_in
from tests.tracking.sending import identify, send, track

TICK = timedelta(seconds=1)
LOGIN = {"kind": "performed", "event": "Login", "days": 7}
OK = {"property": "ok", "operator": "is", "value": True}
AWAY = {"kind": "last_seen", "operator": "within_last_days", "days": 7}


def a_call(**said):
    send(
        track("Login", userId="fjord-ann", context={"groupId": "fjord"}, at=NOW, messageId="m", **said), received_at=NOW
    )


def a_word(account):
    customers.set_account_traits(account, {"health_score": 30, "plan": "Premium"}, source="health")


def a_bill(account):
    item = Item(plan="Gold", plan_name="Gold", unit_amount=Decimal(1_200_00), interval=Interval(unit=Unit.YEAR))
    billing.record_subscription_states(
        [
            SubscriptionState(
                source="stripe", external_id="sub", as_of=NOW, status=Status.ACTIVE, started_at=NOW - 1000 * DAY,
                currency="USD", account="fjord", items=(item,), current_period_end=NOW + 30 * DAY,
            )
        ]
    )  # fmt: skip


def a_ticket(account):
    told = TicketTold(external_id="1", source="desk", as_of=NOW, account_id=account, opened_at=NOW)
    conversations.record_tickets([told])


def a_role(account):
    customers.set_role(who.person_by_external_id("fjord-ann").pk, account, "administrator", by=None)


def somebody_new(account):
    send(identify(userId="fjord-bo", context={"groupId": "fjord"}, traits={"role": "administrator"}, at=NOW))
    send(track("Login", userId="fjord-bo", context={"groupId": "fjord"}, at=NOW, messageId="bo"))


CHANGES = [
    (LOGIN, lambda _: a_call()),
    (
        {**LOGIN, "where": [{"property": "ok", "operator": "is", "value": True}]},
        lambda _: a_call(properties={"ok": True}),
    ),
    ({"kind": "first_performed", "event": "Login", "days": 1}, lambda _: a_call()),
    ({"kind": "trait", "name": "health_score", "operator": "less_than", "value": 50}, a_word),
    ({"kind": "trait_changed", "name": "plan", "days": 7}, a_word),
    ({"kind": "mrr", "amount": 1, "currency": "USD"}, a_bill),
    ({"kind": "renewal", "days": 60}, a_bill),
    ({"kind": "tickets", "what": "opened", "days": 7}, a_ticket),
    ({"kind": "tickets", "what": "open"}, a_ticket),
    ({"kind": "people", "number": 1, "roles": ["administrator"]}, a_role),
    ({"kind": "people", "number": 1, "roles": ["administrator"], "condition": AWAY}, somebody_new),
]


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


@pytest.mark.parametrize(("condition", "change"), CHANGES, ids=[f"{n} {c['kind']}" for n, (c, _) in enumerate(CHANGES)])
def test_is_in_after_one_turn_of_each_stage(at, condition, change):
    account = given_account("fjord", at=NOW - 9 * DAY, plan="Basic")
    first = actions.define_segment("First", subject="account", condition=condition)
    built = actions.define_segment("Built", subject="account", condition={"kind": "in_segment", "segment_id": first.pk})
    assert (names_in(first), names_in(built)) == ([], [])
    now = at(NOW + TICK)

    change(account)
    for stage in ("intake", "billing"):
        jobs.run_stage(stage, now)
    while outbox.deliver(now):
        pass
    jobs.run_stage("segments_touched", now)

    assert (names_in(first), names_in(built)) == (["Fjord"], ["Fjord"])


def test_people_follow_the_account_they_are_at_one_turn_later(at):
    account = given_account("fjord", plan="Basic")
    premium = {"kind": "trait", "name": "plan", "operator": "is", "value": "Premium"}
    accounts = actions.define_segment("Premium", subject="account", condition=premium)
    people = actions.define_segment(
        "Theirs", subject="person", condition={"kind": "in_segment", "segment_id": accounts.pk}
    )

    a_word(account)
    outbox.deliver(NOW)
    for _ in range(2):
        jobs.run_stage("segments_touched", NOW)

    assert names_in(people) == ["Ann of fjord"]


@pytest.mark.parametrize("stage", ["segments_minute", "segments_touched"])
def test_stages_run_often_enough(stage):
    every = {s.name: s.every for s in jobs.stages()}

    assert every["segments_touched"] == 1
    assert every["segments_minute"] <= 5


def test_time_alone_moves_within_a_minute(at):
    given_account("fjord", at=NOW - 9 * DAY)
    a_call()
    jobs.run_stage("intake", NOW)
    kinds = [
        {"kind": "last_performed", "event": "Login", "days": 14},
        {"kind": "not", "condition": {"kind": "first_performed", "event": "Login", "days": 14}},
        {"kind": "not", "condition": {"kind": "sequence", "steps": [{"event": "Login"}] * 2, "within": 1, "days": 14}},
        {"kind": "people", "number": 1, "condition": {"kind": "last_seen", "days": 14}},
    ]
    made = [actions.define_segment(str(n), subject="account", condition=kind) for n, kind in enumerate(kinds)]
    Segment.objects.update(evaluated_at=NOW)

    at(NOW + 14 * DAY + timedelta(seconds=60))
    jobs.run_stage("segments_minute", clock.now())

    assert [names_in(segment) for segment in made] == [["Fjord"]] * len(kinds)


def test_a_touched_account_costs_little_among_many(at):
    for n in range(30):
        given_account(f"account{n}")
    for n, (condition, _) in enumerate(CHANGES):
        actions.define_segment(str(n), subject="account", condition=condition)
    account = given_account("fjord")
    actions.touch(Subject.ACCOUNT, [account])
    actions.refresh_touched(Subject.ACCOUNT, now=NOW)
    a_call()
    jobs.run_stage("intake", NOW)
    outbox.deliver(NOW)

    began = time.process_time()
    assert actions.refresh_touched(Subject.ACCOUNT, now=NOW) == 1

    assert time.process_time() - began < 1
