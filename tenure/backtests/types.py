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
    """What to run: `subject` is a kind of signal, a trait, or the id of a segment or scorecard; `version` of it."""

    kind: DefinitionKind
    subject: str = ""
    version: int = 0
    lower_is_worse: bool = False

    @property
    def is_versioned(self) -> bool:
        """Whether it can be run in a version that is no longer in force; a rule about a segment has the segment's."""
        is_rule = self.kind is DefinitionKind.SIGNAL and self.version > 0
        return is_rule or self.kind in (DefinitionKind.SEGMENT, DefinitionKind.HEALTH)

    @property
    def is_yes_or_no(self) -> bool:
        """Whether it flags accounts rather than ranking them."""
        return self.kind in (DefinitionKind.SIGNAL, DefinitionKind.SEGMENT)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Terms:
    """How it is judged: who left within the horizon; the share of accounts that can be touched at each moment."""

    horizon_days: int
    top_share: float
    touch_cost: int
    currency: str


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
