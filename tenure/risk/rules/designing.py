"""The design of additive models over numbers: hats at quantiles and a step for a missing value."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from tenure.risk.rules.shapes import hats
from tenure.risk.types import Part, PartKind

Floats = npt.NDArray[np.float64]
BENDS = (0.002, 0.1, 0.35, 0.65, 0.9, 0.998)
"""Where a line may bend: six quantiles; beyond the outermost, two in a thousand on either side, it is flat.

Periods of few who left have no more to tell.
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Frame:
    """Where the lines of each number may bend."""

    names: tuple[str, ...]
    knots: tuple[tuple[float, ...], ...]

    def design(self, values: Mapping[str, Floats]) -> Floats:
        """Return the columns of the design: the hats of each number, then whether it is missing."""
        return np.hstack([_columns(values[n], k) for n, k in zip(self.names, self.knots, strict=True)])

    @property
    def widths(self) -> list[int]:
        """How many columns each number has."""
        return [len(k) + 1 for k in self.knots]

    def split(self, columns: Floats, weights: Floats) -> list[Floats]:
        """Return what each number adds to each row."""
        ends = np.cumsum(self.widths)
        return [columns[:, e - w : e] @ weights[e - w : e] for e, w in zip(ends, self.widths, strict=True)]


def frame_of(names: Sequence[str], values: Mapping[str, Floats]) -> Frame:
    """Choose where lines may bend by the quantiles of what there is."""
    return Frame(names=tuple(names), knots=tuple(_knots(values[n]) for n in names))


def _knots(numbers: Floats) -> tuple[float, ...]:
    values = np.unique(numbers[~np.isnan(numbers)])
    if values.size <= len(BENDS):
        return tuple(float(v) for v in values)
    found = np.unique(np.quantile(numbers[~np.isnan(numbers)], BENDS))
    return tuple(float(v) for v in (found if found.size > 1 else values[[0, -1]]))


def frame_of_parts(parts: Sequence[Part]) -> Frame:
    """Return the frame a model was learnt in."""
    return Frame(names=tuple(p.name for p in parts), knots=tuple(p.knots for p in parts))


def parts_of(frame: Frame, middle: Floats, weights: Floats, base: float) -> tuple[tuple[Part, ...], float]:
    """Split the weights by number and centre each: a part is 0 on the mean row, whose log-odds are the base."""
    parts, at = [], 0
    for name, knots, width in zip(frame.names, frame.knots, frame.widths, strict=True):
        own = weights[at : at + width]
        mean = float(middle[at : at + width] @ own)
        at += width
        base += mean
        parts.append(
            Part(
                name=name,
                kind=PartKind.NUMBER,
                weights=tuple(float(w) - mean for w in own[:-1]),
                knots=knots,
                missing=float(own[-1]) - mean,
            )
        )
    return tuple(parts), base


def _columns(numbers: Floats, knots: Sequence[float]) -> Floats:
    missing = np.isnan(numbers).astype(np.float64)[:, None]
    drawn = hats(numbers, knots) if knots else np.zeros((numbers.size, 0))
    return np.hstack([drawn, missing])
