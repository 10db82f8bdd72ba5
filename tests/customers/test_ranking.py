"""Lists of accounts in an order that another domain knows."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from tenure.customers import actions, queries
from tenure.customers.models import Account
from tenure.customers.queries import Kind, Ranking, ranking
from tenure.customers.types import AccountFilter
from tenure.signals import actions as signal_actions
from tenure.signals import queries as signals
from tests.signals.given import NOON, finding, given_account


@pytest.fixture(params=["few", "many"])
def way(request: Any, monkeypatch: Any) -> str:
    """Put all in order at once, or walk the ranking in portions of two."""
    if request.param == "many":
        monkeypatch.setattr(ranking, "LOOKED_UP", 0)
        monkeypatch.setattr(ranking, "PORTION", 2)
    return str(request.param)


@pytest.fixture
def accounts(workspace: Any, at: Any) -> dict[str, int]:
    """Accounts with 0 to 3 open signals: two have two, two have none."""
    at(NOON)
    made = {}
    for name, count in {"a": 2, "b": 0, "c": 3, "d": 2, "e": 1, "f": 0}.items():
        account = given_account(name, plan="Free" if name == "e" else "Premium")
        made[name] = account.pk
        signal_actions.open_signals([finding(account, reason_key=str(n)) for n in range(count)])
    return made


def listed(sort: str, limit: int, **narrowed: Any) -> list[str]:
    """Walk through all pages."""
    by = Ranking(signals.signals_open(), Kind.NUMBER)
    names, cursor = [], ""
    while True:
        page = queries.accounts_list(AccountFilter(**narrowed), sort=sort, ranking=by, cursor=cursor, limit=limit)
        names += [a.name for a in page.accounts]
        cursor = page.next_cursor
        if not cursor:
            assert page.count == len(names)
            return names


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_pages_are_in_the_order_of_the_ranking_with_the_others_last(accounts, way, limit):
    assert listed("signals", limit) == ["E", "A", "D", "C", "B", "F"]
    assert listed("-signals", limit) == ["C", "D", "A", "E", "F", "B"]


@pytest.mark.parametrize("limit", [1, 50])
def test_only_what_passes_is_listed(accounts, way, limit):
    ids = tuple(accounts[name] for name in "abe")

    assert listed("-signals", limit, ids=ids) == ["A", "E", "B"]


def test_exports_have_the_same_order(accounts, way):
    by = Ranking(signals.signals_open(), Kind.NUMBER)

    assert [row.name for row in queries.account_rows(sort="-signals", ranking=by)] == ["C", "D", "A", "E", "F", "B"]


def test_health_and_risk_are_sorted_by_traits_those_without_last(workspace):
    ids = {name: given_account(name).pk for name in ("a", "b", "c")}
    actions.set_account_traits(ids["a"], {"health_score": 41, "churn_risk": 0.4}, source="health")
    actions.set_account_traits(ids["b"], {"health_score": 9, "churn_risk": "high"}, source="health")

    assert [a.name for a in queries.accounts_list(sort="health").accounts] == ["B", "A", "C"]
    assert [a.name for a in queries.accounts_list(sort="-health").accounts] == ["A", "B", "C"]
    assert [a.name for a in queries.accounts_list(sort="-risk").accounts] == ["A", "C", "B"]


@pytest.mark.parametrize(("sort", "index"), [("health", "accounts_by_health"), ("-risk", "accounts_by_risk")])
def test_the_order_is_read_from_its_index(workspace, sort, index):
    from tenure.customers.queries.account_lists import _sorting
    from tenure.customers.queries.sorting import in_order, valued

    by, descends = _sorting(sort)
    page = in_order(valued(queries.accounts(), by), by, descends=descends, after=None)[:50]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        sql, params = page.query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert index in plan
    assert "Sort" not in plan


def test_a_trait_is_followed_through_time(workspace):
    account = given_account("a").pk
    other = given_account("b").pk
    for day, score in ((1, 80), (5, 70), (9, 40)):
        actions.set_account_traits(
            account, {"health_score": score}, source="health", at=datetime(2026, 3, day, tzinfo=UTC)
        )
    actions.set_account_traits(other, {"health_score": "unknown"}, source="health")

    found = queries.trait_courses("health_score", [account, other], since=datetime(2026, 3, 4, tzinfo=UTC))

    assert found == {
        account: [
            (datetime(2026, 3, 4, tzinfo=UTC), 80.0),
            (datetime(2026, 3, 5, tzinfo=UTC), 70.0),
            (datetime(2026, 3, 9, tzinfo=UTC), 40.0),
        ]
    }
    assert Account.objects.count() == 2
