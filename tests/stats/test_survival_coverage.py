"""The interval of a difference holds the truth as often as it says, at the sizes a holdout really has."""

import numpy as np
import pytest

from tenure.stats.survival import Lifetimes, difference

HORIZON = 180.0
DRAWS = 600


def drawn(rng: np.random.Generator, n: int, share: float) -> Lifetimes:
    """Draw accounts that joined over 300 days, watched until day 365, with `share` lasting to the horizon."""
    lasts = rng.exponential(-HORIZON / np.log(share), n)
    watched = 365 - rng.uniform(0, 300, n)
    return Lifetimes.of(np.minimum(lasts, watched), lasts <= watched)


@pytest.mark.parametrize(
    ("treated", "held_out"), [((360, 0.95), (40, 0.95)), ((360, 0.85), (40, 0.85)), ((900, 0.85), (100, 0.75))]
)
def test_holds_the_truth_nineteen_times_in_twenty(treated: tuple[int, float], held_out: tuple[int, float]) -> None:
    rng = np.random.default_rng(20261122)

    found = [difference(drawn(rng, *treated), drawn(rng, *held_out), HORIZON) for _ in range(DRAWS)]

    truth = treated[1] - held_out[1]
    held = float(np.mean([d.low <= truth <= d.high for d in found]))
    assert held >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / DRAWS)
    if truth == 0:
        assert float(np.mean([d.excludes_zero for d in found])) <= 0.05 + 3 * np.sqrt(0.95 * 0.05 / DRAWS)
