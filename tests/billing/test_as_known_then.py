"""What an account had is what was known then, however late its provider told of it; and what is known of it by now."""

import dataclasses
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tenure.billing import actions, queries
from tenure.billing.errors import RecordUnusable
from tenure.billing.models import LedgerAccount
from tenure.billing.types import Status
from tenure.kernel import clock, tenancy
from tenure.kernel.as_of import AsOf
from tests.billing.slow_ledger import slow_mrr
from tests.billing.telling import BEGIN, day, state
from tests.billing.test_ledger import histories
from tests.given import given_workspace

HAD = ("status", "mrr", "plan", "seats", "renews_at", "renewal", "ends_at")


def known_now() -> list[dict[str, Any]]:
    return list(LedgerAccount.objects.order_by("account_id").values("account_id", *HAD))


@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(histories(), min_size=1, max_size=3), st.data())
def test_the_same_past_gives_the_same_answer(db, drawn, data):
    told = data.draw(st.permutations([(n, s) for n, history in enumerate(drawn) for s in history]))
    answered = []

    with tenancy.scope(given_workspace().pk):
        for place, (n, said) in enumerate(told):
            moment = day(10 * place) + timedelta(hours=1)
            with clock.simulated(moment):
                try:
                    actions.record_subscription_states(
                        [dataclasses.replace(said, account=f"a{n % 2}", external_id=f"sub_{n}")]
                    )
                except RecordUnusable:
                    continue
            answered.append((moment, known_now()))

        for moment, known in answered:
            assert queries.ledgers_as_of(AsOf.then(moment)).to_pylist() == known


@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(histories(), st.integers(0, 60))
def test_what_is_known_by_now_prices_everything_said(db, history, number):
    states = [dataclasses.replace(said, currency="USD") for said in history]
    moment, now = day(number) + timedelta(minutes=7), day(400)
    with tenancy.scope(given_workspace().pk):
        with clock.simulated(now):
            try:
                actions.record_subscription_states(states)
            except RecordUnusable:
                return
        found = queries.ledgers_as_of(AsOf.by_now(moment, now)).to_pylist()
        assert queries.ledgers_as_of(AsOf.then(moment)).num_rows == 0, "nobody had said anything"
        recognition = queries.ledger_choices().recognition

    expected = slow_mrr([states], moment, recognition, {"USD": 1})
    assert (found[0]["mrr"] if found else 0) == expected


def test_a_cancellation_told_late_was_not_known_then(workspace, at):
    at(day(1))
    actions.record_subscription_states([state()])
    at(day(40))
    actions.record_subscription_states([state(20, status=Status.CANCELLED, ended_at=day(20))])

    def mrr(as_of: AsOf) -> list[tuple[str, int]]:
        return [(r["status"], r["mrr"]) for r in queries.ledgers_as_of(as_of).to_pylist()]

    assert mrr(AsOf.then(day(30))) == [("active", 5000)]
    assert mrr(AsOf.by_now(day(30), day(41))) == [("cancelled", 0)]
    assert mrr(AsOf.by_now(day(10), day(41))) == [("active", 5000)]
    assert mrr(AsOf.then(day(41))) == [("cancelled", 0)]
    assert mrr(AsOf.then(BEGIN)) == []


def test_only_the_accounts_asked_for(workspace, at):
    at(day(1))
    actions.record_subscription_states(
        [state(external_id=f"s{n}", account=f"a{n}", provenance=f"p{n}") for n in range(3)]
    )
    ids = sorted(LedgerAccount.objects.values_list("account_id", flat=True))

    for as_of in (AsOf.then(day(2)), AsOf.by_now(day(2), day(3))):
        assert queries.ledgers_as_of(as_of, ids[1:])["account_id"].to_pylist() == ids[1:]


def test_an_imported_history_is_read_as_its_provider_told_it(workspace, at):
    at(day(100))
    actions.record_subscription_states([state(), state(20, status=Status.CANCELLED, ended_at=day(15))])

    def mrr(number: float) -> list[tuple[str, int, Any]]:
        return [(r["status"], r["mrr"], r["ends_at"]) for r in queries.ledgers_as_told(day(number)).to_pylist()]

    assert mrr(18) == [("active", 5000, None)], "the end came to be known on day 20"
    assert mrr(21) == [("cancelled", 0, None)]
    assert queries.ledgers_as_of(AsOf.by_now(day(18), day(100)))["mrr"].to_pylist() == [0]
