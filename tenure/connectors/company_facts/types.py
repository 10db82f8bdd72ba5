"""What is known of a company by its domain."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple


@dataclasses.dataclass(frozen=True, kw_only=True)
class CompanyRow:
    """One row of a list or answer: a domain and the facts it gives, by the names of the traits they become."""

    domain: str
    facts: Mapping[str, Any]


class Learnt(NamedTuple):
    """The facts that a source gave last, and when."""

    facts: Mapping[str, Any]
    at: datetime
