"""Money split by plan, currency or a trait: groups sum to the whole to the cent, and open to their accounts."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tenure.billing import actions, queries
from tenure.billing.models import LedgerMovement
from tenure.billing.types import Label, Status
from tenure.customers.models import Account
from tenure.insights.errors import SplitUnknown
from tenure.insights.queries import accounts_behind, read_metric
from tests.billing.telling import day, state

SINCE, UNTIL = date(2026, 1, 1), date(2026, 6, 30)
KINDS = ("new", "expansion", "contraction", "churn", "reactivation")


def a_world(seed):
    """Forty accounts with one or two subscriptions each, in three currencies, changing plan, leaving and returning."""
    chance = random.Random(seed)
    for number in range(40):
        for place in range(chance.choice([1, 1, 1, 2])):
            at, currency = chance.uniform(0, 90), chance.choice(["USD", "USD", "EUR", "JPY"])
            for turn in range(chance.randint(1, 4)):
                given = {"external_id": f"{number}-{place}", "account": f"a{number}", "currency": currency}
                over = {"status": Status.CANCELLED, "ended_at": day(at), "cancelled_at": day(at)}
                more = over if turn and chance.random() < 0.4 else {}
                plan = chance.choice(["basic", "plus", "team"])
                yield state(at, amount=chance.randrange(1, 99_999), plan=plan, started_at=day(0), **given, **more)
                at += chance.uniform(0.5, 60)


@pytest.fixture(params=[1, 2, 3])
def world(workspace, at, request):
    at(day(178))
    actions.set_exchange_rate("EUR", Decimal("1.137"), by=None)
    actions.set_exchange_rate("JPY", Decimal("0.00667"), by=None)
    actions.record_subscription_states(list(a_world(request.param)))
    for number, account in enumerate(Account.objects.order_by("pk")):
        size = ["small", "large", None, ""][number % 4]
        account.traits |= {} if size is None else {"size": size}
        account.save(update_fields=["traits"])


def slow_months(label_of):
    """Walk through every account's movements one by one: {(month, group): sums by kind, MRR after, accounts after}."""
    found = defaultdict(lambda: defaultdict(int))
    by_account = defaultdict(list)
    for move in LedgerMovement.objects.order_by("account_id", "at"):
        by_account[move.account_id].append(move)
    for account, moves in by_account.items():
        paid, label, levels = 0, None, defaultdict(int)
        for month in [date(2026, m, 1) for m in range(1, 7)]:
            before, home = paid, label
            for move in moves:
                if move.at.date().replace(day=1) != month:
                    continue
                for currency, (change, _) in move.by_currency.items():
                    levels[currency] += change
                label = label_of(account, move, levels) or "(none)"
                if before <= 0 and move is first_of(moves, month):
                    home = label
                found[month, home][move.kind] += move.amount
                paid = move.mrr_after
            found[month, home]["lost"] += int(before > 0 >= paid)
            if paid > 0:
                found[month, label]["mrr"] += paid
                found[month, label]["accounts"] += 1
    return found


def first_of(moves, month):
    """Return the first movement in a month."""
    return next(m for m in moves if m.at.date().replace(day=1) == month)


LABELS = {
    "plan": lambda account, move, levels: move.plan_to,
    "currency": lambda account, move, levels: ", ".join(sorted(c for c, paid in levels.items() if paid > 0)),
    "size": lambda account, move, levels: Account.objects.get(pk=account).traits.get("size"),
}


