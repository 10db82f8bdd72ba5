"""Learning who leaves from a table of those who did and did not.

The model is an additive logistic regression (Hastie and Tibshirani 1986, Statistical Science 1:297) with piecewise
linear shapes and a ridge penalty chosen by cross-validated log loss: it bends where it must, says chances rather than
ranks, and takes each of them apart exactly.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from tenure.risk.errors import TableUnusable, TooFewToLearnFrom
from tenure.risk.rules.cells import dates_written, days_of
from tenure.risk.rules.leaking import ASKED_ABOUT, alone, dated_after, gives_the_end_away, set_aside
from tenure.risk.rules.shapes import Feature, as_feature, hats, knots_of, levels_of, steps
from tenure.risk.types import Columns, Learnt, LeftOut, Model, Part, PartKind, Quality, SetAside
from tenure.stats import ranking

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
LEAST = 20
"""So many must have left, and as many stayed, before anything is learnt."""
FOLDS = 5
FEW_COLUMNS = 300
PENALTIES = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
LATER_PART = 0.3
YES = frozenset(
    {"1", "1.0", "true", "yes", "y", "t", "churned", "churn", "left", "lost", "cancelled", "canceled", "exited"}
)
NO = frozenset(
    {"0", "0.0", "false", "no", "n", "f", "active", "stayed", "retained", "existing", "current", "not churned"}
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Shape:
    """One feature's columns of the design."""

    feature: Feature
    knots: tuple[float, ...]
    levels: tuple[str, ...]
    columns: Floats

    @property
    def name(self) -> str:
        return self.feature.name


def learn(
    columns: Columns,
    *,
    label: str,
    subject: str,
    as_of: str | None = None,
    keep: Sequence[str] = (),
    left_means: str = "",
) -> Learnt:
    """Learn from `columns` who leaves: `label` says who did, `subject` names whom, `as_of` the day the row is known of.

    With different days in `as_of`, the model is judged on the later part by what was learnt from the earlier; else rows
    of one subject are never on both sides of a test. `keep` names columns that take part though they look like a leak.
    Raises `TableUnusable` for what is not there or cannot be read, `TooFewToLearnFrom` below `LEAST` subjects of either
    outcome.
    """
    rows = _checked(columns, label, subject, as_of, keep)
    left = _outcomes(columns[label], label, left_means)
    _enough(columns[subject], left)
    days = _known_of(columns[as_of], as_of) if as_of else None
    left_out: list[LeftOut] = []
    shapes: list[_Shape] = []
    for name in columns:
        if name in (label, subject, as_of):
            continue
        feature = as_feature(name, columns[name], as_of=days)
        aside = _refused(feature, columns[name], days, left)
        aside = aside or gives_the_end_away(feature, left, columns[subject])
        if aside is not None and not (aside.is_leak and name in keep and aside.why is not SetAside.DATED_AFTER):
            left_out.append(aside)
        else:
            shapes.append(_shape(feature))
    if not shapes:
        raise TableUnusable("No column is left to learn from.", left_out=[each.name for each in left_out])
    splits, by_time = _splits(left, columns[subject], days)
    penalty = _best_penalty(_design(shapes), left, splits)
    quality = _quality(shapes, left, np.asarray(columns[subject]), splits, penalty, by_time=by_time)
    parts, base = _parts(shapes, *_fit(_design(shapes), left, penalty))
    found = quality.auc
    model = Model(
        label=label,
        left_means=left_means,
        subject=subject,
        as_of=as_of,
        parts=parts,
        base=base,
        subjects=rows,
        left=int(left.sum()),
        auc=(found.value or 0.5, found.low or 0.0, found.high or 1.0),
        claims=found.low is not None and found.low > 0.5,
        as_of_written=dates_written(columns[as_of]) if as_of else "",
    )
    told = ((s.name, alone(s.feature, left)) for s in shapes)
    telling = tuple(sorted((each for each in told if each[1] >= ASKED_ABOUT), key=lambda each: -each[1]))
    return Learnt(model=model, quality=quality, left_out=tuple(left_out), telling=telling)


