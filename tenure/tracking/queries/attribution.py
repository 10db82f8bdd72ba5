"""Who past use belongs to by now: kept in this process, and brought up to date by reading only what is new."""

import dataclasses
import threading
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa

from tenure.customers import queries as customers
from tenure.customers.types import Reattributed, ReattributionKind
from tenure.kernel import tenancy
from tenure.lake import engine, tables
from tenure.tracking.rules import rollups
from tenure.tracking.types.lake import EVENTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

_EVER = datetime(1900, 1, 1, tzinfo=UTC)
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclasses.dataclass
class Attribution:
    """What reattributions up to `seen` come to."""

    seen: int = 0
    people: dict[int, int] = dataclasses.field(default_factory=dict)
    accounts: dict[int, int] = dataclasses.field(default_factory=dict)
    homes: dict[int, list[tuple[datetime, datetime, int]]] = dataclasses.field(default_factory=dict)
    _tables: dict[str, pa.Table] = dataclasses.field(default_factory=dict)

    def follow(self, news: list[Reattributed]) -> None:
        """Take in what came to count elsewhere."""
        if not news:
            return
        at_home: set[int] = set()
        for each in news:
            if each.kind is ReattributionKind.SEEN:
                continue
            if each.kind is ReattributionKind.ACCOUNT:
                if each.new_id == each.old_id:  # it is itself again
                    self.accounts.pop(each.old_id, None)
                else:
                    self.accounts[each.old_id] = each.new_id
                continue
            if each.kind is ReattributionKind.PERSON:
                self.people[each.old_id] = each.new_id
            at_home.add(each.new_id)
        for person, intervals in customers.homes_of(at_home).items():
            since = [_EVER if h.since is None else _EPOCH + timedelta(microseconds=h.since) for h in intervals]
            until = [*since[1:], _NEVER]
            self.homes[person] = [(s, u, h.account_id) for s, u, h in zip(since, until, intervals, strict=True)]
        self.seen = news[-1].id
        self._tables = {
            rollups.NAMED_PEOPLE: pa.table([list(self.people), list(self.people.values())], schema=rollups.PEOPLE),
            rollups.NAMED_ACCOUNTS: pa.table(
                [list(self.accounts), [self.account(a) for a in self.accounts]], schema=rollups.ACCOUNTS
            ),
            rollups.NAMED_HOMES: pa.table(
                [list(c) for c in zip(*((p, *h) for p, known in self.homes.items() for h in known), strict=True)]
                or [[]] * 4,
                schema=rollups.HOMES,
            ),
        }

    def person(self, trace: int) -> int:
        """Return who a trace is."""
        return self.people.get(trace, trace)

    def account(self, account_id: int) -> int:
        """Return which account this one is part of."""
        while account_id in self.accounts:
            account_id = self.accounts[account_id]
        return account_id

    def rows(self, name: str) -> pa.Table | None:
        """Return a table of `rules.rollups`, or None when it would be empty."""
        found = self._tables.get(name)
        return found if found is not None and found.num_rows else None


_known: dict[tuple[str, int], Attribution] = {}
_guard = threading.Lock()


def attribution() -> Attribution:
    """Return who past use in the workspace in scope belongs to now."""
    key = (tables.root(tenancy.current_workspace_id()), tenancy.current_workspace_id())
    with _guard:
        known = _known.setdefault(key, Attribution())
        known.follow(customers.reattributions_after(known.seen))
        return known


def name_events(found: list[str], known: Attribution) -> "ir.Table":
    """Let the tables of `rules.rollups` stand for these event files; returns the events as attributed by now."""
    engine.name_files(rollups.NAMED_EVENTS, EVENTS, found)
    there = []
    for name in (rollups.NAMED_PEOPLE, rollups.NAMED_HOMES, rollups.NAMED_ACCOUNTS):
        rows = known.rows(name)
        there.append(rows is not None)
        if rows is not None:
            engine.name_rows(name, rows)
    people, homes, accounts = there
    return _attributed(people, homes, accounts)


@lru_cache
def _attributed(people: bool, homes: bool, accounts: bool) -> "ir.Table":
    return rollups.attributed(rollups.events_table(), people=people, homes=homes, accounts=accounts)
