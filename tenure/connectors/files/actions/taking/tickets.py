"""Taking tickets in, with the accounts and people they name."""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tenure.connectors.csv_events.types import Refused
from tenure.connectors.files.actions.taking.cells import as_text, names, refused_as, said_by
from tenure.connectors.files.models import Import, Touched
from tenure.connectors.files.rules import columns as rules
from tenure.connectors.files.rules.rows import refusal
from tenure.connectors.files.rules.tickets import TicketRow, ticket_in
from tenure.connectors.files.types import Done, Read, Row, RowRefused, Told
from tenure.conversations import actions as conversations
from tenure.conversations import queries as tickets
from tenure.conversations.types import TicketTold
from tenure.customers import actions as customers
from tenure.customers.queries import accounts_of_people, matching
from tenure.customers.types import Call, CallKind
from tenure.kernel import clock

REMEMBERED = 100_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TicketsTaker:
    """Tells what is new of tickets; accounts and people that are not known are made."""

    at_once = 1_000

    def __init__(self, of: Import) -> None:
        columns = rules.restored(of.columns)
        self._columns, self._names, self._source = columns, names(columns), said_by(of)
        self._now, self._zone = of.said_at or clock.now(), ZoneInfo(of.timezone)
        self._seen: OrderedDict[str, list[TicketTold]] = OrderedDict()

    def read(self, row: Row) -> Told | Read | RowRefused:
        """Return what a row tells of a ticket, and whom it names."""
        if row.wrong:
            return refusal(row, row.wrong, "", row.particulars)
        cells = {c.target: as_text(row.cells.get(c.name)).strip() for c in self._columns}
        try:
            said = ticket_in(cells, number=row.number, source=self._source, said_at=self._now, zone=self._zone)
        except Refused as refused:
            return refused_as(row, refused, self._names)
        return Read(row.number, said, row.cells)

    def weigh(self, told: list[Told | Read]) -> tuple[list[Done], list[RowRefused]]:
        """Compare each with what was told of its ticket before; who is not known yet stands as a number of theirs."""
        rows = [each for each in told if isinstance(each, Read)]
        found = _Named.of(row.what for row in rows)
        tellings = [found.told(row.what, unknown=_stand_in) for row in rows]
        news = tickets.weighed(tellings, self._seen)
        for telling, outcome in zip(tellings, news, strict=True):
            if outcome != "same":
                self._seen.setdefault(telling.external_id, []).append(telling)
                self._seen.move_to_end(telling.external_id)
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return [Done(row, outcome, _shown(row.what)) for row, outcome in zip(rows, news, strict=True)], []

    def write(self, of: Import, done: list[Done]) -> None:
        """Tell it, and note whom it was about."""
        self._seen.clear()
        said = [each.told.what for each in done if each.outcome != "same" and isinstance(each.told, Read)]
        before = _Named.of(said)
        customers.resolve_calls(_calls(of, said, before))
        after = _Named.of(said)
        conversations.record_tickets([after.told(each) for each in said])
        Touched.objects.bulk_create(
            [
                *(Touched(of=of, account_id=i, was_made=m) for i, m in _made(before.accounts, after.accounts)),
                *(Touched(of=of, person_id=i, was_made=m) for i, m in _made(before.people, after.people)),
            ],
            ignore_conflicts=True,
        )

    def settle(self, of: Import) -> bool:
        """Leave it: what was told is known at once."""
        return True


class _Named(NamedTuple):
    """Whom some rows name: accounts and people by what they are called there, and where people are at home."""

    accounts: dict[str, int]
    people: dict[str, int]
    homes: dict[int, int]

    @classmethod
    def of(cls, said: Iterable[TicketRow]) -> "_Named":
        """Find them, in a fixed number of statements. An address that several have names nobody."""
        rows = list(said)
        accounts = matching.accounts_by_external_ids({row.account for row in rows})
        people = matching.people_by_external_ids({row.user or row.email for row in rows})
        by_email = matching.people_by_emails({row.email for row in rows if not row.user})
        people |= {email.lower(): ids[0] for email, ids in by_email.items() if len(ids) == 1}
        return cls(accounts, people, accounts_of_people(list(people.values())))

    def told(self, row: TicketRow, *, unknown: Any = None) -> TicketTold:
        """Return what a row tells, with whom it names; an account that is not named is where its person is at home."""
        key = row.user or row.email
        person = self.people.get(key) or (unknown(key) if unknown and key else None)
        account = self.accounts.get(row.account) or (unknown(row.account) if unknown and row.account else None)
        if not row.account:
            account = self.homes.get(person or 0)
        return replace(row.told, account_id=account, person_id=person)


def _stand_in(name: str) -> int:
    return -int.from_bytes(hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=7).digest(), "big")


def _calls(of: Import, said: Sequence[TicketRow], known: _Named) -> list[Call]:
    """Return the calls that make whoever is not known yet, said at the moments of their rows."""
    assert of.said_at is not None
    calls: list[Call] = []
    for row in said:
        at = (of.said_at - _EPOCH) // timedelta(microseconds=1) + row.told.row
        source, key = f"{said_by(of)} row {row.told.row}", row.user or row.email
        if key and key not in known.people:
            traits = {"email": row.email} if row.email else {}
            calls.append(Call(CallKind.IDENTIFY, key, None, None, at, at, source, traits))
            if row.account:
                calls.append(Call(CallKind.GROUP, key, None, row.account, at, at, source, {}))
        elif row.account and row.account not in known.accounts:
            calls.append(Call(CallKind.GROUP, None, None, row.account, at, at, source, {}))
    return calls


def _made(before: Mapping[str, int], after: Mapping[str, int]) -> list[tuple[int, bool]]:
    known = set(before.values())
    return [(id_, id_ not in known) for id_ in sorted(set(after.values()))]


def _shown(row: TicketRow) -> dict[str, Any]:
    said = {"ticket": row.told.external_id, "subject": row.told.subject, "status": row.told.status}
    return {name: value for name, value in said.items() if value}
