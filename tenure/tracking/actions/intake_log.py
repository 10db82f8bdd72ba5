"""The intake log: calls are acknowledged once they are committed here, and read into the lake from here.

Two ways to write: `append_batches` inside a Django transaction (imports, the simulator), and `IntakeLog`, the one
connection of the collect door that commits many requests at once.
"""

import dataclasses
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
import zstandard
from django.db import connection, connections
from psycopg import errors, sql

from tenure.tracking.errors import IntakeLogAway, NotStorable
from tenure.tracking.queries.plan import screen_of
from tenure.tracking.rules.screening import through_batch
from tenure.tracking.types import RefusedCall, Screen, Screened, SealedBatch

CHANNEL = "tenure_intake"
"""PostgreSQL NOTIFY channel: something has been appended."""

_INSERT_BATCHES = """
    INSERT INTO tracking_intakebatch (workspace_id, write_key_id, received_at, sent_at, content, event_count, source)
    SELECT * FROM unnest(%b::bigint[], %b::bigint[], %b::timestamptz[], %b::timestamptz[], %b::bytea[], %b::integer[],
                         %b::text[])
"""
_INSERT_REFUSALS = """
    INSERT INTO tracking_refusal
        (workspace_id, received_at, code, reason, path, write_key, message_id, source, raw, size, count,
         sent_at, batch_id)
    SELECT * FROM unnest(%b::bigint[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[],
                         %b::text[], %b::bytea[], %b::bigint[], %b::integer[], %b::timestamptz[], %b::bigint[])
"""
_NOTIFY = sql.SQL("NOTIFY {}").format(sql.Identifier(CHANNEL))
_LARGEST = 256 * 1024 * 1024
_compressors = threading.local()


def seal(content: bytes) -> bytes:
    """Compress `{"batch": […]}` for the log."""
    try:
        compressor = _compressors.mine
    except AttributeError:
        compressor = _compressors.mine = zstandard.ZstdCompressor(level=1)
    sealed: bytes = compressor.compress(content)
    return sealed


def append_batches(batches: Sequence[SealedBatch]) -> None:
    """Add to the log in the current transaction, as far as tracking plans let it in; wakes the intake worker."""
    screens = {id_: screen_of(id_) for id_ in {b.workspace_id for b in batches}}
    if any(screens.values()):
        batches, refused = _screened(batches, screens)
        append_refusals(refused)
    insert_batches(batches)


def insert_batches(batches: Sequence[SealedBatch]) -> list[int]:
    """Add what has been screened to the log in the current transaction; returns the ids, in order."""
    if not batches:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_BATCHES.replace("%b", "%s") + " RETURNING id", _batch_columns(batches))
        ids = [id_ for (id_,) in cursor.fetchall()]
        cursor.execute(f"NOTIFY {CHANNEL}")
    return ids


def _screened(
    batches: Sequence[SealedBatch], screens: Mapping[int, Screen | None]
) -> tuple[list[SealedBatch], list[RefusedCall]]:
    kept: list[SealedBatch] = []
    refused: list[RefusedCall] = []
    unpack = zstandard.ZstdDecompressor()
    for batch in batches:
        screen = screens[batch.workspace_id]
        if screen is None:
            kept.append(batch)
            continue
        content = unpack.decompress(batch.content, max_output_size=_LARGEST)
        try:
            seen = through_batch(content, screen)
        except (ValueError, RecursionError):
            # The worker refuses it, and keeps it to be looked at: without what nobody could search.
            seen = Screened(b'{"batch":null}' if screen.takes_out else content)
        if left := batch.event_count - len(seen.blocked):
            kept.append(dataclasses.replace(batch, content=seal(seen.content), event_count=left))
        refused += [
            RefusedCall(
                workspace_id=batch.workspace_id, received_at=batch.received_at, sent_at=batch.sent_at,
                code="event_blocked", reason=f"The tracking plan blocks “{b.event}”.", source=batch.source,
                message_id=b.message_id, raw=b.raw, size=len(b.raw),
            )
            for b in seen.blocked
        ]  # fmt: skip
    return kept, refused


def append_refusals(refused: Sequence[RefusedCall]) -> None:
    """Add to the refusals in the current transaction."""
    if refused:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_REFUSALS.replace("%b", "%s"), _refusal_columns(refused))


