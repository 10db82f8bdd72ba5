"""Frozen values of risk."""

import dataclasses
import enum
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tenure.stats.proportions import Interval
from tenure.stats.ranking import Band, Top

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


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reason:
    """What a feature's value adds to the log-odds of one subject, against the mean subject."""

    name: str
    value: str
    adds: float


@dataclasses.dataclass(frozen=True, kw_only=True)
class Scored:
    """The chance that one subject leaves; the `reasons`, weightiest first, add up with the base to its log-odds."""

    id: str
    chance: float
    reasons: tuple[Reason, ...]
