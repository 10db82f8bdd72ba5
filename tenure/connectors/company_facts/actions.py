"""Facts about companies become traits of the accounts with their domain."""

import time
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from tenure.connectors.company_facts.asking import ask, check_address
from tenure.connectors.company_facts.errors import (
    NoProvider,
    PaceUnusable,
    ProviderAddressUnusable,
    ProviderBusy,
    ProviderUnreachable,
)
from tenure.connectors.company_facts.models import CompanyFacts, FactsProvider
from tenure.connectors.company_facts.rules import read_row
from tenure.connectors.company_facts.types import FASTEST, FRESH, PROVIDER, USUAL_PACE, CompanyRow, Learnt
from tenure.connectors.csv_events.types import Refused
from tenure.customers import actions as customers
from tenure.customers.queries import accounts, accounts_by_domain
from tenure.kernel.sealing import opened, sealed
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

TURN_SECONDS = 20.0
"""A turn is over after so long, however slowly the provider answers: others wait for theirs."""
MOST_FAILURES = 3
"""After so many a turn is over: the provider is away, or busy."""
FAILED_FOR = timedelta(hours=1)
"""Whom it failed on is asked about again then, after all the others: one bad domain must not hold them up."""
SOURCE = "company facts"
_NEVER = datetime.min.replace(tzinfo=UTC)
_PURPOSE = "company facts provider"


@transaction.atomic
def learn(rows: Iterable[CompanyRow], *, source: str, now: datetime) -> int:
    """Keep what a source says of companies and tell it of accounts with their domains; returns how many those are."""
    said = {row.domain: row.facts for row in rows}
    CompanyFacts.objects.bulk_create(
        [CompanyFacts(domain=d, source=source, facts=dict(facts), learnt_at=now) for d, facts in said.items()],
        update_conflicts=True,
        unique_fields=["workspace", "domain", "source"],
        update_fields=["facts", "learnt_at"],
        batch_size=2_000,
    )
    found = accounts_by_domain(said)
    traits = {account: said[domain] for domain, ids in found.items() for account in ids if said[domain]}
    _tell(traits, source, now)
    return len(traits)


@transaction.atomic
def put_back(known: Mapping[str, Learnt | None], *, source: str) -> None:
    """Keep what a source said of companies before, by domain, and nothing of those of which it is None.

    Accounts are told nothing by it: what they were told is taken back as words are.
    """
    before = {domain: learnt for domain, learnt in known.items() if learnt is not None}
    CompanyFacts.objects.filter(source=source, domain__in=known.keys() - before.keys()).delete()
    kept = list(CompanyFacts.objects.filter(source=source, domain__in=before.keys()))
    for each in kept:
        each.facts, each.learnt_at = before[each.domain]
    CompanyFacts.objects.bulk_update(kept, ["facts", "learnt_at"])


def source_of(source: str) -> str:
    """Say in whose name accounts are told what a source says."""
    return f"{SOURCE} {source}"


def _tell(traits: Mapping[int, Mapping[str, Any]], source: str, now: datetime) -> None:
    if traits:
        customers.set_traits_of_accounts(traits, source=source_of(source), at=now)


@transaction.atomic
def tell_known(account_ids: Iterable[int] | None = None) -> int:
    """Tell accounts (all, or these) what is known of their companies and not yet of them; returns how many."""
    known = list(CompanyFacts.objects.exclude(facts={}).order_by("learnt_at"))
    found = accounts_by_domain({each.domain for each in known})
    wanted = None if account_ids is None else set(account_ids)
    ids = [pk for of in found.values() for pk in of if wanted is None or pk in wanted]
    traits = dict(accounts(ids).values_list("pk", "traits"))
    told = 0
    for each in known:
        lacking = [pk for pk in found.get(each.domain, ()) if pk in traits and each.facts.keys() - traits[pk].keys()]
        _tell(dict.fromkeys(lacking, each.facts), each.source, each.learnt_at)
        told += len(lacking)
    return told


@transaction.atomic
def set_provider(url: str, key: str, *, by: "Member | None", per_minute: int = USUAL_PACE) -> FactsProvider | None:
    """Say where facts are asked for, and how fast; an empty address stops asking.

    Raises `ProviderAddressUnusable` and `PaceUnusable`.
    """
    if not 1 <= per_minute <= FASTEST:
        raise PaceUnusable
    before = FactsProvider.objects.first()
    details = {"before": before.url if before else "", "per_minute": per_minute}
    record_audit("company_facts.set_provider", by=by, subject=url[:200], details=details)
    if not url:
        FactsProvider.objects.all().delete()
        return None
    check_address(url)
    sealed_key = sealed(key, purpose=_PURPOSE) if key else (before.sealed_key if before else None)
    made, _ = FactsProvider.objects.update_or_create(
        defaults={
            "url": url[:1_000],
            "sealed_key": sealed_key,
            "asked_at": None,
            "error": "",
            "per_minute": per_minute,
            "busy_until": None,
        }
    )
    return made


def ask_provider(*, now: datetime) -> int:
    """Ask about some companies not heard of for a day, and say what failed; returns about how many it answered.

    Those never asked about come first, then those it was longest ago: at whatever pace, each has its turn.
    """
    provider = FactsProvider.objects.first()
    if provider is None:
        raise NoProvider
    if provider.busy_until and now < provider.busy_until:
        return 0
    known = dict(CompanyFacts.objects.filter(source=PROVIDER).values_list("domain", "learnt_at"))
    due = [(known.get(domain, _NEVER), domain) for domain in accounts_by_domain(None)]
    stale = [domain for at, domain in sorted(due) if at <= now - FRESH][: provider.per_minute]
    key = opened(provider.sealed_key, purpose=_PURPOSE) if provider.sealed_key else ""
    rows, failed, error, busy_until = list[CompanyRow](), list[str](), "", None
    begun = time.monotonic()
    for domain in stale:
        if time.monotonic() - begun > TURN_SECONDS:
            break
        try:
            answer = ask(provider.url, key, domain)
        except ProviderBusy as busy:
            error, busy_until = str(busy), now + timedelta(seconds=busy.seconds)
            break
        except (ProviderUnreachable, ProviderAddressUnusable) as failure:
            error = str(failure)
            failed.append(domain)
            if len(failed) == MOST_FAILURES:
                break
            continue
        try:
            rows.append(read_row({**(answer or {}), "domain": domain}))
        except Refused:
            rows.append(CompanyRow(domain=domain, facts={}))
    learn(rows, source=PROVIDER, now=now)
    _put_off(failed, now)
    FactsProvider.objects.filter(pk=provider.pk).update(asked_at=now, error=error[:500], busy_until=busy_until)
    return len(rows)


def _put_off(failed: Collection[str], now: datetime) -> None:
    """Ask about these again in a while; what is known of them stays."""
    again = now - FRESH + FAILED_FOR
    CompanyFacts.objects.filter(source=PROVIDER, domain__in=failed).update(learnt_at=again)
    CompanyFacts.objects.bulk_create(
        [CompanyFacts(domain=d, source=PROVIDER, facts={}, learnt_at=again) for d in failed], ignore_conflicts=True
    )
