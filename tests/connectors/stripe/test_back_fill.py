from datetime import timedelta

import pytest

from tenure.billing.models import Invoice, LedgerMovement, Payment, Plan, Subscription
from tenure.connectors.stripe import actions, queries
from tenure.connectors.stripe.calling import A_PAGE
from tenure.connectors.stripe.errors import BackFillUnderWay, KeyUnusable
from tenure.connectors.stripe.models import BackFill, Connection, StripeCustomer, Told
from tenure.connectors.stripe.types import Health, Phase
from tenure.customers.actions import resolve_calls
from tenure.customers.types import Call, CallKind
from tenure.kernel import jobs
from tests.connectors.stripe.given import T0, given_connection
from tests.web.visiting import owner


def given_account(name):
    micros = int(T0.timestamp()) * 1_000_000
    resolve_calls([Call(CallKind.GROUP, None, None, name, micros, micros, "test", {"name": name.title()})])


def given_subscription(world, name="northwind", amount=4900, quantity=2):
    product = world.product("Premium")
    price = world.price(product["id"], amount)
    customer = world.customer(name.title(), f"ada@{name}.example", account_id=name)
    return world.subscribe(customer["id"], (price["id"], quantity))


def fill():
    while jobs.run_stage("stripe_back_fill") + jobs.run_stage("stripe_read"):
        pass


def test_reads_everything_there_is(connection, server, world):
    given_account("northwind")
    given_subscription(world)

    fill()

    assert [(m.kind, m.mrr_after, m.plan_to, m.at) for m in LedgerMovement.objects.all()] == [
        ("new", 9800, "Premium", T0)
    ]
    assert Plan.objects.get().name == "Premium"
    invoice = Invoice.objects.get()
    assert (invoice.status, invoice.total, invoice.number) == ("paid", 9800, "HB-0001")
    payment = Payment.objects.get()
    assert (payment.kind, payment.amount, payment.invoice_reference) == ("payment", 9800, invoice.external_id)
    assert payment.account.external_id == "northwind"
    assert queries.progress(connection).finished_at is not None
    assert queries.progress(connection).skipped == ()


def test_reads_credit_notes_and_disputes(connection, server, world):
    given_account("northwind")
    given_subscription(world)
    (charge,), (invoice,) = world.objects["charge"], world.objects["invoice"]
    world.credit(invoice, 900)
    world.dispute(charge)
    world.events.clear()

    fill()

    found = Payment.objects.order_by("kind").values_list("kind", "amount", "account__external_id", "invoice_reference")
    assert list(found) == [
        ("credit", 900, "northwind", invoice),
        ("dispute", 9800, "northwind", invoice),
        ("payment", 9800, "northwind", invoice),
    ]


def test_goes_through_lists_page_by_page_and_goes_on_where_it_stopped(connection, server, world):
    for number in range(A_PAGE * 2 + 10):
        world.customer(f"Customer {number}")
    while BackFill.objects.get().phase != Phase.CUSTOMERS:
        jobs.run_stage("stripe_back_fill", turns=1)
    jobs.run_stage("stripe_back_fill", turns=1)
    assert Told.objects.filter(kind="customer").count() == A_PAGE
    cursor = BackFill.objects.get().cursor

    fill()

    assert StripeCustomer.objects.count() == A_PAGE * 2 + 10
    assert sum(f"starting_after={cursor}" in path for path in server.asked) == 1
    assert server.counted["customers"] == 3


def test_a_stride_that_died_is_done_again(connection, server, at):
    jobs.run_stage("stripe_back_fill", turns=1)
    BackFill.objects.update(claimed_until=T0 + timedelta(seconds=90))
    asked = len(server.asked)

    assert jobs.run_stage("stripe_back_fill", turns=1) == 0
    assert len(server.asked) == asked

    at(T0 + timedelta(seconds=91))
    assert jobs.run_stage("stripe_back_fill", turns=1) == 1


def test_waits_as_long_as_stripe_asks(connection, server, at):
    server.hiccups.append((429, {"Retry-After": "40"}))
    assert jobs.run_stage("stripe_back_fill") == 0
    assert (len(server.asked), queries.progress(connection).problem[:11]) == (1, "stripe_busy")

    at(T0 + timedelta(seconds=39))
    assert jobs.run_stage("stripe_back_fill") == 0
    assert len(server.asked) == 1

    at(T0 + timedelta(seconds=41))
    fill()
    assert BackFill.objects.get().finished_at is not None
    assert Connection.objects.get().held_until is None


