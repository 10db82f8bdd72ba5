"""However webhooks and back-fills come, they end in the ledger that what happened in Stripe makes."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from tenure.billing.actions import choose_ledger, set_exchange_rate
from tenure.billing.models import BillingCustomer, Invoice, LedgerMovement, Payment, RecordedState
from tenure.billing.types import Recognition
from tenure.connectors.stripe import actions
from tenure.connectors.stripe.models import Connection, Told
from tenure.customers.actions import resolve_calls
from tenure.customers.types import Call, CallKind
from tenure.kernel import clock, jobs, tenancy
from tests.connectors.stripe.given import SECRET, T0, body_of, given_connection, signature
from tests.connectors.stripe.server import StripeServer, serving
from tests.connectors.stripe.world import CLASSIC, MODERN, World, seen_by
from tests.given import given_workspace

ACCOUNTS = ("northwind", "fjord", "kestrel")
BUYERS = (("northwind", "usd"), ("fjord", "usd"), ("fjord", "eur"), ("kestrel", "jpy"))
"""Who buys in which currency; one account does in two, as two customers of Stripe's."""
RATES = {"eur": Decimal("1.37"), "jpy": Decimal("0.0067")}
CENTS = {"usd": Fraction(1), "eur": Fraction(137, 100), "jpy": Fraction(67, 100)}
"""What the least unit of each is in cents at those rates; yen have no smaller one."""


def given_accounts() -> None:
    micros = int(T0.timestamp()) * 1_000_000
    calls = [
        Call(CallKind.GROUP, None, None, name, micros, micros, "test", {"name": name.title()}) for name in ACCOUNTS
    ]
    resolve_calls(calls)


class Story:
    """A world in which things happen by dice, and what each account really pays after every second."""

    def __init__(self, dice: random.Random, steps: int, *, stacks: bool = True) -> None:
        self.world, self.dice, self.stacks = World(T0), dice, stacks
        self.truth: dict[str, dict[int, Fraction]] = {name: {} for name in ACCOUNTS}
        world = self.world
        app, seats = world.product("App")["id"], world.product("Seats")["id"]
        tiers = [
            {"up_to": 5, "unit_amount": 900, "unit_amount_decimal": "900", "flat_amount": None},
            {"up_to": None, "unit_amount": 700, "unit_amount_decimal": "700", "flat_amount": 250},
        ]
        self.prices = {
            currency: {
                every: [
                    world.price(app, 4900 * worth, **of)["id"],
                    world.price(app, 9900 * worth, **of)["id"],
                    world.price(seats, "333.3333", **of)["id"],
                    world.price(seats, None, tiers=tiers, **of)["id"],
                    world.price(seats, None, tiers=tiers, tiers_mode="volume", **of)["id"],
                ]
                for every, (unit, count, worth) in {
                    "month": ("month", 1, 1), "quarter": ("month", 3, 3), "year": ("year", 1, 10),
                    "week": ("week", 1, 1),
                }.items()
                for of in [{"every": unit, "count": count, "currency": currency}]
            }
            for currency in CENTS
        }  # fmt: skip
        self.coupons = [
            world.coupon(percent=25)["id"],
            world.coupon(percent=12.5, duration="repeating", months=2)["id"],
            world.coupon(amount=1000, currency="usd")["id"],
            world.coupon(percent=50, duration="once")["id"],
            world.coupon(percent=40, products=[app])["id"],
        ]
        self.lasting = {self.coupons[0], self.coupons[2]}
        self.customers = [(name, world.customer(name.title(), account_id=name)["id"], paid) for name, paid in BUYERS]
        for _ in range(steps):
            self.step()
            self.observe()
        self.until(datetime.fromtimestamp(world.now, UTC) + timedelta(days=20))

    def until(self, at: datetime) -> None:
        """Go on to a moment, looking at every second in which something falls due on the way."""
        end = int(at.timestamp())
        while (due := min((when for when, _ in self.world._due()), default=end + 1)) <= end:
            self.world.until(datetime.fromtimestamp(max(due, self.world.now), UTC))
            self.observe()
        self.world.until(at)
        self.observe()

    def step(self) -> None:
        dice, world = self.dice, self.world
        living = [s for s in world.objects["subscription"].values() if s["status"] not in {"canceled", "incomplete"}]
        if not living or dice.random() < 0.25:
            self.subscribe()
            return
        sub = dice.choice(living)
        id_, who = sub["id"], sub["customer"]
        match dice.randrange(12):
            case 0 | 1 | 2:
                world.change_items(id_, *self.items(sub["currency"]))
            case 3:
                world.cancel_at_period_end(id_)
            case 4:
                world.keep_on(id_)
            case 5:
                world.cancel(id_)
            case 6:
                behavior = dice.choice(["void", "mark_uncollectible", "keep_as_draft"])
                until = world.now + 86_400 * dice.randrange(1, 40) if dice.random() < 0.5 else None
                world.pause(id_, behavior=behavior, resumes_at=until)
            case 7 if sub["pause_collection"]:
                world.resume(id_)
            case 8 if self.stacks or not sub["discounts"]:
                world.give_discount(id_, dice.choice(self.coupons_in(sub["currency"])))
            case 9 if world.objects["customer"][who]["discount"] is None:
                world.give_customer_discount(
                    who, dice.choice([c for c in self.coupons_in(sub["currency"]) if c in self.lasting])
                )
            case 10 if world.objects["customer"][who]["discount"]:
                world.drop_customer_discount(who)
            case 11 if world.objects["charge"]:
                charge = dice.choice(list(world.objects["charge"].values()))
                left = charge["amount"] - charge["amount_refunded"]
                if left > 0 and charge["status"] == "succeeded":
                    world.refund(charge["id"], dice.randrange(1, left + 1))
        self.observe()
        if dice.random() < 0.7:
            self.until(datetime.fromtimestamp(world.now, UTC) + timedelta(hours=dice.choice([1, 30, 200, 900])))

    def subscribe(self) -> None:
        _, customer, currency = self.dice.choice(self.customers)
        trial = self.dice.choice([0, 0, 14])
        coupon = self.dice.choice([None, None, *self.coupons_in(currency)])
        self.world.subscribe(
            customer, *self.items(currency), trial_days=trial, coupon=coupon, pays=self.dice.random() < 0.9
        )

    def coupons_in(self, currency: str) -> list[str]:
        """List the coupons Stripe lets somebody have who pays in it: an amount off is off one currency."""
        terms = self.world.objects["coupon"]
        return [c for c in self.coupons if terms[c]["currency"] in (None, currency)]

    def items(self, currency: str) -> list[tuple[str, int]]:
        sold = self.prices[currency]
        chosen = self.dice.sample(sold[self.dice.choice(list(sold))], self.dice.choice([1, 1, 2]))
        return [(price, self.dice.randrange(1, 12)) for price in chosen]

    def observe(self) -> None:
        for name in ACCOUNTS:
            theirs = {customer: CENTS[currency] for who, customer, currency in self.customers if who == name}
            subs = [s for s in self.world.objects["subscription"].values() if s["customer"] in theirs]
            worths = [worth(self.world, s) * theirs[s["customer"]] for s in subs]
            self.truth[name][self.world.now] = sum(worths, Fraction(0))


