"""What a scorecard says of many accounts at once: columns of readings in, columns of scores out, in numpy.

Readings are a matrix of float64 with a row for each account and a column for each of `readings_of(definition)`; NaN is
what is not known. Nothing here asks for anything or knows what day it is.

One account's score comes about in this order, each step on what the one before left:

1. *measures*: each reading becomes points; within a group the points that are known count by their weights;
2. *new accounts*: until their age is reached others measure them, over the handover both do by shares;
3. *children*: their scores, put together, take their share;
4. *exceptions*: in their order, each caps or sets it;
5. *override*: what a member said instead.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tenure.health.types.scorecards import (
    LEAVE_OUT,
    NO_SCORE,
    Banded,
    Bounded,
    Compared,
    Definition,
    Function,
    Group,
    Key,
    Leaf,
    Linear,
    Listed,
    Measure,
    Node,
    all_leaves,
    reading_key,
    readings_of,
)

Floats: TypeAlias = npt.NDArray[np.float64]
Booleans: TypeAlias = npt.NDArray[np.bool_]

AT_ONCE = 32_768
"""Accounts judged together: what is worked on stays in the processor's cache."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rows:
    """What is known of accounts, one row each.

    `age` is days since sign-up; `children` what the children's scores come to (NaN: none); `held` which exceptions in
    the language of segments hold, a column for each exception; `override` what a member said instead (NaN: nothing).
    """

    readings: Floats
    age: Floats
    children: Floats
    held: Booleans
    override: Floats

    def __len__(self) -> int:
        """Return how many accounts there are."""
        return len(self.readings)

    def having(self, children: Floats) -> "Rows":
        """Return the same with other scores of the children."""
        return dataclasses.replace(self, children=children)

    def some(self, rows: Any) -> "Rows":
        """Return some of them: an index or a slice."""
        return Rows(**{f.name: getattr(self, f.name)[rows] for f in dataclasses.fields(self)})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sums:
    """What the measures of accounts come to. `score` is NaN where there are too few or one is missing that must not be.

    `value` is the sum whether or not enough is known; `coverage` the known share of the weights, 0 to 1.
    """

    value: Floats
    score: Floats
    coverage: Floats
    missing: Booleans


@dataclasses.dataclass(frozen=True, kw_only=True)
class Scores:
    """What a scorecard says. `own` is after the measures, `computed` before an override, `exact` at the end.

    `score` is `exact` as a whole number (halves up) and -1 where it is not known; `band` is its place among the bands,
    or -1; `held` is which exceptions held; `coverage` is in whole percent, rounded down.
    """

    own: Floats
    computed: Floats
    exact: Floats
    score: npt.NDArray[np.int16]
    band: npt.NDArray[np.int16]
    coverage: npt.NDArray[np.int16]
    missing: Booleans
    held: Booleans

    def some(self, rows: Any) -> "Scores":
        """Return those of some accounts: an index or a slice."""
        return Scores(**{f.name: getattr(self, f.name)[rows] for f in dataclasses.fields(self)})


def judge(definition: Definition, rows: Rows) -> Scores:
    """Say what a scorecard says of accounts."""
    column = columns_of(definition)
    parts = [_judged(definition, column, rows.some(slice(n, n + AT_ONCE))) for n in range(0, len(rows), AT_ONCE)]
    if not parts:
        return _judged(definition, column, rows)
    if len(parts) == 1:
        return parts[0]
    joined = {f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in dataclasses.fields(Scores)}
    return Scores(**joined)


def columns_of(definition: Definition) -> dict[Key, int]:
    """Return the column of each reading."""
    return {key: n for n, key in enumerate(readings_of(definition))}


def _judged(definition: Definition, column: dict[Key, int], rows: Rows) -> Scores:
    sums = own_scores(definition, column, rows)
    blended = with_children(definition, sums.score, rows.children)
    held = held_exceptions(definition, column, rows)
    computed = blended
    for n, _ in enumerate(definition.exceptions):
        computed = after_exception(definition, n, computed, held[:, n])
    exact = np.where(np.isnan(rows.override), computed, rows.override)
    score, band = rounded(definition, exact)
    coverage = np.floor(sums.coverage * 100 + 1e-9).astype(np.int16)
    return Scores(
        own=sums.score,
        computed=computed,
        exact=exact,
        score=score,
        band=band,
        coverage=coverage,
        missing=sums.missing,
        held=held,
    )


def rounded(definition: Definition, exact: Floats) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int16]]:
    """Return whole scores (halves up) and the place of each among the bands; -1 for both where there is none."""
    known = ~np.isnan(exact)
    score = np.where(known, np.floor(np.where(known, exact, 0.0) + 0.5 + 1e-9), -1).astype(np.int16)
    least = np.array([band.least for band in definition.bands], np.int16)
    band = np.where(known, np.searchsorted(least, score, side="right") - 1, -1).astype(np.int16)
    return score, band


