"""Single things that Stripe can say, each told by webhook."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tenure.billing.models import Invoice, LedgerMovement, Payment, RecordedState
from tenure.billing.types import Unit
from tenure.connectors.stripe import actions, queries, wire
from tenure.connectors.stripe.models import Connection, Told
from tenure.connectors.stripe.rules.matching import Index, match
from tenure.connectors.stripe.rules.money import minor
from tenure.connectors.stripe.rules.subscriptions import Known, interval_of, state_of
from tenure.connectors.stripe.types import BillTo, Health, MatchBy
from tenure.kernel import jobs
from tests.connectors.stripe.given import SECRET, T0, body_of, signature
from tests.connectors.stripe.test_back_fill import given_account, given_subscription
from tests.web.visiting import owner

NOTHING_KNOWN = Known({}, {}, {}, frozenset())


@pytest.fixture
def deliver(connection, world, at):
    """Deliver every event that has not been delivered yet, and read them."""
    delivered: list[int] = [0]

    def run(*, read=True):
        now = at(datetime.fromtimestamp(world.now, UTC))
        for event in world.events[delivered[0] :]:
            body = body_of(event)
            assert actions.take_delivery(connection, body, signature(body, SECRET, at=int(now.timestamp()))) is None
        delivered[0] = len(world.events)
        if read:
            jobs.run_stage("stripe_read")

    return run


def movements():
    return [(m.kind, m.mrr_after) for m in LedgerMovement.objects.order_by("at")]


def test_a_refund_moves_money_and_no_mrr(deliver, world):
    given_account("northwind")
    given_subscription(world, amount=4900, quantity=1)
    world.wait(days=2)
    charge = next(iter(world.objects["charge"]))
    refund = world.refund(charge, 1000)
    deliver()

    assert sorted(Payment.objects.values_list("kind", "amount")) == [("payment", 4900), ("refund", 1000)]
    (back,) = Payment.objects.filter(kind="refund")
    assert (back.external_id, back.account.external_id) == (refund["id"], "northwind")
    assert back.invoice_reference == Invoice.objects.get().external_id
    assert movements() == [("new", 4900)]


def test_a_refund_that_failed_after_all_gives_nothing_back(deliver, world):
    given_account("northwind")
    given_subscription(world, amount=4900, quantity=1)
    refund = world.refund(next(iter(world.objects["charge"])), 1000)
    world.wait(days=3)
    world._change("refund.failed", refund, status="failed")
    deliver()

    assert Payment.objects.get(kind="refund").amount == 0


def test_a_credit_note_and_a_dispute_are_facts_and_move_no_mrr(deliver, world):
    given_account("northwind")
    given_subscription(world, amount=4900, quantity=1)
    world.wait(days=2)
    (charge,), (invoice,) = world.objects["charge"], world.objects["invoice"]
    note = world.credit(invoice, 900)
    world.wait(days=1)
    dispute = world.dispute(charge)
    deliver()

    found = Payment.objects.exclude(kind="payment").order_by("kind")
    assert [(p.external_id, p.kind, p.amount, p.currency) for p in found] == [
        (note["id"], "credit", 900, "USD"),
        (dispute["id"], "dispute", 4900, "USD"),
    ]
    assert {p.account.external_id for p in found} == {"northwind"}
    assert {p.invoice_reference for p in found} == {invoice}
    assert movements() == [("new", 4900)]

    world._change("charge.dispute.closed", dispute, status="won")
    world._change("credit_note.voided", note, status="void")
    deliver()

    assert set(Payment.objects.exclude(kind="payment").values_list("amount")) == {(0,)}
    assert movements() == [("new", 4900)]


def test_a_card_that_fails_leaves_the_invoice_open(deliver, world):
    given_account("northwind")
    price = world.price(world.product("Premium")["id"], 4900)
    customer = world.customer("Northwind", account_id="northwind")
    world.subscribe(customer["id"], (price["id"], 1), pays=False)
    deliver()

    assert Invoice.objects.get().status == "open"
    assert Payment.objects.get().kind == "failure"
    assert movements() == []


def test_tiers_are_asked_for_once_and_waited_for(deliver, server, world, connection, at):
    given_account("northwind")
    tiers = [{"up_to": 10, "unit_amount": 500}, {"up_to": None, "unit_amount": 300, "flat_amount": 1000}]
    price = world.price(world.product("Seats")["id"], None, tiers=tiers)
    customer = world.customer("Northwind", account_id="northwind")
    subscription = world.subscribe(customer["id"], (price["id"], 12))
    server.hiccups.append((429, {"Retry-After": "30"}))
    deliver()

    assert movements() == []
    assert queries.health_of(queries.connection(connection.pk)) is Health.STUCK

    world.wait(seconds=31)
    deliver()
    world.change_items(subscription["id"], (price["id"], 20))
    deliver()

    assert movements() == [("new", 10 * 500 + 10 * 300 + 1000)]  # within the hour: one movement
    assert server.counted["prices"] == 1
    assert queries.health_of(queries.connection(connection.pk)) is Health.WORKING


def given_add_ons(world, count):
    product = world.product("Add-ons")["id"]
    return [world.price(product, 100 + n)["id"] for n in range(count)]


def test_a_subscription_of_many_items_is_read_whole(deliver, connection, server, world):
    given_account("northwind")
    prices = given_add_ons(world, 135)
    customer = world.customer("Northwind", account_id="northwind")["id"]
    made = world.subscribe(customer, *((price, 1) for price in prices))
    deliver()
    world.wait(days=3)
    world.change_items(made["id"], *((price, 5 if price == prices[120] else 1) for price in prices))
    deliver()

    worth = sum(100 + n for n in range(135))
    assert movements() == [("new", worth), ("expansion", worth + 4 * 220)]
    asked = [path for path in server.asked if "subscription_items" in path]
    assert [f"subscription={made['id']}" in path for path in asked] == [True] * 4  # a hundred and the rest, twice
    assert not Told.objects.exclude(lacking=[]).exists()


@pytest.mark.parametrize("turned", [False, True])
def test_items_that_were_added_later_do_not_count_before(deliver, connection, server, world, at, turned):
    given_account("northwind")
    prices = given_add_ons(world, 14)
    customer = world.customer("Northwind", account_id="northwind")["id"]
    made = world.subscribe(customer, *((price, 1) for price in prices[:12]))
    world.wait(days=3)
    world.change_items(made["id"], *((price, 1) for price in prices))
    if turned:
        world.events.reverse()
    deliver()

    assert movements() == [("new", sum(100 + n for n in range(12))), ("expansion", sum(100 + n for n in range(14)))]


def test_items_that_may_not_be_read_are_missing_until_they_may(deliver, connection, server, world):
    given_account("northwind")
    prices = given_add_ons(world, 12)
    customer = world.customer("Northwind", account_id="northwind")["id"]
    server.forbidden = {"subscription_items"}
    made = world.subscribe(customer, *((price, 1) for price in prices))
    deliver()
    assert movements() == [("new", sum(100 + n for n in range(10)))]
    assert {id_ for lacking in Told.objects.values_list("lacking", flat=True) for id_ in lacking} == {made["id"]}

    server.forbidden = set()
    world.wait(days=1)
    world.cancel_at_period_end(made["id"])
    deliver()

    assert movements() == [("new", sum(100 + n for n in range(12)))]
    assert not Told.objects.exclude(lacking=[]).exists()


def test_what_cannot_be_read_is_kept_and_holds_up_nothing(deliver, world, connection):
    given_account("northwind")
    bad = given_subscription(world, name="northwind")
    bad["items"]["data"][0]["price"]["recurring"]["interval"] = "fortnight"
    world.set_status(bad["id"], "past_due")
    good = given_subscription(world, name="kestrel")
    deliver()

    assert RecordedState.objects.filter(subscription__external_id=good["id"]).exists()
    (problem,) = queries.problems(connection)
    assert "fortnight" in problem.problem
    assert not Told.objects.filter(read_at=None).exclude(kind="").exists()

    assert actions.read_again(connection, by=owner()) == 1
    jobs.run_stage("stripe_read")
    assert queries.counts(connection).unreadable == 1


def test_reads_a_workspace_that_lost_its_key_once_it_is_back(deliver, world, connection, settings):
    given_account("northwind")
    tiers = [{"up_to": None, "unit_amount": 700}]
    price = world.price(world.product("Seats")["id"], None, tiers=tiers)
    world.subscribe(world.customer("Northwind", account_id="northwind")["id"], (price["id"], 2))
    deliver(read=False)
    kept = settings.SECRET_KEY
    settings.SECRET_KEY = "another" * 8

    jobs.run_stage("stripe_read")
    assert Connection.objects.get().key_problem == "stripe_key_refused"
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 8, [kept]
    Connection.objects.update(held_until=None)
    Told.objects.update(try_at=None)
    jobs.run_stage("stripe_read")

    assert movements() == [("new", 1400)]


@pytest.mark.parametrize(
    ("currency", "amount", "whole"),
    [
        ("usd", 4900, 4900),
        ("jpy", 500, 500),
        ("isk", 50000, 500),
        ("ugx", 500, 5),
        ("bhd", 1230, 1230),
        ("mga", 5, 500),
    ],
)
def test_counts_money_as_the_currency_does(currency, amount, whole):
    assert minor(amount, currency) == whole


@pytest.mark.parametrize(
    ("unit", "count", "read"),
    [("year", 1, Unit.YEAR), ("month", 3, Unit.MONTH), ("week", 2, Unit.WEEK), ("day", 30, Unit.DAY)],
)
def test_knows_every_interval(unit, count, read):
    price = wire.Price(id="price_1", recurring=wire.Recurring(interval=unit, interval_count=count))

    assert (interval_of(price).unit, interval_of(price).count) == (read, count)


def test_prices_packages_and_fractions_of_a_cent():
    price = wire.Price(
        id="price_1", currency="usd", recurring=wire.Recurring(), unit_amount_decimal=Decimal("12.345"),
        transform_quantity=wire.Packages(divide_by=10, round="up"),
    )  # fmt: skip
    subscription = wire.Subscription(
        id="sub_1", customer="cus_1", status="active", start_date=1, currency="usd",
        items=wire.Items(data=[wire.Item(id="si_1", price=price, quantity=Decimal(21))]),
    )  # fmt: skip

    (item,) = state_of(subscription, as_of=T0, provenance="test", known=NOTHING_KNOWN).items

    assert (item.quantity, item.unit_amount) == (3, Decimal("12.345"))


INDEX = Index(
    by_external_id={"acme": 1, "other": 2}, by_mail={"ada@acme.example": 3}, by_name={"acme ltd": [4], "twins": [5, 6]}
)


@pytest.mark.parametrize(
    ("customer", "account", "by", "why"),
    [
        (BillTo(id="c", metadata={"account_id": " acme "}, email="ada@acme.example"), 1, MatchBy.METADATA, ""),
        (BillTo(id="c", metadata={"account_id": "gone"}, email="ada@acme.example"), 3, MatchBy.DOMAIN, ""),
        (BillTo(id="c", reference="other", name="Acme  LTD"), 2, MatchBy.REFERENCE, ""),
        (BillTo(id="c", name=" Acme  LTD"), 4, MatchBy.NAME, ""),
        (BillTo(id="c", name="Twins"), None, None, "several_by_name"),
        (BillTo(id="c", metadata={"account_id": "gone"}), None, None, "unknown_metadata"),
        (BillTo(id="c", email="ada@gmail.com"), None, None, "nothing_fits"),
    ],
)
def test_matches_by_the_first_way_that_names_one(customer, account, by, why):
    order = (MatchBy.METADATA, MatchBy.REFERENCE, MatchBy.DOMAIN, MatchBy.NAME)

    assert match(customer, order, "account_id", INDEX) == (account, by, why)


def test_a_customer_deleted_in_stripe_is_asked_about_no_more(deliver, world, connection):
    made = world.customer("Somebody", "ada@somebody.example")
    deliver()
    assert queries.unmatched(connection).count() == 1
    world.wait(days=1)
    world._tell("customer.deleted", made)
    deliver()

    assert queries.unmatched(connection).count() == 0


def test_free_mail_is_never_matched(deliver, world, connection):
    given_account("northwind")
    world.customer("Somebody", "somebody@gmail.com")
    deliver()

    assert queries.unmatched(connection).get().why_not == "nothing_fits"


def test_a_pause_ends_no_subscription_and_resumes_by_itself(deliver, world):
    given_account("northwind")
    subscription = given_subscription(world, amount=4900, quantity=1)
    world.wait(days=3)
    world.pause(subscription["id"], resumes_at=world.now + 5 * 86_400)
    world.wait(days=30)
    deliver()

    assert [(m.kind, m.mrr_after, m.at) for m in LedgerMovement.objects.order_by("at")] == [
        ("new", 4900, T0),
        ("churn", 0, T0 + timedelta(days=3)),
        ("reactivation", 4900, T0 + timedelta(days=8)),
    ]
