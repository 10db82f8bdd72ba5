"""Learning the hazard of leaving from accounts' weeks: discrete time, additive, calibrated, judged on a later past.

Each row is an account at the beginning of a period; whether it left within the period is a yes or no (Singer and
Willett 1993, Journal of Educational Statistics 18:155). The age of the account bends like every other number, and so
is the baseline. Nothing in the judged part, nor any outcome that reaches into it, is learnt from.
"""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from tenure.risk.rules.banding import bounds
from tenure.risk.rules.calibrating import AS_IT_IS, calibrated, chosen, fitted
from tenure.risk.rules.designing import Frame, frame_of, parts_of
from tenure.risk.rules.foretelling import through_horizon
from tenure.risk.rules.leaking import set_aside
from tenure.risk.rules.shapes import Feature
from tenure.risk.types import (
    Calibrator,
    Hazard,
    LearntHazard,
    LeftOut,
    PartKind,
    Periods,
    Quality,
    Refusal,
    SetAside,
)  # fmt: skip
from tenure.stats import ranking

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.int64]
PERIOD_DAYS = 28
LEAST = 20
"""So many must have left before anything is learnt."""
LEAST_JUDGED = 8
"""So many must have left in the later part for it to judge."""
FOR_EACH_FEATURE = 4
"""So many must have left for each number that takes part; the ridge does the rest."""
LATER_PART = 0.3
FOLDS = 5
PENALTIES = (0.01, 0.03, 0.1, 0.3, 1.0)
_MOST_STEPS, _LONGEST_STEP, _EXACT = 50, 5.0, 1e-8


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Fitted:
    frame: Frame
    weights: Floats
    base: float
    penalty: float
    calibrator: Calibrator

    def raw(self, values: Mapping[str, Floats], horizon_days: int) -> Floats:
        odds = self.frame.design(values) @ self.weights + self.base
        return through_horizon(odds, horizon_days / PERIOD_DAYS)

    def chances(self, values: Mapping[str, Floats], horizon_days: int) -> Floats:
        return calibrated(self.raw(values, horizon_days), self.calibrator)


