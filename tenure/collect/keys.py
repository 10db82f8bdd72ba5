"""Whose events a write key carries, remembered for a few seconds."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from tenure.collect.limits import Limits
from tenure.tracking.queries import screen_of
from tenure.tracking.types import Screen
from tenure.workspaces.queries import retired_write_key, workspace_for_write_key
from tenure.workspaces.types import WriteKeyMatch

LONGEST = 60


class KeysUnavailable(Exception):
    """The database is away, or too many unknown keys are being asked for at once."""


class Found(NamedTuple):
    """What is known of a key: who it works for, or who it worked for before it was retired; and their plan's rules."""

    match: WriteKeyMatch | None
    retired: WriteKeyMatch | None
    screen: Screen | None = None


NOTHING = Found(None, None)


class _Remembered(NamedTuple):
    found: Found
    until: float


class WriteKeys:
    """A short memory in front of the workspaces' write keys.

    Keys that are known stay usable while others flood the door with unknown ones: look-ups run one at a time on their
    own thread, and only so many may wait for it.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._known: dict[str, _Remembered] = {}
        self._asked: dict[str, asyncio.Future[Found]] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="write-keys")

    def screen_known(self, key: str | None) -> Screen | None:
        """Return the rules that calls under a key were held against last, as far as that is remembered."""
        remembered = self._known.get(key) if key else None
        return remembered.found.screen if remembered is not None else None

    async def find(self, key: str | None) -> Found:
        """Return whose key it is; raises `KeysUnavailable`."""
        if not key:
            return NOTHING
        remembered = self._known.get(key)
        if remembered is not None and time.monotonic() < remembered.until:
            return remembered.found
        if len(key) > LONGEST or not (key.isascii() and key.isprintable()):
            return NOTHING
        asked = self._asked.get(key)
        if asked is None:
            if len(self._asked) >= self._limits.key_lookups_waiting:
                raise KeysUnavailable
            asked = asyncio.ensure_future(self._ask(key))
            self._asked[key] = asked
            asked.add_done_callback(lambda _: self._asked.pop(key, None))
        try:
            return await asyncio.shield(asked)
        except DatabaseError as error:
            raise KeysUnavailable from error

    async def _ask(self, key: str) -> Found:
        found = await asyncio.get_running_loop().run_in_executor(self._thread, _look_up, key)
        seconds = self._limits.key_seconds if found.match else self._limits.unknown_key_seconds
        self._known.pop(key, None)
        self._known[key] = _Remembered(found, time.monotonic() + seconds)
        while len(self._known) > self._limits.keys_remembered:
            del self._known[next(iter(self._known))]
        return found

    def close(self) -> None:
        """Let go of the thread and its connection."""
        self._thread.submit(connection.close)
        self._thread.shutdown(wait=True)


def _look_up(key: str) -> Found:
    close_old_connections()
    try:
        match = workspace_for_write_key(key)
        retired = None if match else retired_write_key(key)
        whose = match or retired
        return Found(match, retired, screen_of(whose.workspace_id) if whose else None)
    except DatabaseError:
        connection.close()
        raise
