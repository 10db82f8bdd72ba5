"""Where the server enters: `collect` answers HTTP; `start` and `stop` belong to the server's own start and stop."""

from typing import Any

from django.conf import settings

from tenure.collect.commits import GroupCommit
from tenure.collect.door import Door
from tenure.collect.keys import WriteKeys
from tenure.collect.limits import Limits
from tenure.tracking.actions.intake_log import IntakeLog


class _Running:
    """What one process has open."""

    def __init__(self) -> None:
        limits = Limits(calls_per_second=settings.TENURE_INTAKE_RATE, backlog_calls=settings.TENURE_INTAKE_BACKLOG)
        self.keys = WriteKeys(limits)
        self.commits = GroupCommit(limits, IntakeLog())
        self.door = Door(limits, self.keys, self.commits)


_running: _Running | None = None


async def start() -> None:
    """Open the door; works without a database too, and then says 429 until there is one."""
    global _running
    if _running is None:
        _running = _Running()
        await _running.commits.start()


async def stop() -> None:
    """Commit what has been taken in, then close."""
    global _running
    if _running is not None:
        closing, _running = _running, None
        await closing.commits.stop()
        closing.keys.close()


async def collect(scope: Any, receive: Any, send: Any) -> None:
    """Answer one request (raw ASGI)."""
    if _running is None:
        await start()
    assert _running is not None
    await _running.door.answer(scope, receive, send)