@pytest.mark.parametrize("trouble", [(500, {}), (503, {}), (0, {}), (302, {"Location": "http://127.0.0.1:9/"})])
def test_comes_back_after_trouble_and_follows_nobody_elsewhere(connection, server, at, trouble):
    server.hiccups.append(trouble)
    assert jobs.run_stage("stripe_back_fill") == 0
    assert len(server.asked) == 1

    at(T0 + timedelta(minutes=1))
    fill()

    assert BackFill.objects.get().finished_at is not None


def test_leaves_out_what_the_key_may_not_read_and_says_so(connection, server, world):
    given_account("northwind")
    given_subscription(world)
    server.forbidden = {"charges", "refunds"}

    fill()
    found = actions.check_key(connection)

    assert queries.progress(connection).skipped == (Phase.CHARGES, Phase.REFUNDS)
    assert found.forbidden == (Phase.CHARGES, Phase.REFUNDS)
    assert queries.health_of(queries.connection(connection.pk)) is Health.KEY_FAILS
    assert LedgerMovement.objects.count() == 1


def test_a_key_that_was_revoked_holds_everything_up_until_it_is_changed(connection, server, world, at):
    given_account("northwind")
    given_subscription(world)
    server.key = "rk_test_fresh"

    assert jobs.run_stage("stripe_back_fill") == 0
    assert queries.connection(connection.pk).key_problem == "stripe_key_refused"
    assert actions.check_key(connection) is None

    actions.change_key(connection, key="rk_test_fresh", by=owner())
    fill()
    assert LedgerMovement.objects.count() == 1
    assert queries.connection(connection.pk).key_problem == ""


def test_one_at_a_time(connection):
    with pytest.raises(BackFillUnderWay):
        actions.start_back_fill(connection, by=owner())

    assert BackFill.objects.count() == 1


@pytest.mark.parametrize("key", ["pk_live_abcdef", "", "rk_live_", "rk_live_a b c d", "whsec_abcdef"])
def test_takes_no_key_that_is_none(workspace, key):
    with pytest.raises(KeyUnusable):
        given_connection(key=key)

    assert not Connection.objects.exists()


def test_looks_through_the_newest_events_some_hours_later(connection, server, world, at):
    given_account("northwind")
    subscription = given_subscription(world)
    fill()
    at(T0 + timedelta(hours=7))
    world.wait(hours=6)
    world.cancel(subscription["id"])

    fill()

    assert [m.kind for m in LedgerMovement.objects.order_by("at")] == ["new", "churn"]
    assert server.counted["subscriptions"] == 1


def test_a_customer_without_an_account_counts_once_it_is_linked(connection, server, world):
    given_subscription(world, name="nobody")
    fill()
    (customer,) = queries.unmatched(connection)
    assert (customer.name, customer.why_not) == ("Nobody", "unknown_metadata")
    assert not LedgerMovement.objects.exists()
    assert Subscription.objects.get().account is None
    given_account("kestrel")

    from tenure.customers.queries import account_by_external_id

    actions.link_customer(customer, account_by_external_id("kestrel"), by=owner())

    assert LedgerMovement.objects.get().account.external_id == "kestrel"
    assert Invoice.objects.get().account.external_id == "kestrel"
    assert not queries.unmatched(connection).exists()


def test_an_account_that_appears_later_is_found_by_itself(connection, server, world, at):
    given_subscription(world)
    fill()
    assert queries.unmatched(connection).count() == 1
    given_account("northwind")

    at(T0 + timedelta(minutes=3))
    jobs.run_stage("stripe_match")

    assert LedgerMovement.objects.get().account.external_id == "northwind"


def test_an_account_can_be_made_of_a_customer(connection, server, world):
    given_subscription(world, name="nobody")
    fill()

    made = actions.make_account(queries.unmatched(connection).get(), by=owner())

    assert (made.account.external_id, made.account.name) == ("nobody", "Nobody")
    assert LedgerMovement.objects.get().account_id == made.account_id
