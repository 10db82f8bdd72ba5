"""The ledger sums to MRR to the cent, whatever was said in whatever order; checked against asking at every instant."""

import dataclasses
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.billing.rules import ledger, standing
from tenure.billing.rules.ledger import Course
from tenure.billing.types import Discount, Interval, Item, MovementKind, Recognition, Status, Tier, TierMode, Unit
from tests.billing.slow_ledger import slow_mrr
from tests.billing.telling import YEARLY, day, item, state

DAYS = 40
RATES = {"USD": Fraction(1), "EUR": Fraction(113, 100), "JPY": Fraction(67, 100)}
moments = st.integers(0, DAYS).map(day)
perhaps = st.none() | moments
amounts = st.sampled_from(["0", "1", "4999", "16667", "200000", "33.3333", "0.5"]).map(Decimal)
intervals = st.builds(Interval, unit=st.sampled_from(Unit), count=st.integers(1, 6))
tiers = st.tuples(amounts, amounts, amounts, amounts).map(
    lambda a: (Tier(up_to=3, unit_amount=a[0], flat_amount=a[1]), Tier(up_to=None, unit_amount=a[2], flat_amount=a[3]))
)
items = st.builds(
    Item,
    plan=st.sampled_from(["basic", "pro"]),
    quantity=st.integers(0, 7).map(Decimal),
    unit_amount=amounts,
    tiers=st.just(()) | tiers,
    tier_mode=st.sampled_from(TierMode),
    interval=intervals,
    is_metered=st.sampled_from([False, False, False, True]),
)
discounts = st.builds(
    Discount,
    percent=st.none() | st.sampled_from(["0", "12.5", "33.33", "100"]).map(Decimal),
    amount=st.none() | amounts,
    starts_at=perhaps,
    ends_at=perhaps,
)


@st.composite
def histories(draw):
    """All that was said of one subscription."""
    started, currency = draw(moments), draw(st.sampled_from(sorted(RATES)))
    said = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "as_of": st.integers(0, DAYS),
                    "status": st.sampled_from(Status),
                    "items": st.lists(items, min_size=1, max_size=2).map(tuple),
                    "discounts": st.lists(discounts, max_size=2).map(tuple),
                    "trial_end": perhaps,
                    "current_period_end": perhaps,
                    "cancel_at": perhaps,
                    "cancelled_at": perhaps,
                    "ended_at": perhaps,
                    "paused_at": perhaps,
                    "resumes_at": perhaps,
                }
            ),
            min_size=1,
            max_size=5,
        )
    )
    # One interval a subscription, as providers have it, so that an amount off a bill means one thing.
    interval = draw(intervals)
    return [
        state(
            s.pop("as_of"),
            **{**s, "items": tuple(dataclasses.replace(i, interval=interval) for i in s["items"])},
            started_at=started,
            currency=currency,
            provenance=f"evt_{n}",
        )
        for n, s in enumerate(said)
    ]


TWO_TIERS = (
    Tier(up_to=5, unit_amount=Decimal(1000)),
    Tier(up_to=None, unit_amount=Decimal(500), flat_amount=Decimal(100)),
)
accounts = st.lists(histories(), min_size=1, max_size=3)


def worked_out(subscriptions, recognition, *, until, window=timedelta(0)):
    """Make the ledger of an account."""
    courses = [
        Course(
            subscription_id=n,
            currency=states[0].currency,
            source="test",
            stretches=standing.stretches(standing.in_order(states), recognition),
        )
        for n, states in enumerate(subscriptions)
    ]
    taken = ledger.snapshots(courses, RATES, until)
    return ledger.movements(1, taken, window)


@settings(max_examples=300, deadline=None)
@given(accounts, st.sampled_from(Recognition))
def test_sums_to_mrr_at_every_instant(subscriptions, recognition):
    made = worked_out(subscriptions, recognition, until=day(DAYS + 1))

    for half_days in range(2 * DAYS + 2):
        t = day(half_days / 2)
        assert sum(m.amount for m in made if m.at <= t) == slow_mrr(subscriptions, t, recognition, RATES), t


@settings(max_examples=200, deadline=None)
@given(accounts, st.sampled_from(Recognition), st.sampled_from([0, 60, 1440 * 3]), st.data())
def test_is_the_same_in_any_order_and_told_twice(subscriptions, recognition, minutes, data):
    window = timedelta(minutes=minutes)
    shuffled = [data.draw(st.permutations(states)) for states in subscriptions]

    made = worked_out(subscriptions, recognition, until=day(DAYS), window=window)

    assert made == worked_out(shuffled, recognition, until=day(DAYS), window=window)
    assert made == worked_out([states + states for states in shuffled], recognition, until=day(DAYS), window=window)


@settings(max_examples=200, deadline=None)
@given(accounts, st.sampled_from(Recognition), st.sampled_from([0, 60, 1440, 1440 * 3]))
def test_keeps_its_own_rules(subscriptions, recognition, minutes):
    window = timedelta(minutes=minutes)
    made = worked_out(subscriptions, recognition, until=day(DAYS), window=window)

    before = 0
    for number, m in enumerate(made):
        assert m.amount != 0
        assert m.mrr_after == before + m.amount >= 0
        assert m.kind == expected_kind(before, m.mrr_after, is_first=number == 0)
        assert number == 0 or m.at >= made[number - 1].at + window
        before = m.mrr_after
    assert before == slow_mrr(subscriptions, day(DAYS), recognition, RATES)
    for currency in RATES:
        changes = [m.by_currency[currency] for m in made if currency in m.by_currency]
        assert all(after == sum(c for c, _ in changes[: n + 1]) for n, (_, after) in enumerate(changes))


