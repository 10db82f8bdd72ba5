"""Signals to start from, made by real actions."""

from datetime import UTC, datetime
from typing import Any

from tenure.customers import actions as customers
from tenure.customers.models import Account
from tenure.signals import actions, queries
from tenure.signals.models import Signal
from tenure.signals.types import Finding
from tests.customers.calls import grouped

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)


def given_account(name: str = "fjord", **traits: Any) -> Account:
    said = {"name": name.title()} | traits
    customers.resolve_calls([grouped(0, user_id=f"someone-at-{name}", group_id=name, traits=said)])
    return Account.objects.get(external_id=name)


def finding(account: Account, severity: float | None = 0.5, **parts: Any) -> Finding:
    said = {"kind": "activity_decline", "evidence": {"percent": 62}, "summary": {"percent": 62}} | parts
    return Finding(account_id=account.pk, severity=severity, **said)


def given_signal(account: Account | None = None, severity: float | None = 0.5, **parts: Any) -> Signal:
    done = actions.open_signals([finding(account or given_account(), severity, **parts)])
    return queries.signal(done.opened[0])