def _enough(ids: Sequence[str], left: Flags) -> None:
    """Refuse too few: rows of one subject tell no more than one of them would."""
    subjects = np.asarray(ids)
    gone, stayed, all_ = (np.unique(each).size for each in (subjects[left], subjects[~left], subjects))
    if min(gone, stayed) < LEAST:
        raise TooFewToLearnFrom(
            f"{gone} of {all_} left. At least {LEAST} who left and {LEAST} who stayed are needed to learn "
            "anything that would hold for others.",
            left=gone,
            of=all_,
        )


def _checked(columns: Columns, label: str, subject: str, as_of: str | None, keep: Sequence[str]) -> int:
    for name in [label, subject, *([as_of] if as_of else []), *keep]:
        if name not in columns:
            raise TableUnusable(f"There is no column {name!r}. There are: {', '.join(columns)}.", column=name)
    if label in (subject, as_of) or subject == as_of:
        raise TableUnusable("The label, the subject and the day a row is known of are three different columns.")
    lengths = {len(values) for values in columns.values()}
    if len(lengths) != 1 or not lengths.pop():
        raise TableUnusable("The table has no rows, or columns of different lengths.")
    return len(columns[label])


def _outcomes(texts: Sequence[str], label: str, left_means: str) -> Flags:
    """Read who left; raises when a value is neither."""
    values = [t.strip() for t in texts]
    if empty := values.count(""):
        raise TableUnusable(
            f"{label!r} is empty in {empty:,} of {len(values):,} rows, first in row {values.index('') + 1}: who "
            "neither left nor stayed cannot be learnt from. Fill it in, or take those rows out.",
            column=label,
        )
    if left_means:
        if left_means not in values:
            raise TableUnusable(
                f"No row has {left_means!r} in {label!r}. There is: {', '.join(sorted(set(values))[:8])}."
            )
        return np.array([v == left_means for v in values], dtype=bool)
    known = {v.casefold() for v in values}
    if strange := sorted(known - YES - NO):
        raise TableUnusable(
            f"{label!r} holds {', '.join(repr(s) for s in strange[:5])}: say which value means that a subject left.",
            column=label,
        )
    return np.array([v.casefold() in YES for v in values], dtype=bool)


def _known_of(texts: Sequence[str], name: str) -> list[date]:
    found = days_of(texts, dates_written(texts))
    if None in found:
        raise TableUnusable(f"Row {found.index(None) + 1} has no date in {name!r}.", column=name)
    return [d for d in found if d is not None]


def _refused(feature: Feature, texts: Sequence[str], days: list[date] | None, left: Flags) -> LeftOut | None:
    if feature.is_moment:
        if days is None:
            return LeftOut(name=feature.name, why=SetAside.A_MOMENT, seen={})
        if late := dated_after(feature.name, days_of(texts, feature.written), days):
            return late
    return set_aside(feature, left)


def _shape(feature: Feature) -> _Shape:
    missing = feature.is_missing.astype(np.float64)[:, None]
    if feature.kind is PartKind.NUMBER:
        knots = knots_of(feature.numbers)
        drawn = hats(feature.numbers, knots) if knots else np.zeros((missing.size, 0))
        return _Shape(feature=feature, knots=knots, levels=(), columns=np.hstack([drawn, missing]))
    levels = levels_of(feature.words)
    return _Shape(feature=feature, knots=(), levels=levels, columns=np.hstack([steps(feature.words, levels), missing]))


def _design(shapes: Sequence[_Shape]) -> Floats:
    return np.hstack([s.columns for s in shapes])


def _fit(design: Floats, left: Flags, penalty: float) -> tuple[Floats, float]:
    """Return the weights of the columns and the log-odds where all are 0."""
    from sklearn.linear_model import LogisticRegression

    middle = design.mean(axis=0)
    # Newton's steps are few, and cheap while columns are; of many, L-BFGS asks less.
    solver = "newton-cholesky" if design.shape[1] <= FEW_COLUMNS else "lbfgs"
    fitted = LogisticRegression(C=penalty, max_iter=2000, tol=1e-6, solver=solver).fit(design - middle, left)
    weights: Floats = fitted.coef_[0]
    return weights, float(fitted.intercept_[0] - middle @ weights)


