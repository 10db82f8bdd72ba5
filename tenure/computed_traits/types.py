"""What can be computed."""

import dataclasses
from enum import StrEnum


class Measure(StrEnum):
    """What is made of the events or people."""

    COUNT = "count"
    DAYS = "days"
    PEOPLE = "people"
    FIRST = "first"
    LAST = "last"
    SUM = "sum"
    AVERAGE = "average"
    LARGEST = "largest"
    SMALLEST = "smallest"
    DISTINCT = "distinct"


OF_PROPERTY = frozenset({Measure.SUM, Measure.AVERAGE, Measure.LARGEST, Measure.SMALLEST, Measure.DISTINCT})
OF_PEOPLE = frozenset({Measure.COUNT, Measure.SUM, Measure.AVERAGE, Measure.LARGEST, Measure.SMALLEST})
COUNTED = frozenset({Measure.COUNT, Measure.DAYS, Measure.PEOPLE, Measure.DISTINCT})
"""Where nothing is there, these are 0; the others are not known."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Formula:
    """Of events (of one name, or any) within so many days, or of an account's people.

    `basis` is "use" or "people". Of use, `what` is the property that is summed. Of people, `what` is their trait, and
    only those count whose trait `where` (or whose "role") is `equals`, without regard to case.
    """

    basis: str
    measure: Measure
    event: str = ""
    what: str = ""
    days: int | None = None
    where: str = ""
    equals: str = ""