def learn_hazard(periods: Periods, names: Sequence[str]) -> LearntHazard:
    """Learn who leaves within the horizon; `names` in the order in which they take part when few left.

    Refused are features dated after their row, and those that give the label away are left out by name. The model
    claims nothing when fewer than `LEAST` left, or when the interval of its AUC on a later past reaches 0.5.
    """
    rows = periods.of(periods.complete(PERIOD_DAYS))
    left = rows.left_within(PERIOD_DAYS)
    told = {
        "rows": int(left.size),
        "accounts": int(np.unique(rows.accounts).size),
        "left": int(left.sum()),
        "base_rate": float(left.mean()) if left.size else 0.0,
    }

    def refused(why: Refusal, out: Sequence[LeftOut] = (), quality: Quality | None = None) -> LearntHazard:
        return LearntHazard(hazard=None, refusal=why, quality=quality, left_out=tuple(out), **told)  # type: ignore[arg-type]

    if not left.size:
        return refused(Refusal.NO_PAST)
    if min(int(left.sum()), int((~left).sum())) < LEAST:
        return refused(Refusal.TOO_FEW_LEFT)
    left_out = _leaks(rows, left, names)
    out = {each.name for each in left_out}
    most = max(int(left.sum()) // FOR_EACH_FEATURE, 3)
    taken = [n for n in names if n not in out][:most]
    if not taken:
        return refused(Refusal.NO_FEATURES, left_out)
    quality = _judged(rows, taken)
    if quality.auc.low is None or quality.auc.low <= 0.5:
        return refused(Refusal.NO_BETTER_THAN_CHANCE, left_out, quality)
    model = _fit(rows, taken, _kind_of(rows, taken))
    return LearntHazard(
        hazard=_hazard(model, rows),
        refusal=None,
        quality=quality,
        left_out=tuple(left_out),
        **told,  # type: ignore[arg-type]
    )


def _leaks(rows: Periods, left: Flags, names: Sequence[str]) -> list[LeftOut]:
    """Find features that know what is only known afterwards, or say nothing."""
    late = int((rows.known_at > rows.days).sum())
    if late and not rows.is_told_later:
        return [LeftOut(name=n, why=SetAside.DATED_AFTER, seen={"rows": late}) for n in names]
    found = []
    for name in names:
        feature = Feature(name=name, kind=PartKind.NUMBER, numbers=rows.values[name])
        aside = set_aside(feature, left)
        if aside is not None:
            found.append(aside)
    return found


def _fit(rows: Periods, names: Sequence[str], kind: str) -> _Fitted:
    left = rows.left_within(PERIOD_DAYS)
    values = {n: rows.values[n] for n in names}
    frame = frame_of(names, values)
    columns = frame.design(values)
    folds = _folds(left, rows.accounts)
    losses = {p: _loss(_out_of_fold(columns, left, folds, p), left) for p in PENALTIES}
    penalty = min(losses, key=lambda p: losses[p])
    weights, base = logistic(columns, left, penalty)
    calibrator = AS_IT_IS
    if kind != "as_it_is":
        there = rows.complete(rows.horizon_days)
        raw = through_horizon(_out_of_fold(columns, left, folds, penalty)[there], rows.horizon_days / PERIOD_DAYS)
        came = rows.of(there).left_within(rows.horizon_days)
        if came.any() and not came.all():
            calibrator = fitted(kind, raw, came)
    return _Fitted(frame=frame, weights=weights, base=base, penalty=penalty, calibrator=calibrator)


def _kind_of(rows: Periods, names: Sequence[str]) -> str:
    """Choose how to calibrate on the later rows whose horizon is over."""
    left = rows.left_within(PERIOD_DAYS)
    there = rows.complete(rows.horizon_days)
    if not there.any():
        return "as_it_is"
    values = {n: rows.values[n] for n in names}
    columns = frame_of(names, values).design(values)
    odds = _out_of_fold(columns, left, _folds(left, rows.accounts), PENALTIES[2])
    raw = through_horizon(odds[there], rows.horizon_days / PERIOD_DAYS)
    return chosen(raw, rows.of(there).left_within(rows.horizon_days), rows.days[there])


def _judged(rows: Periods, names: Sequence[str]) -> Quality:
    """Judge on the later part what the earlier teaches; where the past is too short, on accounts not learnt from."""
    horizon = rows.horizon_days
    there = rows.complete(horizon)
    if there.any():
        for share in (LATER_PART, 0.4, 0.5):
            cut = int(np.quantile(rows.days[there], 1 - share))
            later, earlier = there & (rows.days > cut), rows.days + PERIOD_DAYS <= cut
            came = rows.of(later).left_within(horizon)
            taught = rows.of(earlier).left_within(PERIOD_DAYS)
            if came.sum() >= LEAST_JUDGED and (~came).sum() >= LEAST_JUDGED and taught.sum() >= LEAST:
                before = dataclasses.replace(rows.of(earlier), known_until=cut)
                model = _fit(before, names, _kind_of(before, names))
                judged = rows.of(later)
                chances = model.chances(judged.values, horizon)
                return _quality(chances, came, judged, _singles(before, judged, names), by_time=True)
    return _judged_on_others(rows, names)


def _judged_on_others(rows: Periods, names: Sequence[str]) -> Quality:
    there = rows.complete(rows.horizon_days)
    period = rows.horizon_days if rows.of(there).left_within(rows.horizon_days).sum() >= LEAST_JUDGED else PERIOD_DAYS
    judged = rows.of(rows.complete(period))
    came = judged.left_within(period)
    chances = np.zeros(came.size)
    for learnt, held in _folds(came, judged.accounts):
        model = _fit(judged.of(_flags(learnt, came.size)), names, "as_it_is")
        chances[held] = model.chances({n: judged.values[n][held] for n in names}, period)
    return _quality(chances, came, judged, _singles(judged, judged, names), by_time=False)


def _singles(taught: Periods, judged: Periods, names: Sequence[str]) -> dict[str, Floats]:
    """Return each number alone as a score, in the direction it had in the part that teaches."""
    left = taught.left_within(PERIOD_DAYS)
    found = {}
    for name in names:
        known = ~np.isnan(taught.values[name])
        value = ranking.auc(taught.values[name][known], left[known]).value
        sign = -1.0 if value is not None and value < 0.5 else 1.0
        numbers = sign * judged.values[name]
        found[name] = np.where(np.isnan(numbers), np.nanmedian(numbers) if known.any() else 0.0, numbers)
    return found


def _quality(chances: Floats, came: Flags, judged: Periods, singles: Mapping[str, Floats], *, by_time: bool) -> Quality:
    of_single = {
        n: ranking.auc_of_groups(s, came, judged.accounts) for n, s in singles.items() if not np.isnan(s).any()
    }
    best = max(of_single, key=lambda n: of_single[n].value or 0.0, default=None)
    tops = sorted({max(1, round(came.size * share)) for share in (0.01, 0.05, 0.1, 0.2)})
    return Quality(
        by_time=by_time,
        subjects=int(came.size),
        left=int(came.sum()),
        auc=ranking.auc_of_groups(chances, came, judged.accounts),
        tops=tuple(ranking.top(chances, came, k) for k in tops),
        bands=tuple(ranking.calibration(np.clip(chances, 0, 1), came, bands=5)),
        brier=ranking.brier(chances, came) or 0.0,
        brier_of_base_rate=float(came.mean() * (1 - came.mean())),
        best_single=None if best is None else (best, of_single[best]),
    )


def _hazard(model: _Fitted, rows: Periods) -> Hazard:
    values = {n: rows.values[n] for n in model.frame.names}
    columns = model.frame.design(values)
    middle = columns.mean(axis=0)
    around = np.hstack([np.ones((columns.shape[0], 1)), columns - middle])
    chance = 1 / (1 + np.exp(-(columns @ model.weights + model.base)))
    curved = (around * (chance * (1 - chance))[:, None]).T @ around
    ridge = np.eye(curved.shape[0]) / model.penalty
    ridge[0, 0] = 0.0
    parts, base = parts_of(model.frame, columns, model.weights, model.base)
    mean = float(model.chances(values, rows.horizon_days).mean())
    raised, high = bounds(mean)
    return Hazard(
        period_days=PERIOD_DAYS,
        horizon_days=rows.horizon_days,
        parts=parts,
        base=base,
        middle=tuple(float(m) for m in middle),
        spread=np.linalg.inv(curved + ridge).astype(np.float32).tobytes(),
        calibrator=model.calibrator,
        raised=raised,
        high=high,
    )


def logistic(columns: Floats, left: Flags, penalty: float) -> tuple[Floats, float]:
    """Return weights and base of a ridge logistic regression, by Newton's method.

    The same as scikit-learn's with `C=penalty` (a test compares them), at a tenth of the work: it is fitted often here.
    """
    middle = columns.mean(axis=0)
    around = np.hstack([np.ones((columns.shape[0], 1)), columns - middle])
    ridge = np.full(around.shape[1], 1 / penalty)
    ridge[0] = 0.0
    found = np.zeros(around.shape[1])
    rate = float(left.mean())
    found[0] = np.log(rate / (1 - rate))
    for _ in range(_MOST_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(around @ found, -30, 30)))
        curved = (around * np.maximum(chance * (1 - chance), 1e-12)[:, None]).T @ around + np.diag(ridge)
        step = np.linalg.solve(curved, around.T @ (left - chance) - ridge * found)
        found += step * min(1.0, _LONGEST_STEP / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < _EXACT:
            break
    return found[1:], float(found[0] - middle @ found[1:])


def _folds(left: Flags, accounts: Days) -> list[tuple[Days, Days]]:
    """Deal accounts to folds, those who left and those who stayed in turn; rows of one account are never apart."""
    known, place = np.unique(accounts, return_inverse=True)
    has_left = np.zeros(known.size, dtype=bool)
    has_left[place[left]] = True
    shuffled = np.random.default_rng(0).permutation(known.size)
    order = shuffled[np.argsort(has_left[shuffled], kind="stable")]
    fold = np.empty(known.size, dtype=np.intp)
    fold[order] = np.arange(known.size) % FOLDS
    parts = [(np.flatnonzero(fold[place] != n), np.flatnonzero(fold[place] == n)) for n in range(FOLDS)]
    return [(a, b) for a, b in parts if b.size and left[a].any() and not left[a].all()]


def _out_of_fold(columns: Floats, left: Flags, folds: Sequence[tuple[Days, Days]], penalty: float) -> Floats:
    """Return each row's log-odds by what other accounts teach."""
    rate = float(left.mean())
    odds = np.full(left.size, np.log(rate / (1 - rate)))
    for learnt, held in folds:
        weights, base = logistic(columns[learnt], left[learnt], penalty)
        odds[held] = columns[held] @ weights + base
    return odds


def _loss(odds: Floats, left: Flags) -> float:
    return float(np.logaddexp(0, np.where(left, -odds, odds)).mean())


def _flags(places: Days, size: int) -> Flags:
    found = np.zeros(size, dtype=bool)
    found[places] = True
    return found


def taught_and_foretold(before: Periods, rows: Periods, names: Sequence[str]) -> Floats:
    """Foretell rows by what those before teach; NaN where too few had left by then."""
    taught = before.of(before.complete(PERIOD_DAYS))
    left = taught.left_within(PERIOD_DAYS)
    if not left.size or min(int(left.sum()), int((~left).sum())) < LEAST:
        return np.full(rows.days.size, np.nan)
    out = {each.name for each in _leaks(taught, left, names)}
    taken = [n for n in names if n not in out][: max(int(left.sum()) // FOR_EACH_FEATURE, 3)]
    if not taken:
        return np.full(rows.days.size, np.nan)
    return _fit(taught, taken, _kind_of(taught, taken)).chances(rows.values, rows.horizon_days)
