"""Values of backtests, and the table of the lake that keeps what is behind them."""

import dataclasses
import enum
from datetime import date

import pyarrow as pa

from tenure.lake.tables import LakeTable
from tenure.stats.proportions import Interval
from tenure.stats.ranking import Band


class DefinitionKind(enum.StrEnum):
    """What is run over the past."""

    RISK = "risk"
    SIGNAL = "signal"
    TRAIT = "trait"
    SEGMENT = "segment"
    HEALTH = "health"


class Status(enum.StrEnum):
    """Where a backtest stands; REFUSED: there is too little to say anything."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class Cell(enum.StrEnum):
    """What became of an account at a moment that was flagged or not."""

    CAUGHT = "caught"
    FALSE_ALARM = "false_alarm"
    MISSED = "missed"
    QUIET = "quiet"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Definition:
    """What to run: `subject` is a kind of signal, a trait, or the id of a segment or scorecard; `version` of it.

    A rule about a segment has that segment's versions: `segment_id` says which one's.
    """

    kind: DefinitionKind
    subject: str = ""
    version: int = 0
    lower_is_worse: bool = False
    segment_id: int | None = None

    @property
    def is_versioned(self) -> bool:
        """Whether it can be run in a version that is no longer in force.

        Of signals, rules about a segment have the segment's versions, and the watch over use those of its choices.
        """
        is_rule = self.kind is DefinitionKind.SIGNAL and self.version > 0
        return is_rule or self.kind in (DefinitionKind.SEGMENT, DefinitionKind.HEALTH)

    @property
    def is_yes_or_no(self) -> bool:
        """Whether it flags accounts rather than ranking them."""
        return self.kind in (DefinitionKind.SIGNAL, DefinitionKind.SEGMENT)

    @property
    def is_ranking(self) -> bool:
        """Whether it says whom to look at first; being in a segment says nothing of that."""
        is_of_segment = self.kind is DefinitionKind.SEGMENT or self.segment_id is not None
        return not is_of_segment


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reach:
    """How many accounts can be touched at each moment, the worst first: so many, or a share of all there are."""

    count: int | None = None
    share: float | None = None

    def __post_init__(self) -> None:
        if (self.count is None) == (self.share is None):
            raise ValueError("a reach is a number or a share")

    def of(self, accounts: int) -> int:
        """Return how many of so many accounts that is, one at least."""
        if not accounts:
            return 0
        return max(1, min(accounts, round(accounts * self.share) if self.share is not None else self.count or 0))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Judged:
    """What one score came to. Rows are accounts at moments four weeks apart.

    `lead_days` is the median time from the first flag to leaving, of churns that were caught; `cost_per_caught` is what
    touching everybody flagged would have cost for each of them, in minor units; `mrr_caught` what those had paid.
    """

    name: str
    rows: int
    left: int
    churns: int
    auc: Interval
    flagged: int
    caught: int
    churns_caught: int
    precision: Interval
    recall: Interval
    lift: float | None
    lead_days: float | None
    cost_per_caught: int | None
    mrr_caught: int
    bands: tuple[Band, ...] = ()
    by_score: tuple[Band, ...] = ()
    """Of scores that are no chances: how many left by score, the lowest first; higher is worse."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class AtTop:
    """What touching the worst accounts of each moment would have come to; as in `Judged`.

    `count` or `share` says how many; `simple_caught` how many churns days since last use alone would have caught with
    as many touches, None where nobody looked.
    """

    count: int | None
    share: float | None
    flagged: int
    caught: int
    churns_caught: int
    precision: Interval
    recall: Interval
    lift: float | None
    lead_days: float | None
    cost_per_caught: int | None
    simple_caught: int | None = None

    @property
    def reach(self) -> Reach:
        """How many accounts can be touched."""
        return Reach(count=self.count, share=self.share)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Moment:
    """One moment of the past: how many accounts, how many flagged, caught, and left in the horizon."""

    day: date
    accounts: int
    flagged: int
    caught: int
    left: int


BACKTEST_ROW = LakeTable(
    "backtest_row",
    pa.schema(
        [
            ("backtest_id", pa.int64()),
            ("account_id", pa.int64()),
            ("score", pa.float64()),
            ("flagged", pa.bool_()),
            ("left_after", pa.float64()),
            ("cell", pa.string()),
            ("dt", pa.date32()),
        ]
    ),
)
"""An account at a moment of a backtest: its score then, and after how many days it left (null: not that is known)."""