@pytest.mark.parametrize("by", LABELS)
def test_groups_sum_to_the_whole_to_the_cent_and_are_what_a_slow_walk_says(world, by):
    slow = slow_months(LABELS[by])
    metrics = {name: f"{name}_mrr" for name in KINDS} | {"mrr": "mrr", "accounts": "paying_accounts"}

    for name, metric in metrics.items():
        whole = {r.period: r.value for r in read_metric(metric, since=SINCE, until=UNTIL).rows}
        split = read_metric(metric, since=SINCE, until=UNTIL, by=by).rows
        sums = defaultdict(int)
        for row in split:
            assert row.value == slow[row.period, row.group][name], (metric, row)
            sums[row.period] += row.value
        assert dict(sums) == whole
    lost = {(m.month, m.group): m.accounts_lost for m in months(by)}
    assert {k: v for k, v in lost.items() if v} == {k: v["lost"] for k, v in slow.items() if v["lost"]}


def months(by):
    groups = Label(by) if by in set(Label) else {a.pk: a.traits.get("size") or "(none)" for a in Account.objects.all()}
    return queries.mrr_by_month_and_group(SINCE, UNTIL, groups)


@pytest.mark.parametrize("by", LABELS)
def test_what_goes_over_between_groups_cancels_out(world, by):
    moved, before = defaultdict(int), {}
    for m in months(by):
        kinds = m.new + m.expansion + m.contraction + m.churn + m.reactivation
        assert m.mrr == m.mrr_before + kinds + m.moved
        assert m.mrr_before == before.get(m.group, 0)
        before[m.group] = m.mrr
        moved[m.month] += m.moved
    assert set(moved.values()) == {0}
    if by == "size":
        assert {m.moved for m in months(by)} == {0}


@pytest.mark.parametrize("by", LABELS)
def test_every_group_opens_to_its_accounts(world, by):
    for metric in ("mrr", "expansion_mrr", "churn_mrr", "logo_churn", "net_revenue_retention"):
        for period in (date(2026, 3, 1), date(2026, 5, 1)):
            groups = {r.group for r in read_metric(metric, since=period, until=period, by=by).rows}
            parts = [set(accounts_behind(metric, period, by=by, group=group)) for group in sorted(groups)]
            if metric.endswith("_mrr"):
                read = read_metric(metric, since=period, until=period, by=by).rows
                assert [r.n for r in sorted(read, key=lambda r: r.group)] == [len(part) for part in parts]
            whole = set(accounts_behind(metric, period))
            assert set().union(*parts) == whole
            assert sum(map(len, parts)) == len(whole)


def test_rates_of_a_group_are_made_from_its_own_months(world):
    by_group = {(m.month, m.group): m for m in months("plan")}

    for row in read_metric("net_revenue_retention", since=SINCE, until=UNTIL, by="plan").rows:
        m = by_group[row.period, row.group]
        kept = m.mrr_before + m.expansion + m.contraction + m.churn + m.reactivation
        assert row.value == (pytest.approx(kept / m.mrr_before) if m.mrr_before else None)
    for row in read_metric("arpa", since=SINCE, until=UNTIL, by="plan").rows:
        m = by_group[row.period, row.group]
        assert row.value == (round(m.mrr / m.accounts) if m.accounts else None)
    assert read_metric("ltv", since=SINCE, until=UNTIL, by="size").rows


def test_an_account_that_changes_plan_moves_between_groups_and_counts_where_it_was(workspace, at):
    at(datetime(2026, 3, 20, tzinfo=UTC))
    actions.record_subscription_states([state(amount=1000), state(40, amount=4000, plan="team")])

    rows = {(r.period.month, r.group): r.value for r in read_metric("mrr", since=SINCE, by="plan").rows}
    assert rows[1, "Basic"] == 1000
    assert (rows[2, "Basic"], rows[2, "Team"]) == (0, 4000)
    grown = {(r.period.month, r.group): r.value for r in read_metric("expansion_mrr", since=SINCE, by="plan").rows}
    assert (grown[2, "Basic"], grown[2, "Team"]) == (3000, 0)


def test_refuses_what_no_account_is_split_by(world):
    with pytest.raises(SplitUnknown):
        read_metric("mrr", by="shoe_size")
    with pytest.raises(SplitUnknown):
        read_metric("cac", by="plan")
