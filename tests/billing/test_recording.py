"""What providers say becomes ledgers, traits, lives and announcements."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest

from tenure.billing import actions, announcements
from tenure.billing.errors import RecordUnusable
from tenure.billing.models import LedgerAccount, LedgerMovement, RecordedState
from tenure.billing.types import CustomerRecord, PlanRecord, Recognition, StateKey, Status
from tenure.customers.models import Account
from tenure.kernel import jobs
from tests.billing.telling import BEGIN, YEARLY, day, item, state


def ledger() -> list[tuple[str, str, int, int]]:
    """Read every movement: account, kind, amount, MRR after."""
    return [
        (m.account.external_id, m.kind, m.amount, m.mrr_after)
        for m in LedgerMovement.objects.select_related("account").order_by("account__external_id", "at")
    ]


def settle(now) -> None:
    """Let time pass for billing, and have everybody hear of it."""
    for stage in ("billing", "announcements", "billing"):
        jobs.run_stage(stage, now)


def told(heard) -> list[str]:
    """Name what billing announced."""
    return [type(a).__name__ for a in heard if type(a).__module__ == announcements.__name__]


def test_a_new_subscription_makes_an_account_a_movement_and_traits(workspace, at):
    at(day(10))

    done = actions.record_subscription_states([state(quantity=3)])

    account = Account.objects.get(external_id="acme")
    assert (done.new, done.known, done.accounts) == (1, 0, frozenset({account.pk}))
    assert ledger() == [("acme", "new", 15000, 15000)]
    assert account.traits == {
        "mrr": 150, "currency": "USD", "plan": "Basic", "seats": 3, "renews_at": "2026-02-01T00:00:00+00:00",
        "subscription_status": "active",
    }  # fmt: skip
    assert account.churned_at is None


def test_telling_the_same_again_changes_nothing(workspace, at, heard):
    at(day(10))
    actions.record_subscription_states([state()])
    before = ledger()
    heard.clear()

    done = actions.record_subscription_states([state(), state()])

    assert (done.new, done.known) == (0, 2)
    assert ledger() == before
    assert told(heard) == []
    assert RecordedState.objects.count() == 1


def test_a_telling_can_be_taken_back(workspace, at):
    at(day(50))
    actions.record_subscription_states([state(), state(20, amount=9000, plan="pro")])
    gone = StateKey(source="test", external_id="sub_1", as_of=day(20), provenance="test 20")

    actions.record_subscription_states([state(30, amount=6000)], instead_of=[gone])

    assert [row[1:] for row in ledger()] == [("new", 5000, 5000), ("expansion", 1000, 6000)]
    assert RecordedState.objects.count() == 2


def test_an_unusable_state_takes_none_with_it(workspace, at, heard):
    at(day(10))

    with pytest.raises(RecordUnusable):
        actions.record_subscription_states([state(), state(external_id="sub_2", currency="dollars")])

    assert RecordedState.objects.count() == 0
    assert told(heard) == []


def test_an_account_that_ends_its_last_subscription_has_churned_and_may_return(workspace, at, heard):
    at(day(100))
    ended = {"status": Status.CANCELLED, "cancelled_at": day(40), "ended_at": day(40)}
    actions.record_subscription_states([state(), state(40, **ended)])
    account = Account.objects.get(external_id="acme")

    assert account.churned_at == day(40)
    assert account.traits["mrr"] == 0
    assert account.traits["subscription_status"] == "cancelled"
    assert "plan" not in account.traits
    assert told(heard) == [
        "BecamePaying", "MovementRecorded", "SubscriptionChurned",
        "MovementRecorded",
    ]  # fmt: skip

    actions.record_subscription_states([state(60, external_id="sub_2", started_at=day(60))])

    account.refresh_from_db()
    assert (account.churned_at, account.returned_at) == (None, day(60))
    assert [row[1:] for row in ledger()] == [("new", 5000, 5000), ("churn", -5000, 0), ("reactivation", 5000, 5000)]


def test_things_are_told_when_no_close_change_can_undo_them(workspace, at, heard):
    at(day(0) + timedelta(minutes=10))
    actions.record_subscription_states([state()])
    assert not [a for a in heard if isinstance(a, announcements.BecamePaying)]

    settle(at(day(0) + timedelta(minutes=59)))
    assert not [a for a in heard if isinstance(a, announcements.BecamePaying)]
    settle(at(day(0) + timedelta(minutes=60)))

    assert told(heard) == [
        "BecamePaying", "MovementRecorded",
    ]  # fmt: skip


def test_time_alone_ends_a_trial_a_discount_and_a_scheduled_subscription(workspace, at, heard):
    from tenure.billing.types import Discount

    at(day(1))
    actions.record_subscription_states(
        [
            state(
                status=Status.TRIALING, trial_end=day(14), cancel_at=day(104), cancelled_at=day(0),
                discounts=(Discount(percent=Decimal(20), ends_at=day(74)),),
            )
        ]
    )  # fmt: skip
    assert LedgerAccount.objects.get().status == "trialing"
    assert ledger() == []

    for number in (15, 75, 105):
        settle(at(day(number)))

    assert [row[1:] for row in ledger()] == [
        ("new", 4000, 4000), ("expansion", 1000, 5000), ("churn", -5000, 0),
    ]  # fmt: skip
    billing = [a for a in heard if type(a).__module__ == announcements.__name__]
    assert [type(a).__name__ for a in billing] == [
        "TrialStarted", "BecamePaying", "MovementRecorded", "MovementRecorded", "SubscriptionChurned",
        "MovementRecorded",
    ]  # fmt: skip
    assert billing[0].ends_at == day(14)
    assert billing[1].after_trial is True
    assert Account.objects.get().churned_at == day(104)


HOUR = 1 / 24


@pytest.mark.parametrize(
    ("over", "begins", "bought", "expected"),
    [
        (40, 40.01, {"amount": 9000, "plan": "pro"}, ("Basic", "Pro", "upgrade", 40)),
        (40.02, 40, {"amount": 9000, "plan": "pro"}, ("Basic", "Pro", "upgrade", 40)),
        (40, 40, {"amount": 2000, "plan": "lite"}, ("Basic", "Lite", "downgrade", 40)),
        (40, 40.01, {"amount": 5000, "plan": "solo"}, ("Basic", "Solo", "sideways", 40)),
        (40, 40.01, {"amount": 60000, "plan": "pro", "interval": YEARLY}, ("Basic", "Pro", "sideways", 40)),
        (40, 40.01, {"amount": 4600, "plan": "pro", "currency": "EUR"}, ("Basic", "Pro", "upgrade", 40)),
        (40, 40 + HOUR, {"amount": 9000, "plan": "pro"}, None),
        (40, 40.01, {"amount": 50000, "plan": "basic", "interval": YEARLY}, None),
    ],
)
def test_buying_anew_close_to_an_end_is_a_change_of_plan(workspace, at, heard, over, begins, bought, expected):
    at(day(50))
    ended = state(over, status=Status.CANCELLED, cancelled_at=day(over), ended_at=day(over))
    interval = bought.pop("interval", None)
    if interval:
        bought["items"] = (item(bought.pop("amount"), plan=bought.pop("plan"), interval=interval),)
    anew = state(begins, external_id="sub_2", started_at=day(begins), **bought)

    for told_now in random.Random(begins).sample([state(), ended, anew], 3):
        actions.record_subscription_states([told_now])

    changes = [a for a in heard if isinstance(a, announcements.PlanChanged)]
    assert [(a.plan_from, a.plan_to, a.direction, a.at) for a in changes] == (
        [(*expected[:3], day(expected[3]))] if expected else []
    )


def test_each_end_goes_with_one_new_subscription(workspace, at, heard):
    at(day(50))
    over = {"status": Status.CANCELLED, "cancelled_at": day(40), "ended_at": day(40)}
    first, second = state(40, **over), state(40, external_id="sub_2", plan="extra", **over)
    actions.record_subscription_states(
        [
            state(), state(external_id="sub_2", plan="extra"), first, second,
            state(40.01, external_id="sub_3", started_at=day(40.01), amount=12000, plan="pro"),
        ]
    )  # fmt: skip

    changes = [a for a in heard if isinstance(a, announcements.PlanChanged)]
    assert [(a.plan_from, a.plan_to, a.direction) for a in changes] == [("Basic", "Pro", "upgrade")]


def test_any_order_of_delivery_ends_in_the_same_ledger(workspace, at):
    at(day(200))
    states = [
        state(status=Status.TRIALING, trial_end=day(14)),
        state(14, amount=5000),
        state(40, amount=9000, plan="pro"),
        state(80, amount=9000, plan="pro", cancel_at=day(110), cancelled_at=day(80)),
        state(110.001, status=Status.CANCELLED, cancelled_at=day(80), ended_at=day(110)),
        state(120, external_id="sub_2", started_at=day(120), amount=7000, plan="pro"),
    ]
    expected = [
        ("new", 5000, 5000), ("expansion", 4000, 9000), ("churn", -9000, 0), ("reactivation", 7000, 7000),
    ]  # fmt: skip

    for attempt in range(12):
        order = random.Random(attempt).sample(states, len(states))
        for each in order:
            changed = [state_of(each, f"try{attempt}")]
            actions.record_subscription_states(changed)
        assert [row[1:] for row in ledger() if row[0] == f"try{attempt}"] == expected


def state_of(one, account):
    """Give a state to an account of its own."""
    import dataclasses

    return dataclasses.replace(one, account=account, external_id=f"{account}-{one.external_id}")


def test_subscriptions_follow_their_customer(workspace, at):
    at(day(50))
    first = CustomerRecord(source="test", external_id="cus_1", as_of=day(0), email="cfo@acme.example", name="Acme")
    actions.record_subscription_states([state(account="", customer="cus_1")])
    assert LedgerAccount.objects.count() == 0

    actions.record_customers([first])
    assert ledger() == [("cus_1", "new", 5000, 5000)]
    assert Account.objects.get(external_id="cus_1").name == "Acme"

    actions.record_customers([CustomerRecord(source="test", external_id="cus_1", as_of=day(5), account="acme")])
    actions.record_customers([first])

    assert ledger() == [("acme", "new", 5000, 5000)]
    assert Account.objects.get(external_id="cus_1").traits.get("mrr") is None


def test_plans_are_called_what_their_provider_calls_them(workspace, at):
    at(day(50))
    unnamed = item(plan="price_1")
    actions.record_subscription_states([state(items=(type(unnamed)(plan="price_1", unit_amount=Decimal(100)),))])
    assert LedgerAccount.objects.get().plan == "price_1"

    actions.record_plans([PlanRecord(source="test", external_id="price_1", as_of=day(0), name="Starter")])

    assert LedgerAccount.objects.get().plan == "Starter"
    assert Account.objects.get().traits["plan"] == "Starter"


def test_another_rate_or_choice_restates_without_telling_anybody(workspace, at, heard):
    at(day(50))
    actions.record_subscription_states(
        [
            state(currency="EUR"),
            state(40, external_id="sub_2", account="beta", cancel_at=day(90), cancelled_at=day(40)),
        ]
    )
    assert [row[1:] for row in ledger()] == [("new", 5650, 5650), ("new", 5000, 5000)]
    heard.clear()

    actions.set_exchange_rate("EUR", Decimal("2"), by=None)
    actions.choose_ledger(recognition=Recognition.SCHEDULED, merge_minutes=60, by=None)
    settle(at(day(50) + timedelta(seconds=1)))

    assert [row[1:] for row in ledger()] == [("new", 10000, 10000), ("new", 5000, 5000), ("churn", -5000, 0)]
    assert LedgerMovement.objects.filter(account__external_id="acme").get().by_currency == {"EUR": [5000, 5000]}
    assert told(heard) == []


def test_the_workspaces_new_currency_restates_the_ledger(workspace, at):
    at(day(50))
    actions.set_exchange_rate("EUR", Decimal("2"), by=None)
    actions.record_subscription_states([state(currency="EUR")])
    workspace.currency = "EUR"
    workspace.save()

    settle(at(day(50) + timedelta(seconds=1)))

    assert ledger() == [("acme", "new", 5000, 5000)]


def test_what_was_billed_follows_a_merge(workspace, at):
    from tenure.billing.actions.following import follow_merges
    from tenure.customers import actions as customers
    from tenure.customers.announcements import AccountsMerged

    at(day(50))
    actions.record_subscription_states([state(), state(20, external_id="sub_2", account="beta", started_at=day(20))])
    acme, beta = (Account.objects.get(external_id=e) for e in ("acme", "beta"))
    customers.merge_accounts(acme.pk, beta.pk, by=None)

    follow_merges(
        [AccountsMerged(workspace_id=workspace.pk, at=day(50), account_id=acme.pk, merged_account_id=beta.pk)]
    )

    assert ledger() == [("acme", "new", 5000, 5000), ("acme", "expansion", 5000, 10000)]
    assert LedgerAccount.objects.get().mrr == 10000


def test_what_was_billed_follows_a_merge_by_a_member_and_its_parting(workspace, at):
    from tenure.customers import actions as customers
    from tenure.workspaces import queries as workspaces

    at(day(50))
    actions.record_subscription_states([state(), state(20, external_id="sub_2", account="beta", started_at=day(20))])
    before = ledger()
    acme, beta = (Account.objects.get(external_id=e) for e in ("acme", "beta"))
    ada = workspaces.members().get()

    merged = customers.merge_accounts(acme.pk, beta.pk, by=ada)
    settle(at(day(51)))
    assert ledger() == [("acme", "new", 5000, 5000), ("acme", "expansion", 5000, 10000)]

    customers.part(merged.pk, by=ada)
    settle(at(day(52)))
    assert ledger() == before


def test_begin_is_the_first_of_january():
    assert day(0) == BEGIN
