"""What anybody could do without a model, on the same accounts and moments."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
FALLEN = -0.32192809488736235
"""log₂ of 0.8: use is a fifth less than in the 28 days before."""


def baselines(values: Mapping[str, Floats]) -> dict[str, tuple[Floats, bool]]:
    """Return simple scores by name, and whether each is a yes or no: days since last use, use fallen by a fifth."""
    fallen = (values["use_change"] <= FALLEN).astype(np.float64)
    return {"last_seen": (values["days_since_use"], False), "fallen": (fallen, True)}
