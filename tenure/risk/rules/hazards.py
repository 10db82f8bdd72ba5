"""Learning the hazard of leaving from accounts' weeks: discrete time, additive, calibrated, judged on a later past.

Each row is an account at the beginning of a period; whether it left within the period is a yes or no (Singer and
Willett 1993, Journal of Educational Statistics 18:155). The age of the account bends like every other number, and so
is the baseline. Nothing in the judged part, nor any outcome that reaches into it, is learnt from. Rows may stand for
many (`sampling`).
"""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from tenure.risk.rules.banding import bounds
from tenure.risk.rules.calibrating import AS_IT_IS, calibrated, fitted
from tenure.risk.rules.designing import Frame, frame_of, parts_of
from tenure.risk.rules.fitting import Fitted, covariance, fit, refit, weighted_mean
from tenure.risk.rules.foretelling import through_horizon
from tenure.risk.rules.judging import quality
from tenure.risk.rules.leaking import set_aside
from tenure.risk.rules.sampling import thinned
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
"""So many must have left for each number that takes part; what holds the weights back does the rest."""
LATER_PART = 0.3
FOLDS = 5


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Learnt:
    frame: Frame
    fitted: Fitted
    calibrator: Calibrator

    def chances(self, values: Mapping[str, Floats], horizon_days: int) -> Floats:
        odds = self.frame.design(values) @ self.fitted.weights + self.fitted.base
        return calibrated(through_horizon(odds, horizon_days / PERIOD_DAYS), self.calibrator)


def learn_hazard(periods: Periods, names: Sequence[str]) -> LearntHazard:
    """Learn who leaves within the horizon; `names` in the order in which they take part when few left.

    Refused are features dated after their row, and those that give the label away are left out by name. The model
    claims nothing when fewer than `LEAST` left, or when the interval of its AUC on a later past reaches 0.5.
    """
    rows = periods.of(periods.complete(PERIOD_DAYS))
    left = rows.left_within(PERIOD_DAYS)
    weight = rows.weight
    told = {
        "rows": round(float(weight.sum())),
        "accounts": rows.accounts_in_all or int(np.unique(rows.accounts).size),
        "left": round(float(weight @ left)),
        "base_rate": float(weight @ left / weight.sum()) if left.size else 0.0,
    }

    def refused(why: Refusal, out: Sequence[LeftOut] = (), found: Quality | None = None) -> LearntHazard:
        return LearntHazard(hazard=None, refusal=why, quality=found, left_out=tuple(out), **told)  # type: ignore[arg-type]

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
    record = _judged(rows, taken)
    if record.auc.low is None or record.auc.low <= 0.5:
        return refused(Refusal.NO_BETTER_THAN_CHANCE, left_out, record)
    return LearntHazard(
        hazard=_hazard(_learnt(rows, taken), rows),
        refusal=None,
        quality=record,
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


def _learnt(rows: Periods, names: Sequence[str], *, calibrates: bool = True) -> _Learnt:
    left, weight = rows.left_within(PERIOD_DAYS), rows.weight
    values = {n: rows.values[n] for n in names}
    frame = frame_of(names, values)
    columns = frame.design(values)
    found = fit(frame, columns, left, weight)
    there = rows.complete(rows.horizon_days)
    if not calibrates or not there.any():
        return _Learnt(frame=frame, fitted=found, calibrator=AS_IT_IS)
    odds = _out_of_fold(found, columns, left, weight, _folds(left, rows.accounts))
    raw = through_horizon(odds[there], rows.horizon_days / PERIOD_DAYS)
    came = rows.of(there).left_within(rows.horizon_days)
    by = fitted(raw, came, weight[there], rows.accounts[there])
    return _Learnt(frame=frame, fitted=found, calibrator=by)


def _judged(rows: Periods, names: Sequence[str]) -> Quality:
    """Judge on the later part what the earlier teaches; where the past is too short, on accounts not learnt from."""
    horizon = rows.horizon_days
    there = rows.complete(horizon)
    if there.any():
        for share in (LATER_PART, 0.4, 0.5):
            cut = int(np.quantile(rows.days[there], 1 - share))
            later, before = there & (rows.days > cut), rows.until(cut)
            before = before.of(before.complete(PERIOD_DAYS))
            came, taught = rows.of(later).left_within(horizon), before.left_within(PERIOD_DAYS)
            if came.sum() >= LEAST_JUDGED and (~came).sum() >= LEAST_JUDGED and taught.sum() >= LEAST:
                judged = rows.of(later)
                chances = _learnt(before, names).chances(judged.values, horizon)
                return quality(chances, came, judged, _singles(before, judged, names), by_time=True)
    return _judged_on_others(rows, names)


def _judged_on_others(rows: Periods, names: Sequence[str]) -> Quality:
    there = rows.complete(rows.horizon_days)
    period = rows.horizon_days if rows.of(there).left_within(rows.horizon_days).sum() >= LEAST_JUDGED else PERIOD_DAYS
    judged = rows.of(rows.complete(period))
    came = judged.left_within(period)
    chances = np.zeros(came.size)
    for learnt, held in _folds(came, judged.accounts):
        model = _learnt(judged.of(learnt), names, calibrates=False)
        chances[held] = model.chances({n: judged.values[n][held] for n in names}, period)
    return quality(chances, came, judged, _singles(judged, judged, names), by_time=False)


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


def _hazard(model: _Learnt, rows: Periods) -> Hazard:
    values = {n: rows.values[n] for n in model.frame.names}
    columns, weight = model.frame.design(values), rows.weight
    middle = weighted_mean(columns, weight)
    spread = covariance(model.fitted, columns, rows.left_within(PERIOD_DAYS), weight, rows.accounts)
    parts, base = parts_of(model.frame, middle, model.fitted.weights, model.fitted.base)
    mean = float(weight @ model.chances(values, rows.horizon_days) / weight.sum())
    raised, high = bounds(mean)
    return Hazard(
        period_days=PERIOD_DAYS,
        horizon_days=rows.horizon_days,
        parts=parts,
        base=base,
        middle=tuple(float(m) for m in middle),
        spread=spread.astype(np.float32).tobytes(),
        calibrator=model.calibrator,
        raised=raised,
        high=high,
    )


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


def _out_of_fold(
    model: Fitted, columns: Floats, left: Flags, weight: Floats, folds: Sequence[tuple[Days, Days]]
) -> Floats:
    """Return each row's log-odds by what other accounts teach."""
    odds = columns @ model.weights + model.base
    for learnt, held in folds:
        weights, base = refit(model, columns[learnt], left[learnt], weight[learnt])
        odds[held] = columns[held] @ weights + base
    return odds


def taught_and_foretold(before: Periods, rows: Periods, names: Sequence[str]) -> Floats:
    """Foretell rows by what those before teach; NaN where too few had left by then."""
    taught = thinned([before.of(before.complete(PERIOD_DAYS))])
    left = taught.left_within(PERIOD_DAYS)
    if not left.size or min(int(left.sum()), int((~left).sum())) < LEAST:
        return np.full(rows.days.size, np.nan)
    out = {each.name for each in _leaks(taught, left, names)}
    taken = [n for n in names if n not in out][: max(int(left.sum()) // FOR_EACH_FEATURE, 3)]
    if not taken:
        return np.full(rows.days.size, np.nan)
    return _learnt(taught, taken).chances(rows.values, rows.horizon_days)
