"""Frozen values of risk."""

import dataclasses
import enum
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from tenure.stats.proportions import Interval
from tenure.stats.ranking import Band, Top

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.int64]
Columns = Mapping[str, Sequence[str]]
"""A table by columns, each a text as it stands in the file; an empty one is missing."""


class PartKind(enum.StrEnum):
    """What the values of a feature are."""

    NUMBER = "number"
    WORD = "word"


class SetAside(enum.StrEnum):
    """Why a column takes no part."""

    ENCODES_THE_LABEL = "encodes_the_label"
    GIVEN_WITH_THE_LABEL = "given_with_the_label"
    DATED_AFTER = "dated_after"
    ALWAYS_THE_SAME = "always_the_same"
    ALWAYS_DIFFERENT = "always_different"
    A_MOMENT = "a_moment"


@dataclasses.dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A column that takes no part, with what was seen of it."""

    name: str
    why: SetAside
    seen: Mapping[str, Any]

    @property
    def is_leak(self) -> bool:
        """Tell whether the column knows what is only known afterwards."""
        return self.why in (SetAside.ENCODES_THE_LABEL, SetAside.GIVEN_WITH_THE_LABEL, SetAside.DATED_AFTER)


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one feature adds to the log-odds of leaving: along `knots` for a number, per level for a word.

    `weights` has one value for each knot or level; values between knots lie on the line between them, and beyond the
    last one stay as there. `other` is for a level never seen, `missing` for no value. All are centred: they are 0 for
    the mean of those the model was learnt from.
    """

    name: str
    kind: PartKind
    weights: tuple[float, ...]
    knots: tuple[float, ...] = ()
    levels: tuple[str, ...] = ()
    other: float = 0.0
    missing: float = 0.0
    is_moment: bool = False
    written: str = ""
    """How its numbers or dates were written (`rules.cells.Written`)."""
    strays: tuple[str, ...] = ()
    """Words that stood among its numbers or dates, and count as missing."""


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """Log-odds of leaving: `base` plus what each part adds; `claims` says that it does better than chance."""

    format: int = 1
    label: str
    left_means: str
    subject: str
    as_of: str | None
    parts: tuple[Part, ...]
    base: float
    subjects: int
    left: int
    auc: tuple[float, float, float]
    claims: bool
    as_of_written: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Quality:
    """How well a model foretells those it was not learnt from.

    `by_time`: judged on the later part of the subjects only; else on each fifth by a model of the other four.
    `best_single` is the feature that alone ranks best, with its AUC on the same subjects.
    """

    by_time: bool
    subjects: int
    left: int
    auc: Interval
    tops: tuple[Top, ...]
    bands: tuple[Band, ...]
    brier: float
    brier_of_base_rate: float
    best_single: tuple[str, Interval] | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Learnt:
    """A model, how well it does, and which columns took no part."""

    model: Model
    quality: Quality
    left_out: tuple[LeftOut, ...]
    telling: tuple[tuple[str, float], ...] = ()
    """Columns that take part and alone rank so well (their AUC) that one should ask when they are known."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Periods:
    """Accounts at the beginnings of periods. Days count from 1970.

    `left_after`: days from the row to leaving, NaN where that is not known to have happened; `known_until` is the day
    up to which it would be known. `known_at`: the day up to which the numbers of each row were known.
    """

    values: Mapping[str, Floats]
    accounts: Days
    days: Days
    known_at: Days
    left_after: Floats
    known_until: int
    horizon_days: int
    is_told_later: bool = False
    told_after: Floats | None = None
    """Days from the row to when its leaving was told, where that was not at once."""
    weights: Floats | None = None
    """How many rows each stands for, where only some were drawn."""
    accounts_in_all: int | None = None

    @property
    def weight(self) -> Floats:
        """How many rows each stands for."""
        return np.ones(self.days.size) if self.weights is None else self.weights

    def left_within(self, days: int) -> Flags:
        """Tell of each row whether the account left within so many days."""
        return np.nan_to_num(self.left_after, nan=np.inf) <= days

    def complete(self, days: int) -> Flags:
        """Tell of which rows it is known what came of so many days."""
        return self.days + days <= self.known_until

    def of(self, rows: "Flags | npt.NDArray[np.intp]") -> "Periods":
        """Return some of the rows: flagged ones, or those at places."""
        return dataclasses.replace(
            self,
            values={n: v[rows] for n, v in self.values.items()},
            accounts=self.accounts[rows],
            days=self.days[rows],
            known_at=self.known_at[rows],
            left_after=self.left_after[rows],
            told_after=None if self.told_after is None else self.told_after[rows],
            weights=None if self.weights is None else self.weights[rows],
        )

    def until(self, day: int) -> "Periods":
        """Return what was known by a day: rows before it, and who had left, and was told to have, by it.

        Of a past that was told later everything was told at once: there the day of leaving decides.
        """
        found = self.of(self.days < day)
        ends = found.days + np.nan_to_num(found.left_after, nan=np.inf)
        if found.told_after is not None:
            told = found.days + np.nan_to_num(found.told_after, nan=np.inf)
            ends = np.where(found.known_at > found.days, ends, np.maximum(ends, told))
        left = np.where(ends <= day, found.left_after, np.nan)
        return dataclasses.replace(found, left_after=left, known_until=day)


HORIZONS = (28, 365)
GAPS = (7, 84)
"""Kept weeks look 84 days back: of a longer gap they cannot tell when use ended."""


class ChurnKind(enum.StrEnum):
    """What counts as leaving: CONTRACT, the last subscription ends; USE, nobody has used the product for a while."""

    CONTRACT = "contract"
    USE = "use"


class RiskBand(enum.StrEnum):
    """How high an account's chance is, against the chance of all."""

    USUAL = "usual"
    RAISED = "raised"
    HIGH = "high"


