"""Accounts: one, some, and what they are called."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from tenure.customers.errors import NoSuchAccount
from tenure.customers.models import Account, Affiliation, TraitChange
from tenure.customers.rules.lifecycle import stage
from tenure.customers.rules.traits import FREE_MAIL
from tenure.customers.types import Stage
from tenure.kernel import clock


def account(pk: int) -> Account:
    """Return one account; for one that joined another, that other. Raises `NoSuchAccount`."""
    found = Account.objects.select_related("owner", "merged_into", "merged_into__owner").filter(pk=pk).first()
    if found is None:
        raise NoSuchAccount
    return found.merged_into or found


def account_by_external_id(external_id: str) -> Account:
    """Return the account a product calls by this id. Raises `NoSuchAccount`."""
    found = Account.objects.filter(external_id=external_id).values_list("pk", flat=True).first()
    if found is None:
        raise NoSuchAccount
    return account(found)


def accounts(ids: Iterable[int] | None = None) -> QuerySet[Account]:
    """Return the accounts there are now, or those of `ids`."""
    found = Account.objects.filter(merged_into=None)
    return found if ids is None else found.filter(pk__in=list(ids))


def account_names(ids: Iterable[int]) -> dict[int, str]:
    """Return what to call these accounts, merged ones included."""
    found = Account.objects.filter(pk__in=list(ids)).values_list("pk", "name", "external_id")
    return {pk: name or external_id or f"#{pk}" for pk, name, external_id in found}


def accounts_by_domain(domains: Iterable[str] | None = None) -> dict[str, list[int]]:
    """Return the accounts with each of these company domains (None: with any); a free mail provider's is nobody's."""
    found = Account.objects.filter(merged_into=None).exclude(domain="")
    if domains is not None:
        found = found.filter(domain__in=list(domains))
    by_domain: dict[str, list[int]] = {}
    for domain, pk in found.order_by("pk").values_list("domain", "pk"):
        if domain not in FREE_MAIL:
            by_domain.setdefault(domain, []).append(pk)
    return by_domain


def accounts_told(source: str, at: datetime) -> list[int]:
    """Return the accounts of which a source said anything as of that very moment, and who they are known to be now."""
    said = TraitChange.objects.filter(source=source, at=at, person=None)
    told = set(said.values_list("account_id", flat=True).distinct())
    kept = Account.objects.filter(pk__in=told).exclude(merged_into=None).values_list("merged_into_id", flat=True)
    return sorted(told | set(kept))


def owners_of(ids: Iterable[int]) -> dict[int, int]:
    """Return the member who looks after each account, where somebody does."""
    owned = Account.objects.filter(pk__in=list(ids)).exclude(owner=None)
    return {pk: owner for pk, owner in owned.values_list("pk", "owner_id") if owner is not None}


def merged_accounts(ids: Iterable[int] | None = None) -> dict[int, int]:
    """Return which account each merged one, or each of `ids`, is part of now."""
    merged = Account.objects.exclude(merged_into=None)
    chosen = merged if ids is None else merged.filter(pk__in=list(ids))
    return {old: new for old, new in chosen.values_list("pk", "merged_into_id") if new is not None}


def account_traces(pk: int) -> list[int]:
    """Return the account and those that were merged into it."""
    return [pk, *Account.objects.filter(merged_into=pk).values_list("pk", flat=True)]


def stage_of(found: Account, now: datetime | None = None) -> Stage:
    """Name the stage an account is in."""
    return stage(
        plan=str(found.traits.get("plan") or ""),
        is_trialing=found.traits.get("subscription_status") == "trialing",
        trial_ends_at=found.trial_ends_at,
        signed_up_at=found.signed_up_at,
        churned_at=found.churned_at,
        returned_at=found.returned_at,
        now=now or clock.now(),
    )


def people_counts(ids: Iterable[int]) -> dict[int, int]:
    """Count the known people of accounts."""
    counts: dict[int, int] = {}
    for pk in Affiliation.objects.filter(
        account__in=list(ids), person__merged_into=None, person__is_anonymous=False
    ).values_list("account_id", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    return counts
