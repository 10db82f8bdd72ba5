"""Taking rows in: one module for each kind of file, all alike to the loop that works through it."""

from typing import Protocol

from tenure.connectors.files.actions.taking.companies import CompaniesTaker
from tenure.connectors.files.actions.taking.customers import CustomersTaker
from tenure.connectors.files.actions.taking.events import EventsTaker
from tenure.connectors.files.actions.taking.spend import SpendTaker
from tenure.connectors.files.actions.taking.subscriptions import SubscriptionsTaker
from tenure.connectors.files.actions.taking.tickets import TicketsTaker
from tenure.connectors.files.models import Import
from tenure.connectors.files.types import Done, Kind, Read, Row, RowRefused, Told


class Taker(Protocol):
    """Reads the rows of one file, weighs them against what is known, and writes what is new."""

    at_once: int
    """How many rows are taken in one transaction."""

    def read(self, row: Row) -> Told | Read | RowRefused:
        """Return what a row tells, or why it cannot be used. Every row is read once, in order."""

    def weigh(self, told: list[Told | Read]) -> tuple[list[Done], list[RowRefused]]:
        """Say of each row what comes of it; what is not written at once is remembered for the rows after it."""

    def write(self, of: Import, done: list[Done]) -> None:
        """Say what the rows tell, in the current transaction."""

    def settle(self, of: Import) -> bool:
        """After the last row: put the counts right; False while what was said has not arrived yet."""


def taker(of: Import) -> Taker:
    """Return who takes the rows of an import in."""
    made: Taker
    match Kind(of.kind):
        case Kind.ACCOUNTS | Kind.PEOPLE:
            made = CustomersTaker(of)
        case Kind.EVENTS:
            made = EventsTaker(of)
        case Kind.SUBSCRIPTIONS:
            made = SubscriptionsTaker(of)
        case Kind.TICKETS:
            made = TicketsTaker(of)
        case Kind.SPEND:
            made = SpendTaker(of)
        case Kind.COMPANIES:
            made = CompaniesTaker(of)
    return made
