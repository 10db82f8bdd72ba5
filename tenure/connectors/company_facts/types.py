"""What is known of a company by its domain."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple


@dataclasses.dataclass(frozen=True, kw_only=True)
class CompanyRow:
    """One row of a list or answer: a domain and the facts it gives, by the names of the traits they become."""

    domain: str
    facts: Mapping[str, Any]


PROVIDER = "provider"
"""What the provider's word is kept under, where files are under their names."""
FRESH = timedelta(days=1)
USUAL_PACE = 50
FASTEST = 1_000
"""Companies a minute that a provider is asked about, when nothing is said and at most."""


class Learnt(NamedTuple):
    """The facts that a source gave last, and when."""

    facts: Mapping[str, Any]
    at: datetime


class Progress(NamedTuple):
    """How many companies accounts belong to, and of how many of them a provider was asked within a day."""

    companies: int
    asked: int