A_MONTH = {("month", 1): Fraction(1), ("month", 3): Fraction(1, 3), ("year", 1): Fraction(1, 12),
           ("week", 1): Fraction(52, 12)}  # fmt: skip


def worth(world: World, sub: dict[str, Any]) -> Fraction:
    """What a subscription brings a month, worked out from Stripe's objects the plain way."""
    pause = sub["pause_collection"]
    if sub["status"] not in {"active", "past_due"} or (pause and pause["behavior"] != "keep_as_draft"):
        return Fraction(0)
    bills = [(item["price"]["product"], bill(world.objects["price"][item["price"]["id"]], item["quantity"]))
             for item in sub["items"]["data"]]  # fmt: skip
    rate = A_MONTH[sub["items"]["data"][0]["price"]["recurring"]["interval"],
                   sub["items"]["data"][0]["price"]["recurring"]["interval_count"]]  # fmt: skip
    total = sum((amount for _, amount in bills), Fraction(0))
    of_customer = world.objects["customer"][sub["customer"]]["discount"]
    given_ids = sub["discounts"] or ([of_customer["id"]] if of_customer else [])
    for discount in (world.objects["discount"][d] for d in given_ids):
        coupon = world.objects["coupon"][discount["source"]["coupon"]]
        if coupon["duration"] == "once" or (discount["end"] and discount["end"] <= world.now):
            continue
        only = (coupon.get("applies_to") or {}).get("products")
        fitting = [amount for product, amount in bills if only is None or product in only]
        if coupon["amount_off"]:
            off = Fraction(coupon["amount_off"])
        elif len(fitting) == len(bills):
            off = total * Fraction(str(coupon["percent_off"])) / 100
        else:
            off = sum(fitting, Fraction(0)) * Fraction(str(coupon["percent_off"])) / 100
        total = max(total - off, Fraction(0))
    return total * rate


