"""From acknowledged to queryable: how fast the intake worker empties the log, and how long calls wait under load.

First the worker alone: a full log of batches as SDKs send them, worked through by the stage `intake` as `tenure work`
runs it; the first turn, in which Python and DuckDB load what they need and everybody is new, warms it up and does not
count. Events a second are seconds on the clock, with whatever else runs here; CPU seconds say what one core can do:
one process reads the log of a workspace, and PostgreSQL works beside it. Then the whole path: one sender keeps to 30
000 events a second for a quarter of a minute, `tenure collect` and `tenure work` run beside it on the same cores, and
what counts is when each batch was stored. Last, what the tracking plan's observing costs of all that.
"""

import asyncio
import os
import time
from collections.abc import Iterator

import psutil

from bench.intake import EVENTS, _write_key, bodies, requests_to
from bench.rig import cpu_seconds, fresh_tenure, postgres_process, server
from bench.run import Figure

WARM_UP = 100_000
CALLS = 400_000
RATE = 30_000
SECONDS = 15.0
LINES = 4


def measure() -> Iterator[Figure]:
    """Measure both, one after the other, on a fresh database and lake."""
    with fresh_tenure() as database_url:
        from tenure.kernel import clock, jobs
        from tenure.tracking.models import MicroBatch, Tally

        key = _write_key()
        content = bodies(key)
        _fill_log(key, content)
        postgres, here = postgres_process(database_url), psutil.Process(os.getpid())
        jobs.run_stage("intake", clock.now(), turns=1)
        Tally.everywhere.all().delete()
        mine, cpu, begun = cpu_seconds(here), cpu_seconds(here, postgres), time.monotonic()
        done = jobs.run_stage("intake", clock.now())
        took, used, mine = time.monotonic() - begun, cpu_seconds(here, postgres) - cpu, cpu_seconds(here) - mine
        if done != CALLS:
            raise RuntimeError(f"{CALLS} calls waited, {done} were stored")
        parts = dict(Tally.everywhere.filter(name__startswith="seconds.").values_list("name", "total"))
        yield Figure(figure="acknowledged to queryable, sustained", value=done / took, unit="events/s", bar=60_000)
        yield Figure(figure="acknowledged to queryable", value=done / used, unit="events/CPU-s")
        yield Figure(
            figure="acknowledged to queryable, by the one core the worker has", value=done / mine,
            unit="events/CPU-s of the worker", bar=78_000,
        )  # fmt: skip
        yield Figure(
            figure="observing for the tracking plan, of all the worker's time",
            value=100 * parts["seconds.observe"] / sum(parts.values()), unit="%", bar=5, keep="at most",
        )  # fmt: skip

        MicroBatch.everywhere.all().delete()
        fresh = requests_to("/v1/batch", key, _unlike(bodies, key))
        with server("tenure.config.command", "collect", ready="/v1/healthz") as (_, port), _Worker():
            sent = asyncio.run(_send(port, fresh))
            deadline = time.monotonic() + 60
            while _waiting() and time.monotonic() < deadline:
                time.sleep(0.2)
        waits = _waits()
        if sum(n for _, n in waits) != sent:
            raise RuntimeError(f"{sent} events were acknowledged, {sum(n for _, n in waits)} were stored")
        yield Figure(figure="events a second while it was asked for 30 000", value=sent / SECONDS, unit="events/s")
        yield Figure(
            figure="wait until queryable at that rate, 95 of 100", value=_share(waits, 0.95), unit="s", bar=5,
            keep="at most",
        )  # fmt: skip


def _fill_log(key: str, content: list[bytes]) -> None:
    from tenure.kernel import clock
    from tenure.tracking.actions.intake_log import append_batches, seal
    from tenure.tracking.types import SealedBatch
    from tenure.workspaces.queries import workspace_for_write_key

    match = workspace_for_write_key(key)
    assert match is not None
    now = clock.now()
    append_batches(
        [
            SealedBatch(
                workspace_id=match.workspace_id, write_key_id=match.write_key_id, received_at=now, sent_at=None,
                content=seal(_again(content[n % len(content)], n)), event_count=EVENTS,
            )
            for n in range((WARM_UP + CALLS) // EVENTS)
        ]
    )  # fmt: skip


def _again(body: bytes, n: int) -> bytes:
    """Make the messageIds of a body others than before."""
    return body.replace(b'"messageId": "', b'"messageId": "%d-' % n)


def _unlike(bodies: object, key: str) -> list[bytes]:
    content = bodies(key)  # type: ignore[operator]
    return [_again(content[n % len(content)], WARM_UP + CALLS + n) for n in range(int(RATE * SECONDS / EVENTS) + 200)]


async def _send(port: int, requests: list[bytes]) -> int:
    """Send each request once, at the wanted rate, over a few lines."""
    waiting = iter(requests)
    begun = time.monotonic()
    sent = 0

    async def line() -> None:
        nonlocal sent
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            ahead = begun + sent / RATE - time.monotonic()
            if ahead > 0:
                await asyncio.sleep(ahead)
            if time.monotonic() - begun > SECONDS:
                break
            sent += EVENTS
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.decode("latin-1"))
            await reader.readexactly(int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]))
        writer.close()

    await asyncio.gather(*(line() for _ in range(LINES)))
    return sent


class _Worker:
    """`tenure work`, as long as it is needed."""

    def __enter__(self) -> None:
        import subprocess
        import sys

        self._process = subprocess.Popen([sys.executable, "-m", "tenure.config.command", "work"])
        time.sleep(6)

    def __exit__(self, *gone: object) -> None:
        self._process.terminate()
        self._process.wait(30)


def _waiting() -> bool:
    from tenure.tracking.models import IntakeBatch

    return IntakeBatch.everywhere.filter(status=IntakeBatch.WAITING).exists()


def _waits() -> list[tuple[float, int]]:
    """Return how long each batch waited, and its calls."""
    from tenure.tracking.models import IntakeBatch

    found = IntakeBatch.everywhere.exclude(sent_at=None).exclude(processed_at=None)
    return [
        ((processed - received).total_seconds() if processed else 0.0, calls)
        for received, processed, calls in found.values_list("received_at", "processed_at", "event_count")
    ]


def _share(waits: list[tuple[float, int]], share: float) -> float:
    from tenure.tracking.rules.lagging import middle

    return middle(waits, share)