def expected_kind(before, after, *, is_first):
    """Say what a movement is called, in the words of the definition."""
    if after == 0:
        return MovementKind.CHURN
    if before == 0:
        return MovementKind.NEW if is_first else MovementKind.REACTIVATION
    return MovementKind.EXPANSION if after > before else MovementKind.CONTRACTION


def kinds(subscriptions, recognition=Recognition.CANCELLED, *, until=400, minutes=60):
    """List the movements of an account as (day, kind, amount)."""
    made = worked_out(subscriptions, recognition, until=day(until), window=timedelta(minutes=minutes))
    return [((m.at - day(0)) / timedelta(days=1), m.kind.value, m.amount) for m in made]


def test_a_yearly_price_is_a_twelfth_a_month():
    assert kinds([[state(items=(item(200000, interval=YEARLY),))]]) == [(0, "new", 16667)]


@pytest.mark.parametrize(
    ("unit", "count", "mrr"),
    [(Unit.WEEK, 1, 4333), (Unit.MONTH, 3, 333), (Unit.QUARTER, 1, 333), (Unit.DAY, 1, 30417), (Unit.MONTH, 6, 167)],
)
def test_other_intervals_are_counted_by_the_year(unit, count, mrr):
    subscription = [state(items=(item(1000, interval=Interval(unit=unit, count=count)),))]

    assert kinds([subscription]) == [(0, "new", mrr)]


def test_cents_are_lost_nowhere_when_three_thirds_are_added():
    third = [item(10000, interval=Interval(unit=Unit.QUARTER))]
    one = state(items=tuple(third))
    subscriptions = [[dataclasses.replace(one, started_at=day(n))] for n in range(3)]

    assert kinds(subscriptions) == [(0, "new", 3333), (1, "expansion", 3334), (2, "expansion", 3333)]


def test_a_second_subscription_is_expansion_and_cancelling_one_contraction():
    second = [
        state(20, started_at=day(20), amount=3000),
        state(50, started_at=day(20), amount=3000, status=Status.CANCELLED, ended_at=day(50)),
    ]

    assert kinds([[state()], second]) == [(0, "new", 5000), (20, "expansion", 3000), (50, "contraction", -3000)]


def test_a_discount_that_expires_is_expansion():
    off = Discount(percent=Decimal(50), ends_at=day(90))

    assert kinds([[state(discounts=(off,))]]) == [(0, "new", 2500), (90, "expansion", 2500)]


def test_a_trial_has_no_mrr():
    assert kinds([[state(status=Status.TRIALING, trial_end=day(14))]]) == [(14, "new", 5000)]


def test_a_pause_takes_mrr_away_until_it_ends():
    paused = state(30, status=Status.PAUSED, paused_at=day(30), resumes_at=day(60))

    assert kinds([[state(), paused]]) == [(0, "new", 5000), (30, "churn", -5000), (60, "reactivation", 5000)]


@pytest.mark.parametrize(
    ("recognition", "when"),
    [(Recognition.CANCELLED, 59), (Recognition.PERIOD_END, 59), (Recognition.SCHEDULED, 40)],
)
def test_a_cancellation_at_the_end_of_the_period_counts_when_the_workspace_says(recognition, when):
    scheduled = state(40, cancel_at=day(59), cancelled_at=day(40), current_period_end=day(59))

    assert kinds([[state(), scheduled]], recognition) == [(0, "new", 5000), (when, "churn", -5000)]


@pytest.mark.parametrize(
    ("recognition", "when"),
    [(Recognition.CANCELLED, 40), (Recognition.PERIOD_END, 59), (Recognition.SCHEDULED, 40)],
)
def test_a_cancellation_at_once_counts_when_the_workspace_says(recognition, when):
    over = state(40, status=Status.CANCELLED, ended_at=day(40), cancelled_at=day(40), current_period_end=day(59))

    assert kinds([[state(), over]], recognition) == [(0, "new", 5000), (when, "churn", -5000)]


def test_a_period_that_was_not_paid_for_is_not_waited_for():
    late = state(30, status=Status.PAST_DUE, current_period_end=day(59))
    over = state(40, status=Status.CANCELLED, ended_at=day(40), current_period_end=day(59))

    assert kinds([[state(), late, over]], Recognition.PERIOD_END) == [(0, "new", 5000), (40, "churn", -5000)]


def test_changing_plan_by_cancelling_and_buying_within_the_hour_is_one_movement():
    over = state(30, status=Status.CANCELLED, ended_at=day(30))
    pro = state(30 + 20 / 1440, started_at=day(30 + 20 / 1440), amount=9000, plan="pro")

    assert kinds([[state(), over], [pro]]) == [(0, "new", 5000), (30, "expansion", 4000)]
    assert [k for _, k, _ in kinds([[state(), over], [pro]], minutes=10)] == ["new", "churn", "reactivation"]


def test_money_of_another_currency_counts_at_its_fixed_rate():
    made = worked_out(
        [[state(currency="EUR")], [state(currency="JPY", amount=6000)]], Recognition.CANCELLED, until=day(5)
    )

    assert [(m.amount, m.by_currency) for m in made] == [(9670, {"EUR": (5000, 5000), "JPY": (6000, 6000)})]


def test_graduated_tiers_price_each_unit_by_its_own_tier():
    assert kinds([[state(items=(item(tiers=TWO_TIERS, quantity=Decimal(8)),))]]) == [(0, "new", 6600)]


def test_volume_tiers_price_all_units_by_the_tier_they_reach():
    volume = item(tiers=TWO_TIERS, tier_mode=TierMode.VOLUME, quantity=Decimal(8))

    assert kinds([[state(items=(volume,))]]) == [(0, "new", 4100)]