def own_scores(definition: Definition, column: dict[Key, int], rows: Rows) -> Sums:
    """Put the measures together, and those for new accounts where they count."""
    usual = _summed(definition.measures, column, rows.readings)
    if definition.new_accounts is None:
        value, coverage, missing = usual
    else:
        young = _summed(definition.new_accounts.measures, column, rows.readings)
        share = usual_share(definition, rows.age)
        value = _mixed(young[0], usual[0], share)
        coverage = young[1] * (1 - share) + usual[1] * share
        missing = (young[2] & (share < 1)) | (usual[2] & (share > 0))
    enough = coverage * 100 + 1e-9 >= definition.minimum_coverage
    score = np.where(enough & ~missing, value, np.nan)
    return Sums(value=value, score=score, coverage=coverage, missing=missing)


def usual_share(definition: Definition, age: Floats) -> Floats:
    """Return how much the usual measures count, 0 to 1, by age in days."""
    young = definition.new_accounts
    if young is None:
        return np.ones(len(age))
    past = age - young.until_days
    if not young.handover_days:
        return np.where(past >= 0, 1.0, 0.0)
    return np.clip(past / young.handover_days, 0.0, 1.0)


def with_children(definition: Definition, own: Floats, children: Floats) -> Floats:
    """Let the children's scores take their share; where only one side is known it is all."""
    if definition.children is None:
        return own
    share = definition.children.share / 100
    mixed = own * (1 - share) + children * share
    return np.where(np.isnan(children), own, np.where(np.isnan(own), children, mixed))


def held_exceptions(definition: Definition, column: dict[Key, int], rows: Rows) -> Booleans:
    """Return which exceptions hold of each account, in their order."""
    held = np.zeros((len(rows), len(definition.exceptions)), np.bool_)
    for n, rule in enumerate(definition.exceptions):
        if not isinstance(rule.when, Compared):
            held[:, n] = rows.held[:, n]
            continue
        reading = rows.readings[:, column[reading_key(rule.when.reads)]]
        holds = ~np.isnan(reading)
        with np.errstate(invalid="ignore"):
            if rule.when.at_least is not None:
                holds &= reading >= rule.when.at_least
            if rule.when.at_most is not None:
                holds &= reading <= rule.when.at_most
        held[:, n] = holds
    return held


def after_exception(definition: Definition, n: int, score: Floats, held: Booleans) -> Floats:
    """Return scores after one exception; a cap says nothing of a score that is not known."""
    rule = definition.exceptions[n]
    if rule.set_to is not None:
        return np.where(held, rule.set_to, score)
    return np.where(held, np.fmin(score, np.where(np.isnan(score), np.nan, float(rule.cap or 0))), score)


def _mixed(young: Floats, usual: Floats, share: Floats) -> Floats:
    both = young * (1 - share) + usual * share
    mixed = np.where(share <= 0, young, np.where(share >= 1, usual, both))
    one = np.where(np.isnan(usual), young, usual)
    between = (share > 0) & (share < 1)
    return np.where(between & np.isnan(both), one, mixed)


def _summed(nodes: Sequence[Node], column: dict[Key, int], readings: Floats) -> tuple[Floats, Floats, Booleans]:
    """Return the mean of what is known by weight (NaN: nothing is), the known share, and who misses what they need."""
    n = len(readings)
    total = sum(node.weight for node in nodes)
    top, weighed, coverage = np.zeros(n), np.zeros(n), np.zeros(n)
    missing = np.zeros(n, np.bool_)
    for node in nodes:
        if isinstance(node, Group):
            points, known, lacks = _summed(node.measures, column, readings)
            missing |= lacks
            coverage += known * (node.weight / total)
        else:
            reading = readings[:, column[reading_key(node.reads, node.scores)]]
            points, is_known = points_of(node, reading)
            coverage += is_known * (node.weight / total)
            if node.unknown == NO_SCORE:
                missing |= ~is_known
        counts = ~np.isnan(points)
        top += np.where(counts, points, 0.0) * node.weight
        weighed += counts * node.weight
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(weighed > 0, top / weighed, np.nan), coverage, missing


def points_of(measure: Measure, reading: Floats) -> tuple[Floats, Booleans]:
    """Return the points of readings (NaN: left out), and where the reading is known."""
    known = ~np.isnan(reading)
    points = _scored(measure.scores, reading)
    if isinstance(measure.unknown, str):
        return points, known
    return np.where(known, points, measure.unknown), known