class Refusal(enum.StrEnum):
    """Why a model claims nothing."""

    TOO_FEW_LEFT = "too_few_left"
    NO_PAST = "no_past"
    NO_FEATURES = "no_features"
    NO_BETTER_THAN_CHANCE = "no_better_than_chance"


class Calibrator(msgspec.Struct, frozen=True, kw_only=True):
    """How raw chances become chances that come true: `as_it_is`, or `platt`, by a slope and a shift of the log-odds.

    `spread` has the variance of the slope, the covariance, and the variance of the shift at the log-odds `middle`.
    """

    kind: str
    x: tuple[float, ...] = ()
    middle: float = 0.0
    spread: tuple[float, ...] = ()


class Hazard(msgspec.Struct, frozen=True, kw_only=True):
    """What was learnt of leaving within a period of `period_days`, and within the horizon.

    Log-odds of the period: `base` plus what each part adds. `middle` and `spread` (row by row, with the intercept
    first) are the mean of the design and the covariance of its weights, from which each chance has its interval.
    `raised` and `high` are the chances from which on an account's band is so called.
    """

    format: int = 1
    period_days: int
    horizon_days: int
    parts: tuple[Part, ...]
    base: float
    middle: tuple[float, ...]
    spread: bytes
    calibrator: Calibrator
    raised: float
    high: float


@dataclasses.dataclass(frozen=True, kw_only=True)
class Foretold:
    """The chance that an account leaves within the horizon, with its interval; `adds` are exact, in log-odds.

    Together with the base of the model they make the log-odds of leaving within one period.
    """

    chance: float
    low: float
    high: float
    odds: float
    adds: tuple[float, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class LearntHazard:
    """A hazard with how well it does on a later past, or why it claims nothing."""

    hazard: Hazard | None
    refusal: Refusal | None
    quality: Quality | None
    left_out: tuple[LeftOut, ...]
    rows: int
    accounts: int
    left: int
    base_rate: float


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reason:
    """What a feature's value adds to the log-odds of one subject, against the mean subject.

    The value is empty where there is none; `is_new`: a word that the model was never taught.
    """

    name: str
    value: str
    adds: float
    is_new: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Scored:
    """The chance that one subject leaves; the `reasons`, weightiest first, add up with the base to its log-odds."""

    id: str
    chance: float
    reasons: tuple[Reason, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Choices:
    """What a workspace calls leaving, and how far it looks ahead; `is_chosen` by a member."""

    kind: ChurnKind
    horizon_days: int
    gap_days: int
    is_chosen: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with a text, and in which line; days have a `least` and a `most`."""

    line: int
    code: str
    key: str = ""
    least: int = 0
    most: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReasonInWords:
    """What one number adds to the odds: `times` above 1 raises them, below 1 lowers them."""

    feature: str
    words: str
    value: float | None
    adds: float
    times: float


@dataclasses.dataclass(frozen=True, kw_only=True)
class RiskOfAccount:
    """The chance that an account leaves within the horizon, with its interval and reasons."""

    account_id: int
    chance: float
    low: float
    high: float
    band: RiskBand
    since: datetime
    foretold_at: datetime
    horizon_days: int
    model_version: int
    reasons: tuple[ReasonInWords, ...]
