"""What queries of health answer with."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from tenure.health.types.differences import Difference
from tenure.health.types.scorecards import Band, Definition, Measure


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
class Judging:
    """Of how many accounts, and how many of them are judged; 0 of 0 while they are being read."""

    accounts: int
    done: int


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


@dataclasses.dataclass(frozen=True, kw_only=True)
class Part:
    """One measure in an account's score: `groups` it is in, its `share` of the whole (0–1) where everything is known.

    `weight` is what it weighs here, `points` (None: left out) what it scores, and their product what it adds.
    `reading` is the raw number; of a listed trait the place of its value, 0 for another.
    """

    key: str
    name: str
    groups: tuple[str, ...]
    measure: Measure
    share: float
    weight: float
    points: float | None
    reading: float | None
    is_for_new: bool

    @property
    def adds(self) -> float:
        """What it adds to the score."""
        return self.weight * (self.points or 0.0)


@dataclasses.dataclass(frozen=True, kw_only=True)
class OverrideItem:
    """What a member said the score is."""

    id: int
    score: int
    reason: str
    at: datetime
    ends_at: datetime | None
    ended_at: datetime | None
    by: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class JudgementItem:
    """What a member thought of an account, 0 to 100."""

    id: int
    score: int
    note: str
    at: datetime
    by: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccountHealth:
    """What a scorecard says of an account now. `score` and `band` are None where not enough is known.

    `computed` is without an override; `young` how much of it is the way new accounts are judged, 0 to 1.
    """

    account_id: int
    scorecard_id: int
    scorecard_name: str
    definition: Definition
    version: int
    is_main: bool
    since: datetime
    score: int | None
    computed: int | None
    band: Band | None
    coverage: int
    is_missing: bool
    young: float
    children: float | None
    exceptions: tuple[str, ...]
    override: OverrideItem | None
    parts: tuple[Part, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class ScoreAt:
    """What the score was from `since` on; None where it was not known."""

    since: datetime
    until: datetime | None
    score: int | None
    coverage: int
    version: int
    band: Band | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Change:
    """Why a score differs between two moments; `since` and `until` are when the two lines of history began.

    `difference` is None where nothing was said of the account at the earlier moment.
    """

    before: ScoreAt | None
    after: ScoreAt
    difference: Difference | None
    definition: Definition


@dataclasses.dataclass(frozen=True, kw_only=True)
class ScoreRow:
    """An account in a list of scores."""

    account_id: int
    account_name: str
    score: int | None
    computed: int | None
    band: Band | None
    coverage: int
    since: datetime
    scorecard_id: int
    scorecard_name: str
    is_overridden: bool
    week_ago: int | None
    """Its score a week ago by the same scorecard."""

    @property
    def change(self) -> int | None:
        """How many points more it is than a week ago."""
        return None if self.score is None or self.week_ago is None else self.score - self.week_ago


@dataclasses.dataclass(frozen=True, kw_only=True)
class ScorePage:
    """Some accounts with their scores, the lowest first; `next_cursor` leads on."""

    items: Sequence[ScoreRow]
    next_cursor: str | None
