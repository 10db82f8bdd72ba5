"""What an account had is what was known then, however late its provider told of it; and what is known of it by now."""

import dataclasses
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tenure.billing import actions, queries
from tenure.billing.errors import RecordUnusable
from tenure.billing.models import LedgerAccount, Payment
from tenure.billing.types import Discount, PaymentKind, PaymentRecord, Status
from tenure.kernel import clock, jobs, tenancy
from tenure.kernel.as_of import AsOf
from tenure.kernel.money import Money
from tests.billing.slow_ledger import slow_mrr
from tests.billing.telling import BEGIN, day, state
from tests.billing.test_ledger import histories
from tests.given import given_workspace

HAD = ("status", "mrr", "plan", "seats", "renews_at", "renewal", "ends_at", "list_mrr", "discount_ends_at")


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


def test_what_discounts_take_off_is_known_when_it_is_told(workspace, at):
    at(day(1))
    actions.record_subscription_states([state()])
    half = Discount(percent=Decimal(50), starts_at=day(20), ends_at=day(50))
    at(day(30))
    actions.record_subscription_states([state(20, discounts=(half,))])
    at(day(51))
    jobs.run_stage("billing", day(51))

    def off(as_of: AsOf) -> list[tuple[int, int, Any]]:
        return [(r["mrr"], r["list_mrr"], r["discount_ends_at"]) for r in queries.ledgers_as_of(as_of).to_pylist()]

    assert off(AsOf.then(day(25))) == [(5000, 5000, None)], "nobody had told of it"
    assert off(AsOf.by_now(day(25), day(51))) == [(2500, 5000, day(50))]
    assert off(AsOf.then(day(40))) == [(2500, 5000, day(50))]
    assert off(AsOf.then(day(52))) == [(5000, 5000, None)]
    assert off(AsOf.by_now(day(52), day(53))) == [(5000, 5000, None)]


def test_a_discount_counts_in_the_currency_of_the_workspace_and_only_while_paying(workspace, at):
    at(day(10))
    free = Discount(percent=Decimal(100))
    actions.record_subscription_states(
        [
            state(external_id="a", provenance="1", discounts=(free,)),
            state(external_id="b", provenance="2", amount=300, status=Status.TRIALING, trial_end=day(90)),
            state(external_id="c", provenance="3", amount=200, discounts=(Discount(amount=Decimal(50)),)),
        ]
    )

    (row,) = queries.ledgers_as_of(AsOf.then(day(11))).to_pylist()

    assert (row["mrr"], row["list_mrr"], row["discount_ends_at"]) == (150, 5200, None)


def failure(number: int, as_of: float, *, kind: PaymentKind = PaymentKind.FAILURE, at: float | None = None) -> Any:
    return PaymentRecord(
        source="test", external_id=f"ch_{number}", as_of=day(as_of), kind=kind, at=day(as_of if at is None else at),
        amount=Money(amount=900, currency="USD"), account="acme", provenance=f"{number} {as_of}",
    )  # fmt: skip


def test_failed_payments_count_as_they_were_told_by_then(workspace, at):
    told = {
        2: [failure(1, 2)],
        20: [failure(2, 20, kind=PaymentKind.PAYMENT)],
        40: [failure(3, 40, at=30)],
        60: [failure(1, 60, kind=PaymentKind.PAYMENT, at=2)],
    }
    for number, payments in told.items():
        at(day(number))
        actions.record_payments(payments)
        actions.record_payments(payments)  # told twice

    def failed(as_of: AsOf, days: int = 90) -> list[int]:
        return queries.payments_failed_as_of(as_of, days)["n"].to_pylist()

    assert failed(AsOf.then(day(1))) == []
    assert failed(AsOf.then(day(35))) == [1], "the third was told ten days late"
    assert failed(AsOf.then(day(41))) == [2]
    assert failed(AsOf.then(day(41)), 20) == [1]
    assert failed(AsOf.then(day(61))) == [1], "the first went through in the end"
    assert failed(AsOf.by_now(day(35), day(61))) == [1]
    assert failed(AsOf.by_now(day(29), day(61))) == []


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 60), st.sampled_from([PaymentKind.FAILURE, PaymentKind.PAYMENT])),
        max_size=8,
    )
)
def test_whatever_is_told_later_changes_no_count_of_then(db, told):
    answered = []
    with tenancy.scope(given_workspace().pk):
        for place, (number, happened, kind) in enumerate(told):
            moment = day(100 + place)
            with clock.simulated(moment):
                actions.record_payments([failure(number, 100 + place, kind=kind, at=happened + 40)])
            asked = AsOf.then(moment + timedelta(hours=1))
            failures = Payment.objects.filter(kind="failure", at__lt=asked.at, at__gte=asked.at - timedelta(days=30))
            answered.append((asked, failures.count()))

        for asked, count in answered:
            assert sum(queries.payments_failed_as_of(asked, 30)["n"].to_pylist()) == count


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
