"""Reads of facts about companies."""

from collections.abc import Collection

from django.db.models import QuerySet

from tenure.connectors.company_facts.models import CompanyFacts, FactsProvider
from tenure.connectors.company_facts.types import Learnt


def provider() -> FactsProvider | None:
    """Return where facts are asked for, or None."""
    return FactsProvider.objects.first()


def companies_known() -> dict[str, int]:
    """Count the companies each source tells of."""
    counts: dict[str, int] = {}
    for source in CompanyFacts.objects.exclude(facts={}).values_list("source", flat=True):
        counts[source] = counts.get(source, 0) + 1
    return counts


def facts_about(domain: str = "") -> QuerySet[CompanyFacts]:
    """Return what is known of companies, or of one domain."""
    found = CompanyFacts.objects.exclude(facts={})
    return found.filter(domain=domain.lower()) if domain else found


def learnt_from(source: str, domains: Collection[str]) -> dict[str, Learnt]:
    """Return what one source said last of companies, by domain."""
    found = CompanyFacts.objects.filter(source=source, domain__in=list(domains))
    return {each.domain: Learnt(each.facts, each.learnt_at) for each in found}
