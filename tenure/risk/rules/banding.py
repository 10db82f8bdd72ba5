"""Which band a chance is in."""

from tenure.risk.types import Hazard, RiskBand

MARGIN = 0.9
"""A band is left downwards only when the chance has fallen under so much of its bound: bands do not flap."""


def bounds(base_rate: float) -> tuple[float, float]:
    """Return from which chance on risk is raised, and from which on it is high: twice and four times the mean."""
    return min(2 * base_rate, 0.3), min(4 * base_rate, 0.5)


def band_of(chance: float, model: Hazard, before: RiskBand | None = None) -> RiskBand:
    """Say which band a chance is in, given the one it was in before."""
    rank = {RiskBand.USUAL: 0, RiskBand.RAISED: 1, RiskBand.HIGH: 2}[before or RiskBand.USUAL]
    if chance >= model.high * (MARGIN if rank >= 2 else 1):
        return RiskBand.HIGH
    if chance >= model.raised * (MARGIN if rank >= 1 else 1):
        return RiskBand.RAISED
    return RiskBand.USUAL
