"""What became of accounts after a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def ends_of_use(days: Sequence[int], gap_days: int, today: int) -> list[int]:
    """Return the days (counted from 1970) on which nobody had used the product for `gap_days`; `days` are in order."""
    following = [*days[1:], today][: len(days)]
    return [day + gap_days for day, after in zip(days, following, strict=True) if after - day >= gap_days]


def first_after(moments: Sequence[datetime], begin: datetime, known_until: datetime) -> timedelta | None:
    """Return how long after a moment the first of others came, None while it has not."""
    later = [m for m in moments if begin < m <= known_until]
    return min(later) - begin if later else None