def _splits(left: Flags, ids: Sequence[str], days: list[date] | None) -> tuple[list[tuple[Floats, Floats]], bool]:
    """Return pairs of rows to learn from and rows to judge by, and whether the latter are the later ones."""
    from sklearn.model_selection import StratifiedGroupKFold

    rows = np.arange(left.size)
    if days is not None and len(set(days)) > 1:
        ordered = np.array([d.toordinal() for d in days])
        cut = np.quantile(ordered, 1 - LATER_PART)
        earlier, later = rows[ordered <= cut], rows[ordered > cut]
        if all(min(int(left[part].sum()), int((~left[part]).sum())) >= LEAST for part in (earlier, later)):
            return [(earlier, later)], True
    folds = StratifiedGroupKFold(n_splits=FOLDS, shuffle=True, random_state=0)
    return [
        (a, b) for a, b in folds.split(rows, left, groups=np.asarray(ids)) if left[a].any() and not left[a].all()
    ], False


def _foretold(design: Floats, left: Flags, splits: Sequence[tuple[Floats, Floats]], penalty: float) -> Iterator[Floats]:
    """Yield for each split the log-odds of the rows it judges by."""
    for learnt, judged in splits:
        weights, base = _fit(design[learnt], left[learnt], penalty)
        yield design[judged] @ weights + base


def _best_penalty(design: Floats, left: Flags, splits: Sequence[tuple[Floats, Floats]]) -> float:
    """Choose by log loss on rows not learnt from; of a time split, within its earlier part only."""
    inner = splits if len(splits) > 1 else _splits(left[splits[0][0]], [str(i) for i in splits[0][0]], None)[0]
    rows = np.arange(left.size) if len(splits) > 1 else splits[0][0]
    here, there = design[rows], left[rows]

    def loss(penalty: float) -> float:
        judged = np.concatenate([b for _, b in inner])
        odds = np.concatenate(list(_foretold(here, there, inner, penalty)))
        return float(np.logaddexp(0, np.where(there[judged], -odds, odds)).mean())

    return min(PENALTIES, key=loss)


def _quality(
    shapes: Sequence[_Shape],
    left: Flags,
    ids: npt.NDArray[np.str_],
    splits: Sequence[tuple[Floats, Floats]],
    penalty: float,
    *,
    by_time: bool,
) -> Quality:
    judged = np.concatenate([b for _, b in splits])
    came, whose = left[judged], ids[judged]

    def odds(of: Floats) -> Floats:
        return np.concatenate(list(_foretold(of, left, splits, penalty)))

    chances = 1 / (1 + np.exp(-odds(_design(shapes))))
    single = {s.name: ranking.auc_of_groups(odds(s.columns), came, whose) for s in shapes}
    best = max(single, key=lambda name: single[name].value or 0.0)
    tops = sorted({max(1, round(came.size * share)) for share in (0.01, 0.05, 0.1, 0.2)})
    return Quality(
        by_time=by_time,
        subjects=int(came.size),
        left=int(came.sum()),
        auc=ranking.auc_of_groups(chances, came, whose),
        tops=tuple(ranking.top(chances, came, k) for k in tops),
        bands=tuple(ranking.calibration(chances, came)),
        brier=ranking.brier(chances, came) or 0.0,
        brier_of_base_rate=float(came.mean() * (1 - came.mean())),
        best_single=(best, single[best]),
    )


def _parts(shapes: Sequence[_Shape], weights: Floats, base: float) -> tuple[tuple[Part, ...], float]:
    """Split the weights by feature and centre each, so that the base is the log-odds of the mean subject."""
    parts, at = [], 0
    for shape in shapes:
        own = weights[at : at + shape.columns.shape[1]]
        at += shape.columns.shape[1]
        mean = float((shape.columns @ own).mean())
        base += mean
        steps_of = own[: len(shape.knots) or len(shape.levels)] - mean
        parts.append(
            Part(
                name=shape.name,
                kind=shape.feature.kind,
                weights=tuple(float(w) for w in steps_of),
                knots=shape.knots,
                levels=shape.levels,
                other=float(own[-2] - mean) if shape.feature.kind is PartKind.WORD else 0.0,
                missing=float(own[-1] - mean),
                is_moment=shape.feature.is_moment,
                written=shape.feature.written,
                strays=shape.feature.strays,
            )
        )
    return tuple(parts), base