def _scored(scores: Function, reading: Floats) -> Floats:
    match scores:
        case Linear():
            return np.clip((reading - scores.low) * (100.0 / (scores.high - scores.low)), 0.0, 100.0)
        case Bounded():
            points = np.clip((reading - scores.low) * (100.0 / (scores.high - scores.low)), 0.0, 100.0)
            with np.errstate(invalid="ignore"):
                inside = (reading >= min(scores.low, scores.high)) & (reading <= max(scores.low, scores.high))
            return np.where(inside, points, np.nan)
        case Banded():
            beginnings = np.array([-np.inf if at is None else at for at, _ in scores.steps])
            given = np.array([np.nan, *(points for _, points in scores.steps)])
            found = given[np.searchsorted(beginnings, reading, side="right")]
            return np.where(np.isnan(reading), np.nan, found)
        case Listed():
            other = np.nan if scores.otherwise is None else scores.otherwise
            given = np.array([other, *(points for _, points in scores.values)])
            place = np.where(np.isnan(reading), 0, reading).astype(np.int64)
            return np.where(np.isnan(reading), np.nan, given[np.clip(place, 0, len(given) - 1)])


@dataclasses.dataclass(frozen=True, kw_only=True)
class Parts:
    """The measures of accounts one by one: `points` (NaN: left out) and `weight`, so that Σ weight × points is the sum.

    A row for each account, a column for each of `all_leaves(definition)`.
    """

    leaves: tuple[Leaf, ...]
    points: Floats
    weight: Floats
    known: Booleans

    @property
    def contributions(self) -> Floats:
        """What each measure adds to the sum."""
        return np.where(self.weight > 0, self.points, 0.0) * self.weight


def parts_of(definition: Definition, rows: Rows) -> Parts:
    """Take accounts' sums apart by measure."""
    column = columns_of(definition)
    found = all_leaves(definition)
    points = np.empty((len(rows), len(found)))
    known = np.empty((len(rows), len(found)), np.bool_)
    for n, leaf in enumerate(found):
        reading = rows.readings[:, column[reading_key(leaf.measure.reads, leaf.measure.scores)]]
        points[:, n], known[:, n] = points_of(leaf.measure, reading)
    weight = weights(definition, ~np.isnan(points), rows.age)
    return Parts(leaves=found, points=points, weight=weight, known=known)


def weights(definition: Definition, counts: Booleans, age: Floats) -> Floats:
    """Return how much each measure weighs where some are left out; each row sums to 1, or to 0 where none counts."""
    usual = np.zeros(counts.shape)
    split = len(list(_measures(definition.measures)))
    _weigh(definition.measures, counts, usual, 0, np.ones(len(counts)))
    if definition.new_accounts is None:
        return usual
    young = np.zeros(counts.shape)
    _weigh(definition.new_accounts.measures, counts, young, split, np.ones(len(counts)))
    share = usual_share(definition, age)
    has_usual, has_young = usual.any(axis=1), young.any(axis=1)
    between = (share > 0) & (share < 1)
    share = np.where(between & ~has_young & has_usual, 1.0, np.where(between & ~has_usual & has_young, 0.0, share))
    return usual * share[:, None] + young * (1 - share)[:, None]


def _measures(nodes: Sequence[Node]) -> Iterator[Measure]:
    for node in nodes:
        if isinstance(node, Group):
            yield from _measures(node.measures)
        else:
            yield node


def _weigh(nodes: Sequence[Node], counts: Booleans, weight: Floats, first: int, share: Floats) -> int:
    """Hand a group's share down to its measures; returns the column after its last."""
    places: list[tuple[Node, int, int]] = []
    here = first
    for node in nodes:
        length = len(list(_measures([node])))
        places.append((node, here, here + length))
        here += length
    counted = [_counts(node, counts[:, a:b]) for node, a, b in places]
    total = np.zeros(len(counts))
    for (node, _, _), there in zip(places, counted, strict=True):
        total += there * node.weight
    with np.errstate(invalid="ignore", divide="ignore"):
        for (node, a, _), there in zip(places, counted, strict=True):
            part = np.where(there & (total > 0), share * node.weight / total, 0.0)
            if isinstance(node, Group):
                _weigh(node.measures, counts, weight, a, part)
            else:
                weight[:, a] = part
    return here


def _counts(node: Node, counts: Booleans) -> Booleans:
    """Tell where a measure, or anything in a group that weighs something, counts."""
    if isinstance(node, Measure):
        return counts[:, 0]
    here, found = 0, np.zeros(len(counts), np.bool_)
    for each in node.measures:
        length = len(list(_measures([each])))
        if each.weight:
            found |= _counts(each, counts[:, here : here + length])
        here += length
    return found


__all__ = ["LEAVE_OUT", "Parts", "Rows", "Scores", "Sums", "judge", "parts_of", "points_of", "weights"]
