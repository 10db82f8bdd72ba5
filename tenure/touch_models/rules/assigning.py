"""Which model each account has, many at once: the first that takes it, but for what it may keep.

An account keeps its model while that still holds it (`stays`, which asks for less than `enters`) and no model above
takes it, and for its minimum of days whatever is true: so noise around a threshold changes nothing, and no account
changes more often than once in that time.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from tenure.touch_models.types import Definition

Whole = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
DAY = 86_400_000_000
NONE = -1
"""The place of a model for an account that has none."""


def assign(
    definition: Definition,
    models: Whole,
    held: Whole,
    enters: Mapping[int, Truths],
    stays: Mapping[int, Truths],
) -> Whole:
    """Return the place of each account's model.

    `models` is the place of the one it has, `held` for how many microseconds. `enters` and `stays` say by the place of
    a model whether those conditions are true of each account; a model without the one takes everybody, without the
    other it holds whom it would take.
    """
    size = len(models)
    everybody = np.ones(size, np.bool_)
    wanted = np.full(size, NONE, np.int64)
    for n, model in enumerate(definition.models):
        takes = enters.get(n, everybody)
        keeps = stays[n] if model.stays is not None and n in stays else takes
        claims = np.where(models == n, takes | keeps, takes)
        wanted[claims & (wanted == NONE)] = n
    minimum = np.array([m.minimum_days * DAY for m in definition.models], np.int64)
    has = models != NONE
    bound = np.zeros(size, np.bool_)
    bound[has] = held[has] < minimum[models[has]]
    return np.where(bound, models, wanted)
