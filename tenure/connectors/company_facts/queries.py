"""Reads of facts about companies."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from tenure.connectors.company_facts.models import CompanyFacts, FactsProvider


def provider() -> FactsProvider | None:
    """Return where facts are asked for, or None."""
    return FactsProvider.objects.first()


def companies_known() -> dict[str, int]:
    """Count the companies each source tells of."""
    counts: dict[str, int] = {}
    for source in CompanyFacts.objects.values_list("source", flat=True):
        counts[source] = counts.get(source, 0) + 1
    return counts


def facts_about(domain: str = "") -> QuerySet[CompanyFacts]:
    """Return what is known of companies, or of one domain."""
    found = CompanyFacts.objects.all()
    return found.filter(domain=domain.lower()) if domain else found


def facts_from(source: str, domains: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return what one source said of companies, by domain."""
    return dict(CompanyFacts.objects.filter(source=source, domain__in=list(domains)).values_list("domain", "facts"))
