"""What accounts pay for now, as columns: for segments and statistics."""

import json
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import pyarrow as pa
from django.db import connection

from tenure.billing.queries.choices import LedgerChoices, ledger_choices
from tenure.billing.queries.past import ledgers_as_of
from tenure.billing.queries.plan_names import plans_with_commas
from tenure.billing.rules.plan_names import BETWEEN, plans_in
from tenure.billing.rules.rates import in_minor_units, usual_rate
from tenure.kernel import tenancy
from tenure.kernel.as_of import AsOf
from tenure.kernel.money import rounded

_MOMENT = pa.timestamp("us", tz="UTC")


def billed(currencies: Sequence[str] = (), account_ids: Iterable[int] | None = None) -> pa.Table:
    """Return the accounts (or those of `account_ids`) that anything was ever billed to.

    Columns account_id, status, plan (several between commas), plans (each by itself), mrr (minor units of the
    workspace's currency), seats, renews_at, renewal (the how-manieth that will be), ends_at, and `mrr_XXX` for each of
    `currencies`: the MRR in minor units of that currency at the workspace's rates; null where no rate is known.
    """
    wanted = None if account_ids is None else list(account_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT account_id, status, plan, mrr, by_currency::text, seats, renews_at, renewal, ends_at
            FROM billing_ledgeraccount WHERE workspace_id = %s
            {"" if wanted is None else "AND account_id = ANY(%s)"} ORDER BY account_id
            """,  # noqa: S608
            [tenancy.current_workspace_id(), *([] if wanted is None else [wanted])],
        )
        rows = cursor.fetchall()
    choices = ledger_choices()
    of: dict[str, Any] = {
        "account_id": pa.array([r[0] for r in rows], pa.int64()),
        "status": pa.array([r[1] for r in rows], pa.string()),
        "plan": pa.array([r[2] for r in rows], pa.string()),
        "mrr": pa.array([r[3] for r in rows], pa.int64()),
        "seats": pa.array([r[5] for r in rows], pa.int64()),
        "renews_at": pa.array([r[6] for r in rows], _MOMENT),
        "renewal": pa.array([r[7] for r in rows], pa.int64()),
        "ends_at": pa.array([r[8] for r in rows], _MOMENT),
    }
    for currency in currencies:
        of[f"mrr_{currency}"] = pa.array([_in(currency, r[3], r[4], choices) for r in rows], pa.int64())
    return _with_plans(pa.table(of))


def _with_plans(found: pa.Table) -> pa.Table:
    """Add the plans one by one; those that hold a comma themselves are only asked for where there is any comma."""
    coded = found["plan"].combine_chunks().dictionary_encode()
    texts = coded.dictionary.to_pylist()
    names = plans_with_commas() if any(BETWEEN in text for text in texts) else frozenset[str]()
    plans = pa.array([plans_in(text, names) for text in texts], pa.list_(pa.string()))
    return found.append_column("plans", plans.take(coded.indices))


def billed_as_of(as_of: AsOf, currencies: Sequence[str] = (), account_ids: Iterable[int] | None = None) -> pa.Table:
    """Return what `billed` would have said at a moment, as far as it was known at another; at the rates of today.

    What is paid in other currencies is not told apart in the past: all of it counts by its rate.
    """
    found = ledgers_as_of(as_of, None if account_ids is None else list(account_ids))
    choices = ledger_choices()
    for currency in currencies:
        paid = [_in(currency, mrr, "{}", choices) for mrr in found["mrr"].to_pylist()]
        found = found.append_column(f"mrr_{currency}", pa.array(paid, pa.int64()))
    return _with_plans(found)


def rates_known(currencies: Sequence[str]) -> frozenset[str]:
    """Return which of these currencies amounts can be compared in."""
    choices = ledger_choices()
    return frozenset(c for c in currencies if c == choices.currency or _rate(c, choices) is not None)


def _in(currency: str, mrr: int, by_currency: str, choices: LedgerChoices) -> int | None:
    """Return what is paid in one currency alone as it is, and anything else by its rate."""
    if currency == choices.currency:
        return mrr
    paid: dict[str, int] = json.loads(by_currency)
    if set(paid) == {currency}:
        return paid[currency]
    rate = _rate(currency, choices)
    return None if rate is None else rounded(mrr / rate)


def _rate(currency: str, choices: LedgerChoices) -> Fraction | None:
    if currency in choices.rates:
        return choices.rates[currency]
    usual = usual_rate(currency, choices.currency)
    return None if usual is None else in_minor_units({currency: usual}, choices.currency)[currency]
