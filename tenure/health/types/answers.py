"""What queries of health answer with."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from tenure.health.types.scorecards import Band, Definition


@dataclasses.dataclass(frozen=True, kw_only=True)
class ScorecardSummary:
    """A scorecard as lists show it; `definition` None: what is stored cannot be read any more, `error` says why."""

    id: int
    name: str
    description: str
    position: int
    definition: Definition | None
    version: int
    created_at: datetime
    changed_at: datetime
    judged_at: datetime | None
    archived_at: datetime | None
    error: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class VersionItem:
    """What a scorecard said from `at` on."""

    number: int
    definition: Definition | None
    text: str
    at: datetime
    by: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class BandCount:
    """How many accounts are in a band; `place` -1 are those of which not enough is known, without a `band`."""

    place: int
    band: Band | None
    accounts: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Spread:
    """How a scorecard's scores are spread: by band, and how many accounts in each of ten equal steps from 0 to 100."""

    bands: Sequence[BandCount]
    steps: Sequence[int]
    accounts: int
    mean: float | None
