"""The chance of each account by a hazard, with its interval and what each number adds."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from tenure.risk.rules.calibrating import calibrated
from tenure.risk.rules.designing import frame_of_parts
from tenure.risk.types import Foretold, Hazard

Floats = npt.NDArray[np.float64]
Z = 1.959964


def foretell(model: Hazard, values: Mapping[str, Floats]) -> list[Foretold]:
    """Return each row's chance to leave within the horizon, given numbers by feature (NaN for missing).

    A period's log-odds are carried through the horizon as if nothing changed, then calibrated; the interval is that of
    the log-odds, by the spread of the weights (Laplace's approximation), taken through the same steps.
    """
    frame = frame_of_parts(model.parts)
    columns = frame.design(values)
    weights = np.concatenate([[*part.weights, part.missing] for part in model.parts])
    adds = np.column_stack(frame.split(columns, weights))
    odds = model.base + adds.sum(axis=1)
    width = columns.shape[1] + 1
    spread = np.frombuffer(model.spread, np.float32).reshape(width, width).astype(np.float64)
    around = np.hstack([np.ones((columns.shape[0], 1)), columns - np.array(model.middle)])
    half = Z * np.sqrt(np.maximum(((around @ spread) * around).sum(axis=1), 0.0))
    chance, low, high = (
        calibrated(through_horizon(each, model.horizon_days / model.period_days), model.calibrator)
        for each in (odds, odds - half, odds + half)
    )
    return [
        Foretold(chance=float(chance[i]), low=float(low[i]), high=float(high[i]), odds=float(odds[i]), adds=tuple(row))
        for i, row in enumerate(adds.tolist())
    ]


def through_horizon(odds: Floats, periods: float) -> Floats:
    """Return the chance to leave within so many periods, at the same log-odds in each."""
    staying = -np.logaddexp(0, odds) * periods
    chance: Floats = -np.expm1(staying)
    return chance
