"""Working out the ledgers of 100 000 accounts, set by set, against one account at a time with the same rules.

Each account has one to three subscriptions and what was said of them over two years: trials, plan changes, discounts,
ends; 10 % pay in euros. *Set by set* is `rebuild` as every import and webhook uses it, two thousand accounts at a time;
the baseline calls the same function for one account after another, as an object-by-object ledger would, and is measured
on a sample. Rebuilding once more, when nothing changed, is what a restart or a repeated import costs.
"""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bench.rig import fresh_tenure
from bench.run import Figure

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
ACCOUNTS, SAMPLE = 100_000, 300
AT_ONCE = 5_000


def measure() -> Iterator[Figure]:
    """Fill a workspace and measure."""
    with fresh_tenure():
        from tenure.kernel import clock, tenancy
        from tenure.workspaces import actions as workspaces

        owner = workspaces.create_user("bench@tenure.example", password="a-long-password-7", name="Bench")
        with clock.simulated(NOW):
            made = workspaces.create_workspace("Large", owner=owner)
            with tenancy.scope(made.pk):
                yield from _measured(made.pk)


def _measured(workspace_id: int) -> Iterator[Figure]:
    from django.db import transaction

    from tenure.billing import actions
    from tenure.billing.actions import rebuilding, sql
    from tenure.billing.models import LedgerAccount, LedgerMovement

    states = _history()
    began = time.perf_counter()
    for start in range(0, len(states), AT_ONCE):
        actions.record_subscription_states(states[start : start + AT_ONCE])
    recorded = time.perf_counter() - began
    movements = LedgerMovement.objects.count()
    yield Figure(
        figure=f"{len(states):,} states of {ACCOUNTS:,} accounts taken down and told: {movements:,} movements",
        value=len(states) / recorded,
        unit="states/s",
    )
    ids = list(LedgerAccount.objects.values_list("account_id", flat=True))

    def rebuilt(some: list[int], at_once: int) -> float:
        """Forget the ledgers of some accounts and work them out; returns accounts a second."""
        LedgerMovement.objects.filter(account_id__in=some).delete()
        began = time.perf_counter()
        for start in range(0, len(some), at_once):
            with transaction.atomic():
                sql.lock_billing(workspace_id)
                rebuilding.rebuild(some[start : start + at_once], workspace_id)
        return len(some) / (time.perf_counter() - began)

    sets = rebuilt(ids, rebuilding.AT_ONCE)
    one_by_one = rebuilt(random.Random(1).sample(ids, SAMPLE), 1)
    yield Figure(
        figure=f"ledgers of {len(ids):,} accounts worked out, against one account at a time",
        value=sets,
        unit="accounts/s",
        baseline=one_by_one,
        ratio=sets / one_by_one,
        bar=10,
    )
    total = sum(m for (m,) in LedgerMovement.objects.values_list("amount"))
    assert total == sum(m for (m,) in LedgerAccount.objects.values_list("mrr")), "movements do not sum to MRR"


def _history() -> list[Any]:
    from tenure.billing.types import Discount, Interval, Item, Status, SubscriptionState, Unit

    rng = random.Random(7)
    prices = (("starter", 1900), ("team", 4900), ("business", 19900))
    found = []
    for account in range(ACCOUNTS):
        for number in range(rng.choice((1, 1, 1, 2, 3))):
            started = NOW - timedelta(days=rng.randint(5, 730), minutes=rng.randint(0, 1440))
            yearly, plan = rng.random() < 0.3, rng.randint(0, 1)
            common: dict[str, Any] = {
                "source": "bench",
                "external_id": f"sub_{account}_{number}",
                "started_at": started,
                "currency": "EUR" if account % 10 == 0 else "USD",
                "account": f"account-{account}",
                "trial_end": started + timedelta(days=14) if rng.random() < 0.5 else None,
            }
            if rng.random() < 0.2:
                off = Discount(percent=Decimal(25), ends_at=started + timedelta(days=rng.randint(30, 400)))
                common["discounts"] = (off,)

            def item(step: int, quantity: int, yearly: bool = yearly) -> Item:
                name, price = prices[min(step, 2)]
                return Item(
                    plan=name,
                    plan_name=name.title(),
                    quantity=Decimal(quantity),
                    unit_amount=Decimal(price * (10 if yearly else 1)),
                    interval=Interval(unit=Unit.YEAR if yearly else Unit.MONTH),
                )

            told = started
            for step in range(rng.choice((1, 1, 2, 3))):
                found.append(
                    SubscriptionState(
                        as_of=told, status=Status.ACTIVE, items=(item(plan + step, rng.randint(1, 20)),),
                        provenance=f"bench {step}", **common,
                    )
                )  # fmt: skip
                told += timedelta(days=rng.randint(20, 200))
            if rng.random() < 0.3 and told < NOW:
                found.append(
                    SubscriptionState(
                        as_of=told, status=Status.CANCELLED, ended_at=told, items=(item(plan, 1),),
                        provenance="bench end", **common,
                    )
                )  # fmt: skip
    found = [s for s in found if s.as_of <= NOW]
    rng.shuffle(found)
    return found
