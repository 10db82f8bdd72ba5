"""What was before Stripe's events begin is made from invoices: at each bill, what was paid for."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tenure.billing.models import LedgerMovement
from tenure.connectors.stripe import queries
from tests.connectors.stripe.given import T0
from tests.connectors.stripe.test_back_fill import fill, given_account


@pytest.fixture
def premium(world):
    given_account("northwind")
    price = world.price(world.product("Premium")["id"], 1000)["id"]
    customer = world.customer("Northwind", "ada@northwind.example", account_id="northwind")["id"]
    return customer, price


def movements():
    return [(m.kind, m.mrr_after, m.at) for m in LedgerMovement.objects.order_by("at")]


def now_of(world):
    return datetime.fromtimestamp(world.now, UTC)


def test_a_change_long_ago_shows_at_the_next_bill(connection, server, world, premium, at):
    customer, price = premium
    made = world.subscribe(customer, (price, 2))
    world.wait(days=45)
    world.change_items(made["id"], (price, 5))
    world.wait(days=150)
    at(now_of(world))

    fill()

    assert movements() == [
        ("new", 2000, T0),
        ("expansion", 5000, datetime(2026, 5, 4, 12, tzinfo=UTC)),
    ]
    assert queries.exact_since(connection) == now_of(world) - timedelta(days=30)


def test_a_subscription_that_ended_long_ago_was_what_was_billed(connection, server, world, premium, at):
    customer, price = premium
    made = world.subscribe(customer, (price, 3), trial_days=14)
    world.wait(days=50)
    world.change_items(made["id"], (price, 1))
    world.wait(days=40)
    world.cancel(made["id"])
    ended = now_of(world)
    world.wait(days=100)
    at(now_of(world))

    fill()

    paid = T0 + timedelta(days=14)
    assert movements() == [
        ("new", 3000, paid),
        ("contraction", 1000, datetime(2026, 5, 18, 12, tzinfo=UTC)),
        ("churn", 0, ended),
    ]


def test_an_invoice_of_many_lines_is_read_whole(connection, server, world, premium, at):
    customer, price = premium
    product = world.product("Add-ons")["id"]
    prices = [price, *(world.price(product, 100 + n)["id"] for n in range(134))]
    made = world.subscribe(customer, *((each, 1) for each in prices))
    world.wait(days=45)
    world.change_items(made["id"], *((each, 2) for each in prices))
    world.wait(days=150)
    at(now_of(world))

    fill()

    worth = 1000 + sum(100 + n for n in range(134))
    assert movements() == [
        ("new", worth, T0),
        ("expansion", 2 * worth, datetime(2026, 5, 4, 12, tzinfo=UTC)),
    ]
    written = sorted(i["id"] for i in world.objects["invoice"].values())
    asked = [path for path in server.asked if "/lines" in path]
    assert sorted({path.split("/")[3] for path in asked}) == written
    assert len(asked) == 2 * len(written)  # a hundred, and the rest; never twice


def test_what_events_told_whole_is_not_touched_by_invoices(connection, server, world, premium, at):
    customer, price = premium
    made = world.subscribe(customer, (price, 2))
    world.wait(days=10)
    world.change_items(made["id"], (price, 5))
    changed = now_of(world)
    world.wait(days=12)
    at(now_of(world))

    fill()

    assert movements() == [("new", 2000, T0), ("expansion", 5000, changed)]


@pytest.mark.parametrize("seed", range(4))
def test_is_what_was_paid_at_every_bill(connection, server, world, premium, at, seed):
    """Seats change at any time over a year; at each bill, MRR is what the bill was for."""
    chance = random.Random(seed)
    customer, price = premium
    made = world.subscribe(customer, (price, chance.randint(1, 9)))
    for _ in range(8):
        world.wait(days=chance.uniform(3, 70))
        world.change_items(made["id"], (price, chance.randint(1, 9)))
    world.wait(days=40)
    at(now_of(world))

    fill()

    bills = sorted((i["period_start"], i["total"]) for i in world.objects["invoice"].values())
    exact = (now_of(world) - timedelta(days=30)).timestamp()
    moved = movements()
    for (start, total), (following, _) in pairwise(bills):
        if following < exact:
            within = [mrr for _, mrr, moment in moved if moment.timestamp() < following]
            assert within[-1] == total, datetime.fromtimestamp(start, UTC)
    assert moved[-1][1] == made["items"]["data"][0]["quantity"] * 1000
    assert sum(m.amount for m in LedgerMovement.objects.all()) == moved[-1][1]
