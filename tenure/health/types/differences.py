"""A difference between two scores of one account, in parts."""

import dataclasses
from enum import StrEnum


class TermKind(StrEnum):
    """What moved a score."""

    MEASURE = "measure"
    KNOWN = "known"
    AGE = "age"
    CHILDREN = "children"
    EXCEPTION = "exception"
    OVERRIDE = "override"
    VERSION = "version"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Term:
    """One part of a difference: `amount` in points of the score.

    A measure says its readings and points before and after; `gained` and `lost` are the measures that came to be known
    and ceased to be.
    """

    kind: TermKind
    amount: float
    name: str = ""
    reading_before: float | None = None
    reading: float | None = None
    points_before: float | None = None
    points: float | None = None
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    version: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Difference:
    """A difference and its terms, the largest first; both ends are None where the score was not known."""

    before: float | None
    after: float | None
    terms: tuple[Term, ...]
