"""Taking accounts and people in."""

from collections import OrderedDict
from typing import Any
from zoneinfo import ZoneInfo

from tenure.connectors.files.actions import writing
from tenure.connectors.files.models import Import
from tenure.connectors.files.rules import columns as rules
from tenure.connectors.files.rules.rows import told_by
from tenure.connectors.files.types import Done, Kind, Read, Row, RowRefused, Told

REMEMBERED = 100_000


class CustomersTaker:
    """Says traits, in the name of the row that tells them."""

    at_once = 1_000

    def __init__(self, of: Import) -> None:
        self._kind, self._columns, self._zone = Kind(of.kind), rules.restored(of.columns), ZoneInfo(of.timezone)
        self._seen: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def read(self, row: Row) -> Told | Read | RowRefused:
        """Return what a row tells of somebody."""
        return told_by(row, self._kind, self._columns, self._zone)

    def weigh(self, told: list[Told | Read]) -> tuple[list[Done], list[RowRefused]]:
        """Find out who is known, and what is new of them."""
        done, refused = writing.weigh(self._kind, [each for each in told if isinstance(each, Told)], self._seen)
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return done, refused

    def write(self, of: Import, done: list[Done]) -> None:
        """Say it."""
        self._seen.clear()
        writing.write(of, done)

    def settle(self, of: Import) -> bool:
        """Leave it: what was said is known at once."""
        return True
