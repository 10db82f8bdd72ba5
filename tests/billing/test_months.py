"""MRR by month, and the metrics of money made from it."""

from datetime import date

import pytest

from tenure.billing import actions, queries
from tenure.billing.types import MovementKind, SpendRecord, Status
from tenure.customers.models import Account
from tenure.insights.queries import accounts_behind, read_metric
from tenure.kernel.money import Money
from tests.billing.telling import day, state


@pytest.fixture
def half_a_year(workspace, at):
    """Three accounts: one grows, one leaves in March and comes back in May, one comes in February."""
    at(day(170))
    over = {"status": Status.CANCELLED, "ended_at": day(70), "cancelled_at": day(70)}
    actions.record_subscription_states(
        [
            state(amount=10000, account="grows", external_id="a"),
            state(40, amount=15000, account="grows", external_id="a"),
            state(amount=20000, account="leaves", external_id="b"),
            state(70, amount=20000, account="leaves", external_id="b", **over),
            state(130, amount=5000, account="leaves", external_id="c", started_at=day(130)),
            state(45, amount=8000, account="comes", external_id="d", started_at=day(45)),
            state(100, amount=6000, account="comes", external_id="d", started_at=day(45)),
        ]
    )
    return {a.external_id: a.pk for a in Account.objects.all()}


def values(name: str, **chosen) -> list:
    """Read a metric from December to July."""
    return [row.value for row in read_metric(name, since=date(2025, 12, 1), until=date(2026, 7, 1), **chosen).rows]


def test_mrr_is_null_before_anything_is_known_and_stays_where_nothing_moves(half_a_year):
    assert values("mrr") == [None, 30000, 43000, 23000, 21000, 26000, 26000, None]
    assert values("paying_accounts") == [None, 2, 3, 2, 2, 3, 3, None]


def test_each_kind_of_movement_is_summed_by_month(half_a_year):
    assert values("new_mrr") == [None, 30000, 8000, 0, 0, 0, 0, None]
    assert values("expansion_mrr") == [None, 0, 5000, 0, 0, 0, 0, None]
    assert values("contraction_mrr") == [None, 0, 0, 0, -2000, 0, 0, None]
    assert values("churn_mrr") == [None, 0, 0, -20000, 0, 0, 0, None]
    assert values("reactivation_mrr") == [None, 0, 0, 0, 0, 5000, 0, None]


def test_rates_are_null_where_there_is_nothing_to_divide_by(half_a_year):
    assert values("arpa") == [None, 15000, 14333, 11500, 10500, 8667, 8667, None]
    assert values("gross_revenue_retention") == [None, None, 1, 23 / 43, 21 / 23, 1, 1, None]
    assert values("net_revenue_retention") == [
        None, None, 1 + 5000 / 30000, pytest.approx(23 / 43), pytest.approx(21 / 23), pytest.approx(26 / 21), 1, None,
    ]  # fmt: skip
    assert values("logo_churn") == [None, None, 0, 1 / 3, 0, 0, 0, None]
    assert values("quick_ratio") == [None, None, None, 0, 0, None, None, None]


def test_lifetime_value_has_an_interval_that_narrows_with_what_is_known(half_a_year):
    rows = read_metric("ltv", since=date(2026, 1, 1), until=date(2026, 6, 30)).rows

    assert [r.value for r in rows] == [None, None, 57500, 73500, 78000, 104000]
    assert rows[1].high is None
    for row in rows[2:]:
        assert row.low < row.value < row.high


def test_cost_of_winning_comes_from_spend_spread_over_its_days(half_a_year):
    actions.record_spend(
        [
            SpendRecord(
                source="csv", external_id="ads", first=date(2026, 1, 1), last=date(2026, 2, 28),
                amount=Money(amount=59000, currency="USD"),
            )
        ]
    )  # fmt: skip

    assert values("cac") == [None, 15500, 28000, None, None, None, None, None]
    assert values("cac_payback") == [None, 31000 / 30000, 28000 / 8000, None, None, None, None, None]
    assert values("ltv_to_cac")[1:3] == [None, None]


def test_value_for_cost_has_the_interval_of_the_value(half_a_year):
    actions.record_subscription_states([state(125, amount=4000, account="late", external_id="e", started_at=day(125))])
    spent = SpendRecord(
        source="csv", external_id="may", first=date(2026, 5, 1), last=date(2026, 5, 31),
        amount=Money(amount=10000, currency="USD"),
    )  # fmt: skip
    actions.record_spend([spent])

    ltv, ratio = (
        read_metric(name, since=date(2026, 5, 1), until=date(2026, 5, 31)).rows[0] for name in ("ltv", "ltv_to_cac")
    )
    assert ltv.value == 67500  # 4 pay 30000 in all; 1 of 9 account-months since January was the last
    assert (ratio.value, ratio.n) == (6.75, 1)
    assert (ratio.low, ratio.high) == (ltv.low / 10000, ltv.high / 10000)
    assert values("cac_payback")[5] == 2.5


def test_counts_the_accounts_behind_each_kind_of_movement(half_a_year):
    for name in ("new_mrr", "expansion_mrr", "contraction_mrr", "churn_mrr", "reactivation_mrr", "arpa"):
        for row in read_metric(name, since=date(2026, 1, 1), until=date(2026, 6, 30)).rows:
            assert row.n == len(accounts_behind(name, row.period)), (name, row)


def test_every_number_opens_to_its_accounts(half_a_year):
    ids = half_a_year

    def behind(name: str, month: int) -> set[int]:
        return set(accounts_behind(name, date(2026, month, 1)))

    assert behind("mrr", 3) == {ids["grows"], ids["comes"]}
    assert behind("new_mrr", 1) == {ids["grows"], ids["leaves"]}
    assert behind("churn_mrr", 3) == behind("logo_churn", 3) == {ids["leaves"]}
    assert behind("reactivation_mrr", 5) == {ids["leaves"]}
    assert behind("net_revenue_retention", 2) == {ids["grows"]}


def test_mrr_at_a_moment_is_what_those_paying_pay(half_a_year):
    for number in range(0, 171, 5):
        assert queries.mrr_at(day(number)) == sum(a.mrr for a in queries.accounts_paying(day(number)))
    assert [a.mrr for a in queries.accounts_paying(date(2026, 6, 1))] == [15000, 6000, 5000]


def test_movements_are_paged_newest_first(half_a_year):
    first = queries.movements(limit=4)
    second = queries.movements(limit=4, cursor=first.next_cursor)

    listed = [*first.movements, *second.movements]
    assert [m.at for m in listed] == sorted((m.at for m in listed), reverse=True)
    assert len({(m.account_id, m.at) for m in listed}) == len(listed) == 7
    assert second.next_cursor == ""
    assert [m.amount for m in queries.movements(kinds=[MovementKind.CHURN]).movements] == [-20000]
    assert list(queries.all_movements()) == listed


def test_a_workspace_without_billing_has_no_numbers(workspace, at):
    at(day(100))

    for name in ("mrr", "arpa", "ltv", "cac", "quick_ratio", "logo_churn"):
        assert set(values(name)) == {None}
    assert queries.mrr_at(day(5)) == 0
