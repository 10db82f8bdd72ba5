"""How well anybody could do: who knows each person's habits and the form of the fade, but not who fades, nor when."""

import numpy as np
import numpy.typing as npt

from bench.fading.rules import Alarms, Score, Seen, score
from bench.fading.worlds import WEEK, World

HALF_LIFE = 45.0
THRESHOLDS = np.arange(4.0, 14.0, 0.5)


def best_possible(seen: Seen) -> list[Score]:
    """Score alarms by the likelihood ratio of the worlds with slow fades, at thresholds from lax to strict.

    Of all that can be done with who came on which day nothing does better (Neyman and Pearson 1933), but that the day
    on which a fade began is not known: the likeliest one counts.
    """
    ratio = _ratios(seen.world)
    return [score(seen, _first_over(seen.world, ratio, float(least))) for least in THRESHOLDS]


def _first_over(world: World, ratio: npt.NDArray[np.float64], least: float) -> Alarms:
    over = ratio >= least
    rows = np.flatnonzero(over.any(axis=1))
    return [(int(row), world.first_judged + int(over[row].argmax())) for row in rows]


def _ratios(world: World) -> npt.NDArray[np.float64]:
    """Return for accounts × days judged the log likelihood ratio of a fade that began on the likeliest day."""
    assert world.keen is not None
    days = np.arange(world.first_judged, world.days)
    usual = world.keen[:, None] * WEEK[days % 7]
    came = world.visits[:, days]
    largest = np.full((world.accounts, len(days)), -np.inf)
    for start in range(len(days)):
        before = usual[:, start:]
        now = before * 0.5 ** (np.arange(len(days) - start) / HALF_LIFE)
        said = np.where(came[:, start:], np.log(np.expm1(-now) / np.expm1(-before)), before - now)
        summed = np.zeros((world.accounts, len(days) - start))
        np.add.at(summed, world.account, said)
        largest[:, start:] = np.maximum(largest[:, start:], summed.cumsum(axis=1))
    return largest
