"""Turning columns of texts into numbers: what a feature is, and the shape its effect may take.

A number's effect is a line broken at quantiles, a word's is one step for each level: enough to bend where churn bends
(the first weeks, the last day of use), and each subject's chance is still a plain sum with exact reasons.
"""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from tenure.risk.rules.cells import Written, as_days, as_numbers, as_words, dates_written, numbers_written
from tenure.risk.types import PartKind

Floats = npt.NDArray[np.float64]
KNOTS = 11
MOST_LEVELS = 20
LEAST_OF_A_LEVEL = 10
MOSTLY = 0.98


@dataclasses.dataclass(frozen=True, kw_only=True)
class Feature:
    """A column as the model sees it: its numbers (NaN for missing) or its words ("" for missing)."""

    name: str
    kind: PartKind
    numbers: Floats
    words: tuple[str, ...] = ()
    is_moment: bool = False
    written: str = Written.PLAIN
    strays: tuple[str, ...] = ()
    """Words among the numbers or dates, which count as missing."""

    @property
    def is_missing(self) -> npt.NDArray[np.bool_]:
        """Tell for each subject whether there is no value."""
        if self.kind is PartKind.NUMBER:
            return np.isnan(self.numbers)
        return np.array([not w for w in self.words], dtype=bool)


def as_feature(name: str, texts: Sequence[str], *, as_of: Sequence[date] | None = None) -> Feature:
    """Read a column: numbers where nearly all values are, days before the snapshot for dates, words otherwise."""
    words = as_words(texts)
    given = sum(bool(w) for w in words)
    written = numbers_written(words)
    numbers = as_numbers(words, written)
    if given and (~np.isnan(numbers)).sum() >= MOSTLY * given:
        return Feature(
            name=name, kind=PartKind.NUMBER, numbers=numbers, written=written, strays=_strays(words, numbers)
        )
    written = dates_written(words)
    days = as_days(words, as_of or [date(1970, 1, 1)] * len(words), written)
    if given and (~np.isnan(days)).sum() >= MOSTLY * given:
        return Feature(
            name=name, kind=PartKind.NUMBER, numbers=days, is_moment=True, written=written, strays=_strays(words, days)
        )
    return Feature(name=name, kind=PartKind.WORD, numbers=np.empty(0), words=words)


def knots_of(numbers: Floats, count: int = KNOTS) -> tuple[float, ...]:
    """Choose where the line of a number may bend: its quantiles; none where it has one value only."""
    known = numbers[~np.isnan(numbers)]
    if not known.size:
        return ()
    found = np.unique(np.quantile(known, np.linspace(0, 1, count)))
    values = np.unique(known)
    return tuple(float(v) for v in (values if values.size <= count else found))


def hats(numbers: Floats, knots: Sequence[float]) -> Floats:
    """Weigh each knot for each number: 1 at the knot, falling to 0 at its neighbours; rows of a missing one are 0."""
    at = np.clip(np.nan_to_num(numbers, nan=knots[0]), knots[0], knots[-1])
    found = np.column_stack([np.interp(at, knots, row) for row in np.eye(len(knots))])
    found[np.isnan(numbers)] = 0.0
    return found


def levels_of(words: Sequence[str]) -> tuple[str, ...]:
    """Choose the levels of a word that are common enough to learn about, the commonest first."""
    counts = Counter(w for w in words if w)
    ordered = sorted(counts, key=lambda w: (-counts[w], w))
    return tuple(w for w in ordered[:MOST_LEVELS] if counts[w] >= LEAST_OF_A_LEVEL)


def steps(words: Sequence[str], levels: Sequence[str]) -> Floats:
    """Flag each level for each word; the column after the last is for levels that are not listed."""
    place = {level: i for i, level in enumerate(levels)}
    found = np.zeros((len(words), len(levels) + 1))
    for row, word in enumerate(words):
        if word:
            found[row, place.get(word, len(levels))] = 1.0
    return found


def _strays(words: Sequence[str], numbers: Floats) -> tuple[str, ...]:
    return tuple(sorted({word for word, number in zip(words, numbers, strict=True) if word and np.isnan(number)}))
