"""How often something happens over time watched, and what that means for a while to come; with intervals."""

import math

from tenure.stats.proportions import UNKNOWN, Interval


def within(happened: int, days_watched: float, horizon_days: int, *, level: float = 0.95) -> Interval:
    """Return the chance that it happens within so many days, at the rate seen so far, with its exact interval.

    The rate of a Poisson count has Garwood's (1936, Biometrika 28:437) interval from the χ² distribution; the chance
    within a horizon is 1 − exp(−rate × days), which keeps its order.
    """
    from scipy import special

    if days_watched <= 0:
        return UNKNOWN
    tail = (1 - level) / 2
    low = float(special.gammaincinv(happened, tail)) if happened else 0.0
    high = float(special.gammaincinv(happened + 1, 1 - tail))
    value, below, above = (-math.expm1(-n / days_watched * horizon_days) for n in (happened, low, high))
    return Interval(value=value, low=below, high=above)
