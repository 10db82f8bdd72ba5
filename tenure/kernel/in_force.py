"""What accounts have, one thing at a time (a stage, a touch model): rows kept for ever, of which at most one is open.

They are read and written as columns, so that a pass over a million accounts holds a few arrays, and a Python object
only for an account that gets something else. A table of such rows has the columns workspace_id, account_id, came_from,
left_at, was_there, cause and left_cause, and those that `Kept` names.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from tenure.kernel import tenancy
from tenure.kernel.copying import copied

Whole = npt.NDArray[np.int64]
NONE = -1
"""The place of what an account does not have."""
AT_ONCE = 20_000
"""So many accounts that get something else are written at once."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_GO_ON = """
    WITH latest AS (
        SELECT DISTINCT ON (account_id) id, left_at, left_cause FROM {table}
        WHERE workspace_id = %s AND account_id = ANY(%s)
        ORDER BY account_id, left_at IS NULL DESC, id DESC
    )
    UPDATE {table} s SET left_at = NULL, left_cause = ''
    FROM latest WHERE latest.id = s.id AND latest.left_cause = 'merged' AND latest.left_at IS NOT NULL
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Kept:
    """Where the rows are, what the columns of the thing, its beginning and its version are called, and their lock.

    `rules` is the table of what decides, `touched` the one of the accounts that wait to be looked at (see `passes`).
    """

    table: str
    thing: str
    since: str
    version: str
    rules: str
    touched: str
    lock: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Open:
    """The open rows in the order of their accounts: each one's thing is a place in `names`, its beginning in µs."""

    accounts: Whole
    rows: Whole
    things: Whole
    since: Whole
    versions: Whole
    names: tuple[str, ...]

    def of(self, accounts: Whole) -> Whole:
        """Return, for each account, which of these is its own; −1 for none."""
        if not len(self.accounts):
            return np.full(len(accounts), NONE, np.int64)
        at = np.searchsorted(self.accounts, accounts).clip(max=len(self.accounts) - 1)
        return np.where(self.accounts[at] == accounts, at, NONE).astype(np.int64)

    def places_in(self, keys: Sequence[str]) -> Whole:
        """Return, for each row, the place of its thing among some keys; −1 where it is none of them."""
        places = {key: n for n, key in enumerate(keys)}
        by_name = np.array([places.get(name, NONE) for name in self.names], np.int64)
        return by_name[self.things] if len(by_name) else self.things

    def held(self, now: datetime) -> Whole:
        """Return for how many microseconds each has been open."""
        return micros(now) - self.since

    def began(self, place: int) -> datetime:
        """Return when one was opened."""
        return _EPOCH + int(self.since[place]) * _MICROSECOND


@dataclasses.dataclass(frozen=True, kw_only=True)
class New:
    """Rows to be opened, as columns; `more` are columns of JSON that only one table has."""

    accounts: Sequence[int]
    things: Sequence[str]
    came_from: Sequence[str]
    was_there: Sequence[bool]
    causes: Sequence[str]
    versions: Sequence[int]
    more: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)


def take_turn(kept: Kept) -> None:
    """Wait for whoever else follows this workspace's accounts there; held until the transaction ends.

    Whoever locks a row of the definition too takes this first, so that two never wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [kept.lock, tenancy.current_workspace_id()])


def open_rows(kept: Kept, ids: Sequence[int] | None = None) -> Open:
    """Return what everybody has (or some have) now."""
    narrowed = "" if ids is None else "AND account_id = ANY(%s)"
    found = copied(
        f"""
        COPY (SELECT account_id, id, {kept.thing}, (extract(epoch FROM {kept.since}) * 1000000)::bigint, {kept.version}
              FROM {kept.table} WHERE workspace_id = %s AND left_at IS NULL {narrowed} ORDER BY account_id)
        TO STDOUT (FORMAT csv)
        """,  # noqa: S608  (names are our own)
        [tenancy.current_workspace_id(), *([] if ids is None else [list(ids)])],
        {"account": pa.int64(), "row": pa.int64(), "thing": pa.string(), "since": pa.int64(), "version": pa.int64()},
    )
    coded = pc.dictionary_encode(found["thing"].combine_chunks())
    return Open(
        accounts=found["account"].to_numpy(),
        rows=found["row"].to_numpy(),
        things=coded.indices.to_numpy().astype(np.int64),
        since=found["since"].to_numpy(),
        versions=found["version"].to_numpy(),
        names=tuple(coded.dictionary.to_pylist()),
    )


def close_rows(kept: Kept, ids: Sequence[int], causes: Sequence[str], *, at: datetime) -> None:
    """End what accounts had, each for its cause."""
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {kept.table} AS s SET left_at = greatest(%s, s.{kept.since}), left_cause = ended.cause"  # noqa: S608
            " FROM unnest(%s::bigint[], %s::text[]) AS ended (id, cause) WHERE s.id = ended.id AND s.left_at IS NULL",
            [at, list(ids), list(causes)],
        )


def add_rows(kept: Kept, new: New, *, at: datetime) -> None:
    """Begin what accounts have from now on."""
    more = "".join(f", {name}" for name in new.more)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {kept.table} (workspace_id, account_id, {kept.thing}, came_from, {kept.since}, was_there,"  # noqa: S608
            f" cause, left_cause, {kept.version}{more})"
            " SELECT %s, e.account_id, e.thing, e.came_from, %s, e.was_there, e.cause, '', e.version"
            f"{''.join(f', e.{name}' for name in new.more)}"
            f" FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::boolean[], %s::text[], %s::bigint[]"
            f"{', %s::jsonb[]' * len(new.more)}) AS e (account_id, thing, came_from, was_there, cause, version{more})"
            " ON CONFLICT DO NOTHING",
            [
                tenancy.current_workspace_id(), at, list(new.accounts), list(new.things), list(new.came_from),
                list(new.was_there), list(new.causes), list(new.versions), *map(list, new.more.values()),
            ],
        )  # fmt: skip


def end_merged(kept: Kept, accounts: Iterable[int], *, at: datetime) -> None:
    """End, without a word, what accounts had that became part of another."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {kept.table} SET left_at = greatest(%s, {kept.since}), left_cause = 'merged'"  # noqa: S608
            " WHERE workspace_id = %s AND account_id = ANY(%s) AND left_at IS NULL",
            [at, tenancy.current_workspace_id(), sorted(set(accounts))],
        )


def go_on(kept: Kept, accounts: Iterable[int]) -> None:
    """Let what accounts had that were parted again go on, as if nothing had been."""
    with connection.cursor() as cursor:
        cursor.execute(_GO_ON.format(table=kept.table), [tenancy.current_workspace_id(), sorted(set(accounts))])


def micros(moment: datetime) -> int:
    """Return a moment in microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND
