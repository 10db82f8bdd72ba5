"""Facts about companies: what is known of a domain, from where."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.calls import ApiCall
from tenure.api.fields import said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_by_id
from tenure.connectors.company_facts import queries

router = Router(tags=["identity"])


class CompanyFactsOut(Schema):
    """What one source says of a company."""

    id: int = said("Which entry.")
    domain: str = said("The company's domain.", "fjord.example")
    source: str = said("The file, or `provider`.", "brands.csv")
    facts: dict[str, Any] = said("The facts, by the traits they become.", {"funding_total_usd": 3_200_000})
    learnt_at: datetime = said("When it was learnt.")


@lists(router, "", CompanyFactsOut, summary="List facts about companies")
def list_company_facts(
    request: ApiCall,
    domain: str = Query("", max_length=255, description="Only those of this domain."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List what is known of companies, newest first."""
    fields = ("domain", "source", "facts", "learnt_at")
    found = queries.facts_about(domain.replace("\x00", ""))
    return page_by_id(found, cursor, limit, lambda f: {"id": f.pk, **{name: getattr(f, name) for name in fields}})