class IntakeLog:
    """One connection that commits many requests with one flush to disk; not for concurrent use."""

    def __init__(self, using: str = "default") -> None:
        self._using = using
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._prepares = True

    @property
    def is_open(self) -> bool:
        """Whether there is a connection that worked when it was last used."""
        return self._connection is not None and not self._connection.closed

    async def open(self) -> None:
        """Connect; raises `IntakeLogAway` when the database cannot be reached."""
        await self.close()
        wanted = connections[self._using].get_connection_params()
        for django_only in ("cursor_factory", "context"):
            wanted.pop(django_only, None)
        wanted["prepare_threshold"] = 2 if self._prepares else None
        wanted.setdefault("connect_timeout", 5)
        wanted.setdefault("application_name", "tenure collect")
        try:
            self._connection = await psycopg.AsyncConnection.connect(**wanted, autocommit=True)
            # Acknowledged means on disk, whatever the server's default is.
            await self._connection.execute("SET synchronous_commit = on")
        except psycopg.Error as error:
            await self.close()
            raise IntakeLogAway(str(error)) from error

    async def append(self, batches: Sequence[SealedBatch], refused: Sequence[RefusedCall]) -> None:
        """Commit all of it or nothing.

        Raises `IntakeLogAway` when the database is lost, full or read-only (what was sent may or may not have been
        committed: the sender repeats, and repeats are dropped by messageId) and `NotStorable` when it will not take a
        value.
        """
        if self._connection is None:
            raise IntakeLogAway
        try:
            if batches and refused:
                async with self._connection.transaction():
                    await self._connection.execute(_INSERT_BATCHES, _batch_columns(batches))
                    await self._connection.execute(_INSERT_REFUSALS, _refusal_columns(refused))
            elif batches:
                await self._connection.execute(_INSERT_BATCHES, _batch_columns(batches))
            elif refused:
                await self._connection.execute(_INSERT_REFUSALS, _refusal_columns(refused))
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            raise NotStorable(str(error)) from error
        except psycopg.Error as error:
            if isinstance(error, (errors.DuplicatePreparedStatement, errors.InvalidSqlStatementName)):
                # There is a pooler between us and PostgreSQL that hands each transaction to another session.
                self._prepares = False
            await self.close()
            raise IntakeLogAway(str(error)) from error

    async def wake_intake(self) -> None:
        """Tell the intake worker that there is something to read."""
        if self._connection is None:
            raise IntakeLogAway
        try:
            await self._connection.execute(_NOTIFY)
        except psycopg.Error as error:
            await self.close()
            raise IntakeLogAway(str(error)) from error

    async def calls_waiting(self) -> int:
        """Return how many acknowledged calls, of all workspaces, wait to be stored."""
        if self._connection is None:
            raise IntakeLogAway
        try:
            found = await self._connection.execute(
                "SELECT coalesce(sum(event_count), 0)::bigint FROM tracking_intakebatch WHERE status = 0"
            )
            row = await found.fetchone()
        except psycopg.Error as error:
            await self.close()
            raise IntakeLogAway(str(error)) from error
        return int(row[0]) if row else 0

    async def close(self) -> None:
        """Let go of the connection; it can be opened again."""
        if self._connection is not None:
            lost, self._connection = self._connection, None
            await lost.close()


def _batch_columns(batches: Sequence[SealedBatch]) -> list[list[Any]]:
    return [
        [b.workspace_id for b in batches],
        [b.write_key_id for b in batches],
        [b.received_at for b in batches],
        [b.sent_at for b in batches],
        [b.content for b in batches],
        [b.event_count for b in batches],
        [_storable(b.source, 160) for b in batches],
    ]


def _refusal_columns(refused: Sequence[RefusedCall]) -> list[list[Any]]:
    return [
        [r.workspace_id for r in refused],
        [r.received_at for r in refused],
        [_storable(r.code, 60) for r in refused],
        [_storable(r.reason, 2_000) for r in refused],
        [_storable(r.path, 200) for r in refused],
        [_storable(r.write_key, 200) for r in refused],
        [_storable(r.message_id, 255) for r in refused],
        [_storable(r.source, 120) for r in refused],
        [bytes(r.raw[: r.most_kept]) for r in refused],
        [max(r.size, len(r.raw)) for r in refused],
        [r.count for r in refused],
        [r.sent_at for r in refused],
        [r.batch_id for r in refused],
    ]


def _storable(text: str, longest: int) -> str:
    """Make text fit a PostgreSQL column: no NUL, no half of a surrogate pair, not too long."""
    return text[:longest].replace("\x00", "�").encode("utf-8", "replace").decode("utf-8")
