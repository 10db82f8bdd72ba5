"""What a pass is told: everything known of customers as of now, in the columns and tables that it names.

`judge` asks whatever knows: `Now` is what is so at this moment; the past answers in the same words.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

from tenure.billing import queries as billing
from tenure.customers import queries as customers
from tenure.kernel import tenancy
from tenure.lake import engine, tables
from tenure.segments.models import Membership, Segment
from tenure.segments.queries.happened import happened
from tenure.segments.queries.lifetimes import lifetimes
from tenure.segments.queries.stored import definitions
from tenure.segments.rules import features
from tenure.segments.rules.happenings import HappeningNeeds
from tenure.segments.types import Subject
from tenure.segments.types.conditions import Condition, TicketPriority, TicketWhat
from tenure.tracking import queries as tracking
from tenure.tracking.types.lake import PERSON_DAY

if TYPE_CHECKING:
    from django.db.models import QuerySet

OPEN_TICKETS = "open_tickets"
"""The trait that says how many tickets of an account or a person are open now."""
OPEN_TICKETS_OF = {
    priority: f"{OPEN_TICKETS}_{priority}" for priority in TicketPriority if priority is not TicketPriority.NORMAL
}
"""The traits that say how many of those are of a priority that is not normal."""
_TOLD = {TicketWhat.OPENED: "TicketOpened", TicketWhat.SOLVED: "TicketSolved"}


class Knowing(Protocol):
    """Everything a pass asks for, as of one moment."""

    now: datetime

    def facts(self, subject: Subject, names: Sequence[str], ids: Sequence[int] | None) -> pa.Table:
        """Return the accounts or people with their own columns and these traits."""

    def name_use(self, days: Sequence[date]) -> None:
        """Let `segment_person_day` stand for use on these days."""

    def lifetimes(self, subject: Subject, events: frozenset[str]) -> pa.Table:
        """Return how often, first and last each did each of these."""

    def happened(self, needs: HappeningNeeds) -> pa.Table:
        """Return single events with their properties."""

    def words(self, subject: Subject, names: Sequence[str], ids: Sequence[int] | None) -> pa.Table:
        """Return every word on these traits, with the one before it."""

    def billed(self, currencies: Sequence[str], ids: Sequence[int] | None) -> pa.Table:
        """Return what accounts pay for."""

    def rates(self, currencies: Sequence[str]) -> frozenset[str]:
        """Return of which currencies a rate is known."""

    def tickets(
        self,
        subject: Subject,
        what: TicketWhat,
        days: int | None,
        priorities: Sequence[TicketPriority],
        ids: Sequence[int] | None,
    ) -> pa.Table:
        """Count tickets opened or solved (of some priorities, or all), by account or person."""

    def definitions(self, ids: Iterable[int], subject: Subject) -> dict[int, Condition]:
        """Return the conditions of segments that are judged in the same pass as what names them."""

    def segment_subject(self, segment_id: int) -> Subject:
        """Return what a segment selects."""

    def inside(self, segment_id: int, among: Sequence[int] | None) -> set[int]:
        """Return who (of some, or of all) is in a segment that is not judged in the same pass."""

    def places(self, account_ids: Sequence[int] | None) -> pa.Table:
        """Return the known people at accounts, with their roles there."""


class Now:
    """What is known at this moment."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def facts(self, subject: Subject, names: Sequence[str], ids: Sequence[int] | None) -> pa.Table:
        """Return the accounts or people with their own columns and these traits."""
        if subject is Subject.ACCOUNT:
            return customers.account_facts(names, ids)
        return customers.person_facts(names, ids)

    def name_use(self, days: Sequence[date]) -> None:
        """Let `segment_person_day` stand for use on these days, from the rollup of them."""
        found = tables.files(tenancy.current_workspace_id(), PERSON_DAY, days)
        engine.name_files(features.PERSON_DAY, PERSON_DAY, found)

    def lifetimes(self, subject: Subject, events: frozenset[str]) -> pa.Table:
        """Return how often, first and last each did each of these."""
        return lifetimes(tenancy.current_workspace_id(), id_column(subject), events)

    def happened(self, needs: HappeningNeeds) -> pa.Table:
        """Return single events with their properties."""
        return happened(needs, self.now)

    def words(self, subject: Subject, names: Sequence[str], ids: Sequence[int] | None) -> pa.Table:
        """Return every word on these traits, with the one before it."""
        return customers.trait_words("account" if subject is Subject.ACCOUNT else "person", names, ids)

    def billed(self, currencies: Sequence[str], ids: Sequence[int] | None) -> pa.Table:
        """Return what accounts pay for."""
        return billing.billed(currencies, ids)

    def rates(self, currencies: Sequence[str]) -> frozenset[str]:
        """Return of which currencies a rate is known."""
        return billing.rates_known(currencies)

    def tickets(
        self,
        subject: Subject,
        what: TicketWhat,
        days: int | None,
        priorities: Sequence[TicketPriority],
        ids: Sequence[int] | None,
    ) -> pa.Table:
        """Count tickets opened or solved in the last days, today so far included, or ever."""
        since = None if days is None else begin_of_day(self.now, days)
        among = {"priority": list(priorities)} if priorities else {}
        return tracking.entries_counted(
            id_column(subject), _TOLD[what], since=since, until=self.now, ids=ids, among=among
        )

    def definitions(self, ids: Iterable[int], subject: Subject) -> dict[int, Condition]:
        """Return the conditions of segments that are judged in the same pass as what names them."""
        return definitions(ids, subject)

    def segment_subject(self, segment_id: int) -> Subject:
        """Return what a segment selects."""
        subject = Segment.objects.filter(pk=segment_id).values_list("subject", flat=True).first()
        return Subject(subject or Subject.ACCOUNT)

    def inside(self, segment_id: int, among: Sequence[int] | None) -> set[int]:
        """Return who is in a segment now; those looked for are found by an index."""
        column = id_column(self.segment_subject(segment_id))
        return set(among_ids(Membership.objects.filter(segment=segment_id, left_at=None), column, among))

    def places(self, account_ids: Sequence[int] | None) -> pa.Table:
        """Return the known people at accounts, with their roles there."""
        return customers.places(account_ids)


def among_ids(members: "QuerySet[Membership]", column: str, among: Sequence[int] | None) -> Iterable[int]:
    """Return who has these memberships, of those asked about."""
    if among is not None:
        members = members.filter(**{f"{column}__in": list(among)})
    return members.values_list(column, flat=True)


def begin_of_day(now: datetime, days: int) -> datetime:
    """Return the moment at which the day (UTC) so many days ago began."""
    day = now.astimezone(UTC).date() - timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def id_column(subject: Subject) -> str:
    """Return what facts and rollups call the subject's id."""
    return "account_id" if subject is Subject.ACCOUNT else "person_id"


def wanted(ids: Iterable[int] | None) -> list[int] | None:
    """Return ids as a list that can be read more than once."""
    return None if ids is None else [int(i) for i in ids]
