"""What a scorecard says of one account, slowly and obviously: plain Python, one measure after the other."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from tenure.health.types.scorecards import (
    Banded,
    Bounded,
    Compared,
    Definition,
    Function,
    Group,
    Key,
    Linear,
    Measure,
    RollUp,
    leaves,
    reading_key,
)


@dataclass(kw_only=True)
class One:
    """One account: its readings (None: not known), and what else decides."""

    readings: Mapping[Key, float | None]
    age: float = 1_000.0
    held: tuple[bool, ...] = ()
    override: float | None = None
    children: "list[One]" = field(default_factory=list)
    mrr: float = 0.0


def points(scores: Function, x: float) -> float | None:
    match scores:
        case Linear():
            share = (x - scores.low) / (scores.high - scores.low)
            return 100 * min(1.0, max(0.0, share))
        case Bounded():
            share = (x - scores.low) / (scores.high - scores.low)
            return 100 * share if 0 <= share <= 1 else None
        case Banded():
            found = None
            for least, given in scores.steps:
                if least is None or x >= least:
                    found = given
            return found
        case _:
            names = [given for _, given in scores.values]
            return names[int(x) - 1] if x else scores.otherwise


def summed(nodes, one: One) -> tuple[float | None, bool]:
    """The weighted mean of what is known, and whether something is missing that must not be."""
    top = weight = 0.0
    missing = False
    for node in nodes:
        if isinstance(node, Group):
            found, lacks = summed(node.measures, one)
        else:
            x = one.readings[reading_key(node.reads, node.scores)]
            lacks = x is None and node.unknown == "no_score"
            found = points(node.scores, x) if x is not None else None
            if x is None and not isinstance(node.unknown, str):
                found = node.unknown
        missing = missing or lacks
        if found is not None and node.weight:
            top += found * node.weight
            weight += node.weight
    return (top / weight if weight else None), missing


def coverage(nodes, one: One) -> float:
    return sum(
        leaf.share
        for leaf in leaves(nodes)
        if one.readings[reading_key(leaf.measure.reads, leaf.measure.scores)] is not None
    )


def own(definition: Definition, one: One) -> tuple[float | None, float]:
    value, missing = summed(definition.measures, one)
    known = coverage(definition.measures, one)
    young = definition.new_accounts
    if young is not None:
        past = one.age - young.until_days
        share = min(1.0, max(0.0, past / young.handover_days)) if young.handover_days else float(past >= 0)
        early, lacks = summed(young.measures, one)
        known = share * known + (1 - share) * coverage(young.measures, one)
        missing = (missing and share > 0) or (lacks and share < 1)
        if share == 0:
            value = early
        elif share < 1 and early is not None:
            value = early if value is None else share * value + (1 - share) * early
    if missing or known * 100 + 1e-9 < definition.minimum_coverage:
        return None, known
    return value, known


def score(definition: Definition, one: One) -> float | None:
    """The score in the end, unrounded."""
    found, _ = own(definition, one)
    if definition.children is not None and one.children:
        theirs = [(score(definition, child), child.mrr) for child in one.children]
        known = [(s, mrr) for s, mrr in theirs if s is not None]
        together = None
        if known and definition.children.how is RollUp.WORST:
            together = min(s for s, _ in known)
        elif known and definition.children.how is RollUp.AVERAGE:
            together = sum(s for s, _ in known) / len(known)
        elif known:
            total = sum(mrr for _, mrr in known)
            together = sum(s * mrr for s, mrr in known) / total if total else sum(s for s, _ in known) / len(known)
        share = definition.children.share / 100
        if together is not None:
            found = together if found is None else found * (1 - share) + together * share
    for n, rule in enumerate(definition.exceptions):
        if isinstance(rule.when, Compared):
            x = one.readings[reading_key(rule.when.reads)]
            holds = x is not None
            holds = holds and (rule.when.at_least is None or x >= rule.when.at_least)
            holds = holds and (rule.when.at_most is None or x <= rule.when.at_most)
        else:
            holds = one.held[n]
        if holds and rule.set_to is not None:
            found = rule.set_to
        elif holds and found is not None:
            found = min(found, rule.cap)
    return found if one.override is None else one.override


def whole(exact: float | None) -> int:
    return -1 if exact is None else math.floor(exact + 0.5 + 1e-9)


def measures(nodes) -> list[Measure]:
    return [leaf.measure for leaf in leaves(nodes)]
