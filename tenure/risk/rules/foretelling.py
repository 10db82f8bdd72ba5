"""The chance of each account by a hazard, with its interval and what each number adds."""

import dataclasses
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from tenure.risk.rules.calibrating import calibrated, log_odds, variance
from tenure.risk.rules.designing import frame_of_parts
from tenure.risk.types import Foretold, Hazard

Floats = npt.NDArray[np.float64]
Z = 1.959964


def foretell(model: Hazard, values: Mapping[str, Floats]) -> list[Foretold]:
    """Return each row's chance to leave within the horizon, given numbers by feature (NaN for missing)."""
    found = foretold(model, values)
    return [
        Foretold(chance=chance, low=low, high=high, odds=odds, adds=tuple(adds))
        for chance, low, high, odds, adds in zip(
            *(each.tolist() for each in (found.chance, found.low, found.high, found.odds, found.adds)), strict=True
        )
    ]


@dataclasses.dataclass(frozen=True, kw_only=True)
class ForetoldRows:
    """As `Foretold`, of many rows; `adds` has a column for each part."""

    chance: Floats
    low: Floats
    high: Floats
    odds: Floats
    adds: Floats


def foretold(model: Hazard, values: Mapping[str, Floats]) -> ForetoldRows:
    """Return each row's chance with its interval, and what each number adds to its log-odds.

    A period's log-odds are carried through the horizon as if nothing changed, then calibrated. The interval is that of
    the log-odds, by the spread of the weights and by that of the calibrator, taken through the same steps.
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
    periods = model.horizon_days / model.period_days
    raw, below, above = (through_horizon(each, periods) for each in (odds, odds - half, odds + half))
    own, low, high = (log_odds(calibrated(each, model.calibrator)) for each in (raw, below, above))
    by_calibrator = Z * np.sqrt(np.maximum(variance(raw, model.calibrator), 0.0))
    return ForetoldRows(
        chance=calibrated(raw, model.calibrator),
        low=1 / (1 + np.exp(np.hypot(own - low, by_calibrator) - own)),
        high=1 / (1 + np.exp(-own - np.hypot(high - own, by_calibrator))),
        odds=odds,
        adds=adds,
    )


def through_horizon(odds: Floats, periods: float) -> Floats:
    """Return the chance to leave within so many periods, at the same log-odds in each."""
    staying = -np.logaddexp(0, odds) * periods
    chance: Floats = -np.expm1(staying)
    return chance
