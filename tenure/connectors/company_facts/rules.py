"""Reading a row about a company, whoever wrote it; pure."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tenure.connectors.company_facts.types import CompanyRow
from tenure.connectors.csv_events.types import Refused
from tenure.customers.queries import company_domain

TRAITS: Mapping[str, tuple[str, ...]] = {
    "company_name": ("company_name", "name", "company", "organization", "organization_name"),
    "funding_total_usd": ("funding_total_usd", "total_funding_usd", "total_funding", "funding"),
    "funding_last_round": ("funding_last_round", "last_round", "last_funding_type", "round"),
    "funding_last_round_on": (
        "funding_last_round_on",
        "last_round_date",
        "last_funding_on",
        "last_funding_date",
        "date",
        "round_date",
    ),
    "social_followers": ("social_followers", "followers", "twitter_followers", "linkedin_followers"),
    "brand_list": ("brand_list", "list", "brand", "ranking"),
}
"""The trait each known column becomes."""

_NUMBERS = {"funding_total_usd", "social_followers"}
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9}


def read_row(given: Mapping[str, Any]) -> CompanyRow:
    """Return the row; raises `Refused` when it cannot be used."""
    cells = {re.sub(r"[^a-z0-9]+", "_", str(k).strip().lower()).strip("_"): v for k, v in given.items() if k}
    domain = company_domain(str(cells.get("domain") or cells.get("website") or ""))
    if not domain:
        raise Refused("no_company_domain", "domain")
    facts: dict[str, Any] = {}
    for trait, columns in TRAITS.items():
        said = next((cells[c] for c in columns if cells.get(c) not in (None, "")), None)
        if said is None:
            continue
        value = _number(said) if trait in _NUMBERS else _day(said) if trait.endswith("_on") else str(said).strip()[:500]
        if value is None:
            raise Refused("fact_unreadable", trait, value=str(said)[:60], field=trait)
        facts[trait] = value
    if not facts:
        raise Refused("no_fact")
    return CompanyRow(domain=domain, facts=facts)


def _number(said: Any) -> int | None:
    if isinstance(said, bool):
        return None
    if isinstance(said, int | float):
        return int(said) if 0 <= said < 10**15 else None
    found = re.fullmatch(r"(?:US\$|USD|\$)?\s*([\d.,\s]*\d)\s*([a-z]*)", str(said).strip(), re.IGNORECASE)
    if not found or found[2].lower() not in _UNITS:
        return None
    digits = re.sub(r"\s", "", found[1])
    if re.fullmatch(r"\d+,\d{1,2}", digits):  # 3,2M is said in much of Europe
        digits = digits.replace(",", ".")
    if not re.fullmatch(r"\d{1,3}(,\d{3})*(\.\d+)?|\d+(\.\d+)?", digits):
        return None
    return int(Decimal(digits.replace(",", "")) * _UNITS[found[2].lower()])


def _day(said: Any) -> str | None:
    try:
        return date.fromisoformat(str(said).strip()[:10].replace("/", "-")).isoformat()
    except ValueError:
        return None
