"""Accounts' lives as their products' events told them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min

from tenure.customers.models import LifecycleChange
from tenure.customers.remembered import AccountLife
from tenure.customers.rules import lifecycle
from tenure.customers.rules.lifecycle import Change


def is_any_life_told() -> bool:
    """Tell whether anything was ever said of an account's beginning or end."""
    return LifecycleChange.objects.filter(kind="ended").exists()


def churned_spans(ids: Iterable[int]) -> dict[int, list[tuple[datetime, datetime | None]]]:
    """Return when each account was no customer (from, until or None); those that never ended are left out."""
    changes: dict[int, list[Change]] = defaultdict(list)
    found = LifecycleChange.objects.filter(account_id__in=list(ids), kind__in=["started", "ended"])
    for account_id, kind, at, source in found.values_list("account_id", "kind", "at", "source"):
        changes[account_id].append(Change(kind, at, source=source))
    spans = {account_id: lifecycle.churned_spans(said) for account_id, said in changes.items()}
    return {account_id: listed for account_id, listed in spans.items() if listed}


def ever_churned() -> list[int]:
    """Return the accounts that were ever said to have ended, also those that came back."""
    found = LifecycleChange.objects.filter(kind="ended").order_by("account_id")
    return list(found.values_list("account_id", flat=True).distinct())


def ends_told() -> dict[tuple[int, datetime], datetime]:
    """Return since when each end of an account has been known, of those that were ever known as such."""
    found = AccountLife.objects.filter(churned_at__isnull=False).order_by()
    told = found.values_list("account_id", "churned_at").annotate(told_at=Min("learnt_at"))
    return {(account_id, at): told_at for account_id, at, told_at in told if at is not None}
