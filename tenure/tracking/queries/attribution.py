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

_STORED, _STORED_FOR, _STORED_UNDER = "tracking_stored", "tracking_stored_for", "tracking_stored_under"
NAMED_TOUCHED = "tracking_touched"
_TOUCHED_TRACES = "tracking_touched_traces"
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
    _traces_of: dict[int, list[int]] = dataclasses.field(default_factory=dict)
    _parts_of: dict[int, list[int]] = dataclasses.field(default_factory=dict)
    _at_home: dict[int, list[int]] = dataclasses.field(default_factory=dict)

    def follow(self, news: list[Reattributed], known_at: datetime | None = None) -> None:
        """Take in what came to count elsewhere; with `known_at`, where people were as far as that was known then."""
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
        known = customers.homes_of(at_home) if known_at is None else customers.homes_known_at(at_home, known_at)
        for person, intervals in known.items():
            since = [_EVER if h.since is None else _EPOCH + timedelta(microseconds=h.since) for h in intervals]
            until = [*since[1:], _NEVER]
            self.homes[person] = [(s, u, h.account_id) for s, u, h in zip(since, until, intervals, strict=True)]
        self.seen = news[-1].id
        self._turn_round()
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

    def _turn_round(self) -> None:
        """Note from where to find what counts for somebody."""
        self._traces_of, self._parts_of, self._at_home = {}, {}, {}
        for trace, person in self.people.items():
            self._traces_of.setdefault(person, []).append(trace)
        for old in self.accounts:
            self._parts_of.setdefault(self.account(old), []).append(old)
        for person, known in self.homes.items():
            for account in {self.account(account) for _, _, account in known}:
                self._at_home.setdefault(account, []).append(person)

    def accounts_in(self, account_id: int) -> list[int]:
        """Return the accounts that were merged into one, and itself."""
        return [account_id, *self._parts_of.get(account_id, ())]

    def traces_moved_to(self, account_id: int) -> list[int]:
        """Return the traces of people who have been at home at an account, of those whose use has moved at all."""
        return [trace for person in self._at_home.get(account_id, ()) for trace in self.traces_of(person)]

    def traces_of(self, person: int) -> list[int]:
        """Return the traces that somebody's use is stored under."""
        return [person, *self._traces_of.get(person, ())]

    def rows(self, name: str) -> pa.Table | None:
        """Return a table of `rules.rollups`, or None when it would be empty."""
        found = self._tables.get(name)
        return found if found is not None and found.num_rows else None


_NOTHING_LOOKED_UP = {
    rollups.NAMED_PEOPLE: rollups.PEOPLE.empty_table(),
    rollups.NAMED_HOMES: rollups.HOMES.empty_table(),
    rollups.NAMED_ACCOUNTS: rollups.ACCOUNTS.empty_table(),
}
_known: dict[tuple[str, int], Attribution] = {}
_guard = threading.Lock()


def attribution() -> Attribution:
    """Return who past use in the workspace in scope belongs to now."""
    key = (tables.root(tenancy.current_workspace_id()), tenancy.current_workspace_id())
    with _guard:
        known = _known.setdefault(key, Attribution())
        known.follow(customers.reattributions_after(known.seen))
        return known


def attribution_at(known_at: datetime) -> Attribution:
    """Return who past use in the workspace in scope belonged to, as far as was known at a moment."""
    if not customers.is_reattributed_after(known_at):
        return attribution()
    known = Attribution()
    known.follow(customers.reattributions_after(0, known_at=known_at), known_at)
    return known


def name_events(found: list[str], known: Attribution) -> "ir.Table":
    """Let the tables of `rules.rollups` stand for these event files; returns the events as attributed by now."""
    engine.name_files(rollups.NAMED_EVENTS, EVENTS, found)
    return _with_attribution(known)


def name_events_about(found: list[str], known: Attribution, *, accounts: list[int], traces: list[int]) -> "ir.Table":
    """Like `name_events`, but only of the events stored for these accounts or under these traces.

    That can be told from what is stored, so files that are sorted by account are hardly read: what counts at an account
    is among what was stored for `accounts_in` it and what `traces_moved_to` it did.
    """
    engine.name_files(_STORED, EVENTS, found)
    engine.name_rows(_STORED_FOR, pa.table({"id": pa.array(accounts, pa.int64())}))
    engine.name_rows(_STORED_UNDER, pa.table({"id": pa.array(traces, pa.int64())}))
    for_them = f"SELECT * FROM {_STORED} WHERE account_id IN (SELECT id FROM {_STORED_FOR})"  # noqa: S608
    under_them = f"SELECT * FROM {_STORED} WHERE person_id IN (SELECT id FROM {_STORED_UNDER})"  # noqa: S608
    parts = [for_them] if accounts else []
    if traces:
        parts.append(under_them + (f" AND account_id NOT IN (SELECT id FROM {_STORED_FOR})" if accounts else ""))  # noqa: S608
    engine.name_query(rollups.NAMED_EVENTS, " UNION ALL ".join(parts or [for_them]))
    return _with_attribution(known)


def name_events_of(found: list[str], known: Attribution, people: str) -> "ir.Table":
    """Like `name_events`, but at least the events of people on days, told by SQL (dt, person_id).

    `NAMED_TOUCHED` stands for them afterwards, with the people they are by now: on those days, nothing of what counts
    for any of these is missing.
    """
    events = _with_attribution(known)
    merged = rollups.NAMED_PEOPLE
    engine.name_result(
        NAMED_TOUCHED,
        f"""
        WITH said AS ({people})
        SELECT dt, person_id FROM said
        UNION SELECT dt, person FROM said JOIN {merged} ON trace = person_id
        """,  # noqa: S608  (names are our own)
    )
    engine.name_result(
        _TOUCHED_TRACES,
        f"""
        SELECT dt, person_id FROM {NAMED_TOUCHED}
        UNION SELECT dt, trace FROM {NAMED_TOUCHED} JOIN {merged} ON person = person_id
        """,  # noqa: S608
    )
    engine.name_files(_STORED, EVENTS, found)
    engine.name_query(
        rollups.NAMED_EVENTS,
        f"SELECT {_columns(EVENTS.schema)} FROM {_STORED} SEMI JOIN {_TOUCHED_TRACES} USING (dt, person_id)",  # noqa: S608
    )
    return events


def _columns(schema: pa.Schema) -> str:
    return ", ".join(f'"{name}"' for name in schema.names)


def _with_attribution(known: Attribution) -> "ir.Table":
    there = []
    for name, nothing in _NOTHING_LOOKED_UP.items():
        rows = known.rows(name)
        there.append(rows is not None)
        engine.name_rows(name, nothing if rows is None else rows)
    people, homes, accounts = there
    return _attributed(people, homes, accounts)


@lru_cache
def _attributed(people: bool, homes: bool, accounts: bool) -> "ir.Table":
    return rollups.attributed(rollups.events_table(), people=people, homes=homes, accounts=accounts)
