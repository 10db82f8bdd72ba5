"""What a workspace chooses for its ledger, and working all of it out again by the new choice."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from tenure.billing.actions import sql
from tenure.billing.actions.recording import ensure_rates
from tenure.billing.errors import BillingChoiceInvalid, CurrencyUnknown, RateImpossible
from tenure.billing.models import BillingSettings, ExchangeRate, LedgerAccount
from tenure.billing.rules.rates import usual_rate
from tenure.billing.types import Recognition
from tenure.kernel import clock, tenancy
from tenure.workspaces import queries as workspaces
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

MOST_MERGED_MINUTES = 7 * 24 * 60
_HIGHEST_RATE = Decimal(10) ** 9


@transaction.atomic
def choose_ledger(*, recognition: Recognition, merge_minutes: int, by: "Member | None") -> None:
    """Choose when churn is counted and within how many minutes changes are one; the ledger is worked out again."""
    if not 0 <= merge_minutes <= MOST_MERGED_MINUTES:
        raise BillingChoiceInvalid(f"Changes can be merged within 0 to {MOST_MERGED_MINUTES} minutes.")
    workspace_id = tenancy.current_workspace_id()
    sql.lock_billing(workspace_id)
    chosen = _settings(workspace_id)
    before = {"recognition": chosen.recognition, "merge_minutes": chosen.merge_minutes}
    after = {"recognition": recognition.value, "merge_minutes": merge_minutes}
    if before == after:
        return
    chosen.recognition, chosen.merge_minutes = recognition.value, merge_minutes
    chosen.save(update_fields=["recognition", "merge_minutes"])
    record_audit("billing.choose_ledger", by=by, subject="", details={"before": before, "after": after})
    restate()


@transaction.atomic
def set_exchange_rate(currency: str, rate: Decimal, *, by: "Member | None") -> None:
    """Choose how many units of the workspace's currency one of another counts as, for all time; no movement."""
    currency = currency.strip().upper()
    if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
        raise CurrencyUnknown
    if not rate.is_finite() or not 0 < rate <= _HIGHEST_RATE:
        raise RateImpossible
    workspace_id = tenancy.current_workspace_id()
    if currency == workspaces.workspace(workspace_id).currency:
        raise RateImpossible("The workspace's own currency counts as itself.")
    sql.lock_billing(workspace_id)
    ensure_rates([], workspace_id)
    known = ExchangeRate.objects.filter(currency=currency).first()
    if known and known.rate == rate and known.is_chosen:
        return
    ExchangeRate.objects.update_or_create(
        currency=currency, defaults={"rate": rate, "is_chosen": True, "set_at": clock.now()}
    )
    record_audit(
        "billing.set_exchange_rate",
        by=by,
        subject=currency,
        details={"before": str(known.rate.normalize()) if known else None, "after": str(rate)},
    )
    restate()


def restate() -> int:
    """Have every ledger of the workspace in scope worked out again, a portion at a time, without telling anybody."""
    return LedgerAccount.objects.update(due_at=clock.now(), is_restated=True)


@transaction.atomic
def follow_currency(workspace_id: int) -> bool:
    """Restate the ledger if the workspace has another currency than it was worked out in; says whether it has."""
    currency = workspaces.workspace(workspace_id).currency
    chosen = BillingSettings.objects.filter(workspace_id=workspace_id).first()
    if chosen is not None and chosen.currency == currency:
        return False
    sql.lock_billing(workspace_id)
    chosen = _settings(workspace_id)
    before, chosen.currency = chosen.currency, currency
    if before == currency:
        return False
    chosen.save(update_fields=["currency"])
    rates = {r.currency: r for r in ExchangeRate.objects.all()}
    cross = rates[currency].rate if currency in rates else usual_rate(currency, before)
    billed = {*rates, before} - {currency}
    ExchangeRate.objects.all().delete()
    if cross:
        ExchangeRate.objects.bulk_create(
            [
                ExchangeRate(currency=c, rate=rates[c].rate / cross, is_chosen=True, set_at=clock.now())
                for c in billed & set(rates)
                if rates[c].is_chosen
            ]
        )
    ensure_rates(billed, workspace_id)
    restate()
    return True


def _settings(workspace_id: int) -> BillingSettings:
    found, _ = BillingSettings.objects.get_or_create(
        workspace_id=workspace_id, defaults={"currency": workspaces.workspace(workspace_id).currency}
    )
    return found
