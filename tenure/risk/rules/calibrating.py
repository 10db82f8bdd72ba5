"""Making chances come true: two numbers turn log-odds by what came, as far as there is enough of it to say so.

Platt 1999, Advances in Large Margin Classifiers. The two are held back towards changing nothing, and how sure they are
goes into the interval of each chance.
"""

import numpy as np
import numpy.typing as npt

from tenure.risk.types import Calibrator

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
AS_IT_IS = Calibrator(kind="as_it_is")
SLOPE_VARIES, SHIFT_VARIES = 0.25**2, 1.0
"""How far slope and shift are thought to lie from 1 and 0, squared, before anything is seen."""
LEAST_CAME = 5
_STEPS = 50


def calibrated(chances: Floats, by: Calibrator) -> Floats:
    """Return chances as a calibrator has them; it never turns their order round."""
    if by.kind == "platt":
        slope, shift = by.x
        return 1 / (1 + np.exp(-(slope * log_odds(chances) + shift)))
    return chances


def fitted(chances: Floats, came: Flags, weight: Floats, accounts: npt.NDArray[np.int64]) -> Calibrator:
    """Fit slope and shift to chances and what came; rows of one account count together in how sure they are."""
    if min(int(came.sum()), int((~came).sum())) < LEAST_CAME:
        return AS_IT_IS
    odds = log_odds(chances)
    middle = float(weight @ odds / weight.sum())
    around = np.column_stack([odds - middle, np.ones(odds.size)])
    held = np.diag([1 / SLOPE_VARIES, 1 / SHIFT_VARIES])
    thought = np.array([1.0, middle])
    found = thought.copy()
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(around @ found, -30, 30)))
        curved = (around * (weight * chance * (1 - chance))[:, None]).T @ around + held
        step = np.linalg.solve(curved, around.T @ (weight * (came - chance)) - held @ (found - thought))
        found += np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            break
    if found[0] <= 0:
        return AS_IT_IS
    chance = 1 / (1 + np.exp(-np.clip(around @ found, -30, 30)))
    pulls = around * (weight * (came - chance))[:, None]
    _, place = np.unique(accounts, return_inverse=True)
    together = np.column_stack([np.bincount(place, pulls[:, 0]), np.bincount(place, pulls[:, 1])])
    inside = np.linalg.inv((around * (weight * chance * (1 - chance))[:, None]).T @ around + held)
    spread = inside @ (together.T @ together + held) @ inside
    return Calibrator(
        kind="platt",
        x=(float(found[0]), float(found[1] - found[0] * middle)),
        middle=middle,
        spread=(float(spread[0, 0]), float(spread[0, 1]), float(spread[1, 1])),
    )


def variance(chances: Floats, by: Calibrator) -> Floats:
    """Return how unsure the calibrator leaves the log-odds of chances."""
    if by.kind != "platt" or not by.spread:
        return np.zeros(chances.size)
    away = log_odds(chances) - by.middle
    of_slope, both, of_shift = by.spread
    found: Floats = of_slope * away**2 + 2 * both * away + of_shift
    return found


def log_odds(chances: Floats) -> Floats:
    """Return the log-odds of chances, of 0 and 1 those of something near them."""
    within = np.clip(chances, 1e-9, 1 - 1e-9)
    odds: Floats = np.log(within / (1 - within))
    return odds
