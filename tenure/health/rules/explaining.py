"""Why a score changed: the difference between two looks at one account, taken apart exactly.

Between two looks by one version, with points p, weights w (each look's sum to 1) and m the mean of the two sums:

    Σ w′p′ − Σ wp = Σ (w + w′)/2 · (p′ − p)                        each measure known both times
                  + Σ (w″ − w)(p̄ − m)                              other measures are known now, so the rest reweighs
                  + Σ (w′ − w″)(p̄ − m)                             another age, so other measures count

where w″ are the weights by what is known now at the age of then, and p̄ is the mean of the points known. Subtracting m
changes nothing, as each row of weights sums to 1, and makes a measure that was below the mean *raise* the score when it
is left out. What children, exceptions and overrides add is the difference of what each added then and now. Across
versions the last look by the old one and the first by the new one stand between: all their difference is the version's.
"""

import dataclasses
import itertools
from collections.abc import Sequence

import numpy as np

from tenure.health.rules.scoring import (
    Rows,
    after_exception,
    columns_of,
    held_exceptions,
    judge,
    own_scores,
    parts_of,
    weights,
    with_children,
)
from tenure.health.types.differences import Difference, Term, TermKind
from tenure.health.types.scorecards import Definition, reading_key


@dataclasses.dataclass(frozen=True, kw_only=True)
class Look:
    """One account as it was looked at once: by which version, and the one row of what was known."""

    version: int
    definition: Definition
    row: Rows


def difference(looks: Sequence[Look]) -> Difference:
    """Take the difference between the first look and the last apart.

    Where the version changed in between, `looks` has the last by the old and the first by the new one side by side.
    """
    before, after = _exact(looks[0]), _exact(looks[-1])
    if before is None or after is None or any(_exact(look) is None for look in looks):
        return Difference(before=before, after=after, terms=())
    terms: list[Term] = []
    for old, new in itertools.pairwise(looks):
        if old.version != new.version:
            amount = (_exact(new) or 0.0) - (_exact(old) or 0.0)
            terms.append(Term(kind=TermKind.VERSION, amount=amount, version=new.version))
        else:
            terms += _between(old, new)
    together = _put_together(terms)
    ordered = sorted(together, key=lambda term: (-abs(term.amount), term.kind, term.name))
    return Difference(before=before, after=after, terms=tuple(ordered))


def _exact(look: Look) -> float | None:
    exact = float(judge(look.definition, look.row).exact[0])
    return None if np.isnan(exact) else exact


def _between(old: Look, new: Look) -> list[Term]:
    definition = old.definition
    before, after = _steps(definition, old.row), _steps(definition, new.row)
    if np.isnan(before[0]) or np.isnan(after[0]):
        # One look had no sum of its own: what stands in its place begins from nothing.
        had, has = (0.0 if np.isnan(own) else own for own in (before[0], after[0]))
        terms = [Term(kind=TermKind.KNOWN, amount=has - had)] if has != had else []
        before[0], after[0] = had, has
    else:
        terms = _of_measures(definition, old.row, new.row)
    names = [(TermKind.CHILDREN, ""), *((TermKind.EXCEPTION, rule.name) for rule in definition.exceptions)]
    for n, (kind, name) in enumerate([*names, (TermKind.OVERRIDE, "")], 1):
        amount = (after[n] - after[n - 1]) - (before[n] - before[n - 1])
        if amount:
            terms.append(Term(kind=kind, amount=amount, name=name))
    return terms


def _steps(definition: Definition, row: Rows) -> list[float]:
    """Return the score after the measures (NaN: not known), children, each exception and the override (else 0)."""
    column = columns_of(definition)
    score = own_scores(definition, column, row).score
    steps = [float(score[0])]
    score = with_children(definition, score, row.children)
    steps.append(float(score[0]))
    held = held_exceptions(definition, column, row)
    for n, _ in enumerate(definition.exceptions):
        score = after_exception(definition, n, score, held[:, n])
        steps.append(float(score[0]))
    steps.append(float(np.where(np.isnan(row.override), score, row.override)[0]))
    own = steps[0]
    return [own, *(0.0 if np.isnan(step) else step for step in steps[1:])]


def _of_measures(definition: Definition, old: Rows, new: Rows) -> list[Term]:
    before, after = parts_of(definition, old), parts_of(definition, new)
    p, q = before.points[0], after.points[0]
    w, v = before.weight[0], after.weight[0]
    had, has = ~np.isnan(p), ~np.isnan(q)
    between = weights(definition, has[None, :], old.age)[0]
    p0, q0 = np.where(had, p, 0.0), np.where(has, q, 0.0)
    middle = (float(w @ p0) + float(v @ q0)) / 2
    mean = np.where(had & has, (p0 + q0) / 2, np.where(had, p0, q0)) - middle
    both = had & has
    moved = np.where(both, (w + v) / 2 * (q0 - p0), 0.0)
    known = float(np.sum((between - w) * mean))
    aged = float(np.sum((v - between) * mean))
    column = columns_of(definition)
    terms = []
    for n, leaf in enumerate(before.leaves):
        place = column[reading_key(leaf.measure.reads, leaf.measure.scores)]
        reading_before, reading = float(old.readings[0, place]), float(new.readings[0, place])
        if moved[n] or (both[n] and (w[n] or v[n]) and reading_before != reading):
            terms.append(
                Term(
                    kind=TermKind.MEASURE,
                    amount=float(moved[n]),
                    name=leaf.key,
                    reading_before=None if np.isnan(reading_before) else reading_before,
                    reading=None if np.isnan(reading) else reading,
                    points_before=float(p[n]),
                    points=float(q[n]),
                )
            )
    gained = tuple(leaf.key for n, leaf in enumerate(before.leaves) if has[n] and not had[n])
    lost = tuple(leaf.key for n, leaf in enumerate(before.leaves) if had[n] and not has[n])
    if known or gained or lost:
        terms.append(Term(kind=TermKind.KNOWN, amount=known, gained=gained, lost=lost))
    if aged:
        terms.append(Term(kind=TermKind.AGE, amount=aged))
    return terms


def _put_together(terms: Sequence[Term]) -> list[Term]:
    """Make one term of those of one kind and name: a measure that moved under two versions moved once."""
    found: dict[tuple[TermKind, str, int], Term] = {}
    for term in terms:
        key = (term.kind, term.name, term.version)
        known = found.get(key)
        if known is None:
            found[key] = term
            continue
        found[key] = dataclasses.replace(
            term,
            amount=known.amount + term.amount,
            reading_before=known.reading_before,
            points_before=known.points_before,
            gained=tuple(dict.fromkeys((*known.gained, *term.gained))),
            lost=tuple(dict.fromkeys((*known.lost, *term.lost))),
        )
    return list(found.values())
