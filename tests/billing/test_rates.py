"""Which currencies need a rate."""

from decimal import Decimal

from tenure.billing import actions, queries
from tenure.kernel import tenancy
from tests.billing.telling import state
from tests.given import given_workspace


def test_names_every_currency_that_was_ever_billed_in_once(workspace):
    actions.record_subscription_states(
        [
            state(n, external_id=f"sub_{n}", account=f"a{n}", currency=currency)
            for n, currency in enumerate(["EUR", "USD", "XTS", "EUR", "CHF", "XTS", "USD"])
        ]
    )

    rates = queries.exchange_rates()

    assert [(r.currency, r.rate is None) for r in rates] == [("CHF", False), ("EUR", False), ("XTS", True)]
    assert rates[1].rate == Decimal("1.13")
    with tenancy.scope(given_workspace("Other").pk):
        assert queries.exchange_rates() == []