def bill(price: dict[str, Any], quantity: int) -> Fraction:
    if not (tiers := price.get("tiers")):
        return Fraction(price["unit_amount_decimal"]) * quantity
    if price["tiers_mode"] == "volume":
        tier = next(t for t in tiers if t["up_to"] is None or quantity <= t["up_to"])
        return Fraction(tier["unit_amount"] * quantity + (tier["flat_amount"] or 0))
    cost = Fraction(0)
    for number in range(1, quantity + 1):
        cost += next(t for t in tiers if t["up_to"] is None or number <= t["up_to"])["unit_amount"]
    return cost + (tiers[1]["flat_amount"] if quantity > 5 else 0)


def ledger() -> list[tuple[Any, ...]]:
    return [
        (m.account.external_id, m.at, m.kind, m.amount, m.mrr_after, m.plan_from, m.plan_to)
        for m in LedgerMovement.objects.select_related("account").order_by("account__external_id", "at")
    ]


def everything() -> dict[str, Any]:
    """All that billing knows, as far as it was told by Stripe."""
    return {
        "ledger": ledger(),
        "invoices": sorted(
            Invoice.objects.values_list(
                "external_id", "status", "total", "paid", "number", "account__external_id", "subscription_reference"
            )
        ),
        "payments": sorted(
            Payment.objects.values_list(
                "external_id", "kind", "amount", "at", "invoice_reference", "account__external_id"
            )
        ),
        "customers": sorted(BillingCustomer.objects.values_list("external_id", "account__external_id", "name")),
    }


def read_all() -> None:
    for _ in range(300):
        if not jobs.run_stage("stripe_read") + jobs.run_stage("stripe_back_fill", turns=5):
            break
    assert not Told.objects.filter(read_at=None).exclude(kind="").exists()
    assert list(Told.objects.exclude(problem="").values_list("problem", flat=True)) == []


def deliver(connection: Any, event: Any, at: datetime) -> None:
    body = body_of(event)
    assert actions.take_delivery(connection, body, signature(body, SECRET, at=int(at.timestamp()))) is None


def told_in_turn(story: Story, server: StripeServer) -> dict[str, Any]:
    """What a workspace knows that was told everything at once, in order, once."""
    server.world = World(T0)  # nothing to list: it knows events alone
    made = given_connection()
    server.world = story.world
    for event in story.world.events:
        deliver(made, event, clock.now())
    Connection.objects.update(held_until=None)
    read_all()
    return everything()


@pytest.mark.parametrize("seed", range(4))
def test_the_ledger_is_what_happened(workspace, settings, at, seed):
    story = Story(random.Random(seed), steps=30)
    at(datetime.fromtimestamp(story.world.now, UTC))
    with serving(story.world) as server:
        settings.TENURE_STRIPE_API = server.address
        choose_ledger(recognition=Recognition.CANCELLED, merge_minutes=0, by=None)
        for currency, rate in RATES.items():
            set_exchange_rate(currency.upper(), rate, by=None)
        given_accounts()
        made = given_connection()
        for event in story.world.events:
            deliver(made, event, clock.now())
        read_all()

    for name in ACCOUNTS:
        moved = [(m.at, m.mrr_after) for m in LedgerMovement.objects.filter(account__external_id=name).order_by("at")]
        wrong = []
        for second, mrr in sorted(story.truth[name].items()):
            moment = datetime.fromtimestamp(second, UTC)
            known = next((after for when, after in reversed(moved) if when <= moment), 0)
            if known != round(mrr):
                wrong.append((moment, known, float(mrr)))
        assert wrong == []


@with_settings(
    max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(seed=st.integers(0, 10**6), disorder=st.integers(0, 10**6), version=st.sampled_from([MODERN, CLASSIC]))
def test_any_order_repeats_and_back_fills_end_in_the_same_ledger(db, settings, at, seed, disorder, version):
    story = Story(random.Random(seed), steps=14, stacks=version == MODERN)  # the old version knows one discount only
    now = at(datetime.fromtimestamp(story.world.now, UTC))
    dice = random.Random(disorder)
    with serving(story.world) as server:
        settings.TENURE_STRIPE_API = server.address
        with tenancy.scope(given_workspace().pk):
            given_accounts()
            expected = told_in_turn(story, server)
        with tenancy.scope(given_workspace().pk):
            given_accounts()
            made = given_connection()
            events = [seen_by(version, e, story.world) for e in story.world.events]
            events += dice.sample(events, len(events) // 4)
            dice.shuffle(events)
            for event in events:
                deliver(made, event, now)
                if dice.random() < 0.05:
                    jobs.run_stage(dice.choice(["stripe_read", "stripe_back_fill"]), turns=dice.randrange(1, 4))
            read_all()
            known = everything()
            assert RecordedState.objects.exists()
    assert known == expected
