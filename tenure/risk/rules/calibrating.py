"""Making chances come true: by Platt's two numbers or by isotonic steps, whichever does better on a later past.

Platt 1999, Advances in Large Margin Classifiers; Zadrozny and Elkan 2002, KDD.
"""

import numpy as np
import numpy.typing as npt

from tenure.risk.types import Calibrator

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
AS_IT_IS = Calibrator(kind="as_it_is")
LEAST_FOR_STEPS = 60
"""Isotonic steps follow noise where fewer left."""
EDGE = 1e-4


def calibrated(chances: Floats, by: Calibrator) -> Floats:
    """Return chances as a calibrator has them; it never turns their order round."""
    if by.kind == "platt":
        slope, shift = by.x
        return 1 / (1 + np.exp(-(slope * _logit(chances) + shift)))
    if by.kind == "isotonic":
        return np.interp(chances, by.x, by.y)
    return chances


def fitted(kind: str, chances: Floats, came: Flags) -> Calibrator:
    """Fit one kind of calibrator to chances and what came."""
    if kind == "platt":
        from sklearn.linear_model import LogisticRegression

        found = LogisticRegression(C=1e6, max_iter=1000).fit(_logit(chances)[:, None], came)
        slope = float(found.coef_[0][0])
        return Calibrator(kind="platt", x=(slope, float(found.intercept_[0]))) if slope > 0 else AS_IT_IS
    if kind == "isotonic":
        from sklearn.isotonic import IsotonicRegression

        found = IsotonicRegression(y_min=EDGE, y_max=1 - EDGE, out_of_bounds="clip").fit(chances, came)
        return Calibrator(
            kind="isotonic",
            x=tuple(float(x) for x in found.X_thresholds_),
            y=tuple(float(y) for y in found.y_thresholds_),
        )
    return AS_IT_IS


def chosen(chances: Floats, came: Flags, days: npt.NDArray[np.int64]) -> str:
    """Choose the kind by log loss on the later third of the days, fitted on the days before."""
    later = days > np.quantile(days, 2 / 3)
    earlier = ~later
    if min(int(came[earlier].sum()), int(came[later].sum()), int((~came[earlier]).sum())) < 5:
        return "as_it_is"
    kinds = ["as_it_is", "platt"] + (["isotonic"] if came[earlier].sum() >= LEAST_FOR_STEPS else [])
    return min(
        kinds, key=lambda k: _loss(calibrated(chances[later], fitted(k, chances[earlier], came[earlier])), came[later])
    )


def _loss(chances: Floats, came: Flags) -> float:
    within = np.clip(chances, EDGE, 1 - EDGE)
    return float(-np.where(came, np.log(within), np.log1p(-within)).mean())


def _logit(chances: Floats) -> Floats:
    within = np.clip(chances, 1e-6, 1 - 1e-6)
    odds: Floats = np.log(within / (1 - within))
    return odds
