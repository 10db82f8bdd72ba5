"""Finding columns that know what is only known afterwards, and columns that say nothing.

A column such as a reason for leaving, an end date or a final status makes any model look brilliant on the past and
useless tomorrow. What is looked for: values given (almost) only for those who left; values that alone tell nearly all
who left from nearly all who stayed; dates after the day on which the rest was known.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from tenure.risk.rules.shapes import LEAST_OF_A_LEVEL, Feature
from tenure.risk.types import LeftOut, PartKind, SetAside
from tenure.stats.ranking import auc

Flags = npt.NDArray[np.bool_]
Value = TypeVar("Value", str, float)
TELLING = 0.98
TELLING_BY_NAME = 0.9
NAMES = ("churn", "cancel", "attrit", "terminat", "left", "leaver", "exited", "ended", "closed", "lost")
PURE, LEAST_PURE = 0.99, 20
NEARLY_HALF, MOSTLY_LEFT = 0.4, 0.6
ASKED_ABOUT = 0.9
"""A column that alone ranks so well may still be honest: one should ask when it is known."""


def set_aside(feature: Feature, left: Flags) -> LeftOut | None:
    """Say why a feature must take no part, or None if it may."""
    missing = feature.is_missing
    given_of_left, given_of_stayed = float((~missing[left]).mean()), float((~missing[~left]).mean())
    seen = {"given_of_left": given_of_left, "given_of_stayed": given_of_stayed}
    if _gap(given_of_left, given_of_stayed):
        return LeftOut(name=feature.name, why=SetAside.GIVEN_WITH_THE_LABEL, seen=seen)
    known = ~missing
    values = feature.numbers[known].tolist() if feature.kind is PartKind.NUMBER else np.array(feature.words)[known]
    counts = Counter(values)
    if len(counts) <= 1 and (known.all() or missing.all()):
        return LeftOut(name=feature.name, why=SetAside.ALWAYS_THE_SAME, seen={"value": str(next(iter(counts), ""))})
    if feature.kind is PartKind.WORD and max(counts.values()) < LEAST_OF_A_LEVEL and len(counts) > len(left) / 4:
        return LeftOut(name=feature.name, why=SetAside.ALWAYS_DIFFERENT, seen={"different": len(counts)})
    telling = _alone(feature, known, left)
    bar = TELLING_BY_NAME if any(n in feature.name.casefold() for n in NAMES) else TELLING
    if telling >= bar:
        return LeftOut(name=feature.name, why=SetAside.ENCODES_THE_LABEL, seen={"auc": telling})
    if feature.kind is PartKind.WORD and (pure := _pure_levels(feature, left)):
        return LeftOut(name=feature.name, why=SetAside.ENCODES_THE_LABEL, seen={"levels": pure})
    return None


def gives_the_end_away(feature: Feature, left: Flags, subjects: Sequence[str]) -> LeftOut | None:
    """Say why a number of a table must take no part: one of its values alone means having left (no bill any more: 0).

    Not for what is counted over some days, where such a value may be what foretells: nobody was there of late.
    """
    known = ~feature.is_missing
    if feature.kind is not PartKind.NUMBER or not known.any():
        return None
    pure = sorted(_pure(feature.numbers[known].tolist(), left[known]))
    whose = np.asarray(subjects)
    pure = [(v, n) for v, n in pure if np.unique(whose[left & (feature.numbers == v)]).size >= LEAST_PURE]
    if not pure or sum(n for _, n in pure) < NEARLY_HALF * left.sum() or left.mean() >= MOSTLY_LEFT:
        return None
    levels = [f"{value:g}" for value, _ in pure]
    return LeftOut(name=feature.name, why=SetAside.ENCODES_THE_LABEL, seen={"levels": levels})


def alone(feature: Feature, left: Flags) -> float:
    """Return how well what is known of a feature alone ranks those who left, in whichever direction."""
    return _alone(feature, ~feature.is_missing, left)


def dated_after(name: str, days: Sequence[date | None], as_of: Sequence[date]) -> LeftOut | None:
    """Refuse a column of dates of which some lie after the day as of which their row is known."""
    late = sum(d is not None and d > a for d, a in zip(days, as_of, strict=True))
    return LeftOut(name=name, why=SetAside.DATED_AFTER, seen={"rows": late}) if late else None


def _gap(of_left: float, of_stayed: float) -> bool:
    """Tell whether being given at all gives the label away: (almost) never for one side, often for the other."""
    less, more = sorted((of_left, of_stayed))
    return (less <= 0.005 and more >= 0.2) or (less <= 0.02 and more >= 0.95)


def _alone(feature: Feature, known: Flags, left: Flags) -> float:
    """Return how well the feature alone ranks those who left, in whichever direction."""
    if feature.kind is PartKind.NUMBER:
        found = auc(feature.numbers[known], left[known]).value
    else:
        outcomes = defaultdict(list)
        for word, gone in zip(feature.words, left, strict=True):
            outcomes[word].append(gone)
        base = float(left.mean())
        # a level is drawn to the base rate, as if it had been seen twice more: rare levels do not decide
        rate = {w: (sum(o) + 2 * base) / (len(o) + 2) for w, o in outcomes.items()}
        found = auc(np.array([rate[w] for w in feature.words]), left).value
    return 0.5 if found is None else max(found, 1 - found)


def _pure_levels(feature: Feature, left: Flags) -> list[str]:
    """Return levels that hold nobody but those who left and together nearly half of them."""
    pure = [(word, n) for word, n in _pure(feature.words, left) if word]
    enough = sum(n for _, n in pure) >= NEARLY_HALF * left.sum() and left.mean() < MOSTLY_LEFT
    return sorted(word for word, _ in pure) if enough else []


def _pure(values: Sequence[Value], left: Flags) -> list[tuple[Value, int]]:
    """Return values of at least `LEAST_PURE` who left, and of (nearly) nobody else, with how many left."""
    total, gone = Counter(values), Counter(v for v, f in zip(values, left, strict=True) if f)
    return [(value, n) for value, n in gone.items() if n >= LEAST_PURE and n >= PURE * total[value]]
