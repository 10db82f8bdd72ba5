"""Facts about companies, as connectors are plugged in."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from tenure.connectors.company_facts.queries import provider
from tenure.connectors.registry import Brings, Connected


class CompanyFactsConnector:
    """Learns facts about companies by their domain: from files, and from a provider over HTTPS when one is set up."""

    kind = "company_facts"
    brings: Sequence[Brings] = (Brings.CUSTOMERS,)

    def connected(self) -> Sequence[Connected]:
        """Return the provider, when one is set up."""
        found = provider()
        if found is None:
            return []
        name = urlsplit(found.url).hostname or found.url
        problem = "provider_unreachable" if found.error else ""
        return [
            Connected(kind=self.kind, name=name, since=found.set_up_at, last_heard_at=found.asked_at, problem=problem)
        ]
