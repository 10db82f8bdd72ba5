"""How the workspace counts: when churn is recognised, what is one change, at which rates."""

import dataclasses
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from django.db import connection

from tenure.billing.models import BillingSettings, ExchangeRate
from tenure.billing.rules.rates import in_minor_units
from tenure.billing.types import Recognition
from tenure.kernel import tenancy
from tenure.workspaces import queries as workspaces


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class LedgerChoices:
    """What the ledger is worked out with; `rates` turn minor units into minor units of `currency`."""

    recognition: Recognition
    window: timedelta
    currency: str
    rates: Mapping[str, Fraction]

    @property
    def merge_minutes(self) -> int:
        """Within how many minutes of a change others belong to it."""
        return self.window // timedelta(minutes=1)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class CurrencyRate:
    """How many units of the workspace's currency one of another counts as; None: nobody knows."""

    currency: str
    rate: Decimal | None
    is_chosen: bool


def ledger_choices() -> LedgerChoices:
    """Return what the workspace in scope chose, or what it has by default."""
    chosen = BillingSettings.objects.first()
    currency = workspaces.workspace(tenancy.current_workspace_id()).currency
    return LedgerChoices(
        recognition=Recognition(chosen.recognition) if chosen else Recognition.CANCELLED,
        window=timedelta(minutes=chosen.merge_minutes if chosen else 60),
        currency=currency,
        rates=in_minor_units(dict(ExchangeRate.objects.values_list("currency", "rate")), currency),
    )


def exchange_rates() -> list[CurrencyRate]:
    """Return every currency that was ever billed in but the workspace's own, with its rate."""
    own = workspaces.workspace(tenancy.current_workspace_id()).currency
    known = {r.currency: r for r in ExchangeRate.objects.all()}
    return [
        CurrencyRate(
            currency=currency,
            rate=known[currency].rate.normalize() if currency in known else None,
            is_chosen=currency in known and known[currency].is_chosen,
        )
        for currency in sorted({*known, *_billed_in()})
        if currency and currency != own
    ]


def _billed_in() -> list[str]:
    """Go from one currency to the next in their index, however many states there are of each."""
    workspace_id = tenancy.current_workspace_id()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE billed (currency) AS (
                (SELECT content ->> 'currency' FROM billing_recordedstate WHERE workspace_id = %s
                 ORDER BY content ->> 'currency' LIMIT 1)
                UNION ALL
                SELECT (SELECT s.content ->> 'currency' FROM billing_recordedstate s
                        WHERE s.workspace_id = %s AND s.content ->> 'currency' > billed.currency
                        ORDER BY s.content ->> 'currency' LIMIT 1)
                FROM billed WHERE billed.currency IS NOT NULL
            )
            SELECT currency FROM billed WHERE currency IS NOT NULL
            """,
            [workspace_id, workspace_id],
        )
        return [currency for (currency,) in cursor.fetchall()]
