"""Reads of facts about companies."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, QuerySet

from tenure.connectors.company_facts.models import CompanyFacts, FactsProvider
from tenure.connectors.company_facts.types import FRESH, PROVIDER, Learnt, Progress
from tenure.customers.queries import accounts_by_domain


def provider() -> FactsProvider | None:
    """Return where facts are asked for, or None."""
    return FactsProvider.objects.first()


def companies_known() -> dict[str, int]:
    """Count the companies each source tells of."""
    counted = CompanyFacts.objects.exclude(facts={}).values("source").annotate(count=Count("pk"))
    return dict(counted.order_by("source").values_list("source", "count"))


def progress_of_asking(now: datetime) -> Progress:
    """Count the companies the provider is asked about, and those it was asked about within a day."""
    of_accounts = accounts_by_domain(None).keys()
    fresh = CompanyFacts.objects.filter(source=PROVIDER, learnt_at__gt=now - FRESH).values_list("domain", flat=True)
    return Progress(companies=len(of_accounts), asked=len(of_accounts & set(fresh)))


def facts_about(domain: str = "") -> QuerySet[CompanyFacts]:
    """Return what is known of companies, or of one domain."""
    found = CompanyFacts.objects.exclude(facts={})
    return found.filter(domain=domain.lower()) if domain else found


def learnt_from(source: str, domains: Collection[str]) -> dict[str, Learnt]:
    """Return what one source said last of companies, by domain."""
    found = CompanyFacts.objects.filter(source=source, domain__in=list(domains))
    return {each.domain: Learnt(each.facts, each.learnt_at) for each in found}
