"""Intake with durable acknowledgement against a plain Django view that stores a row per event.

Both under uvicorn, against the same PostgreSQL, taking turns in the same run, 100 events a request from 16 lines. What
is compared is events per CPU second of the server and of all PostgreSQL processes together: it does not depend on how
many cores are free. Afterwards every acknowledged event must be in its table.

Single calls come over 64 lines at a time, as from many browsers, and over 16: each line sends its next call when the
last one is acknowledged, so the number of lines is the most that one flush to disk can serve. Under a tracking plan,
two of four rules match every call (one hashes a property, one drops one); two match none.
"""

import asyncio
import base64
import json
import random
import statistics
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import psutil
import psycopg

from bench.rig import cpu_seconds, fresh_tenure, postgres_process, server
from bench.run import Figure

EVENTS = 100
LINES = 16
BROWSERS = 64
"""One event a request comes from many browsers at a time; also measured over `LINES`."""
BODIES = 64
SECONDS = 4.0
ROUNDS = 3
NAMES = ("Project created", "Task completed", "Report viewed", "Colleague invited", "File exported", "Search made")


def bodies(write_key: str) -> list[bytes]:
    """Make batches as segment-analytics-python sends them: about 400 bytes an event."""
    chance = random.Random(7)

    def call() -> dict[str, object]:
        return {
            "integrations": {},
            "anonymousId": None,
            "properties": {
                "project": f"prj_{chance.randrange(10**6):06d}",
                "plan": chance.choice(["free", "team", "business"]),
                "items": chance.randrange(1, 400),
                "seconds": round(chance.random() * 90, 3),
            },
            "timestamp": datetime.now(UTC).isoformat(),
            "context": {
                "library": {"name": "analytics-python", "version": "2.4.0"},
                "groupId": f"acct_{chance.randrange(400):05d}",
            },
            "messageId": str(uuid.UUID(int=chance.getrandbits(128))),
            "userId": f"user_{chance.randrange(5_000):06d}",
            "type": "track",
            "event": chance.choice(NAMES),
        }

    return [
        json.dumps(
            {"batch": [call() for _ in range(EVENTS)], "sentAt": datetime.now(UTC).isoformat(), "writeKey": write_key}
        ).encode()
        for _ in range(BODIES)
    ]


def requests_to(path: str, write_key: str, content: list[bytes]) -> list[bytes]:
    """Make whole HTTP requests, so that the sender spends no time on it."""
    key = base64.b64encode(f"{write_key}:".encode()).decode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"User-Agent: analytics-python/2.4.0\r\nAuthorization: Basic {key}\r\nAccept: */*\r\n"
        "Accept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\nContent-Length: {length}\r\n\r\n"
    )
    return [head.replace("{length}", str(len(body))).encode() + body for body in content]


async def _line(port: int, requests: list[bytes], first: int, until: float, waits: list[float]) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    done = 0
    while (begun := time.monotonic()) < until:
        writer.write(requests[(first + done) % len(requests)])
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode("latin-1"))
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        waits.append(time.monotonic() - begun)
        done += 1
    writer.close()
    return done


async def _load(port: int, requests: list[bytes], seconds: float, waits: list[float], lines: int) -> int:
    until = time.monotonic() + seconds
    return sum(await asyncio.gather(*(_line(port, requests, n * 5, until, waits) for n in range(lines))))


class Turns:
    """Loads one address again and again, and adds up what it took."""

    def __init__(
        self,
        process: psutil.Process,
        postgres: psutil.Process,
        port: int,
        requests: list[bytes],
        events: int = EVENTS,
        lines: int = LINES,
    ) -> None:
        self._processes = (process, postgres)
        self._port = port
        self._requests = requests
        self._events = events
        self._lines = lines
        self.acknowledged = 0
        self.per_cpu_second: list[float] = []
        self.per_second: list[float] = []
        self.waits: list[float] = []

    def take(self, seconds: float = SECONDS, *, counted: bool = True) -> None:
        """Load it for a while."""
        waits: list[float] = []
        cpu, begun = cpu_seconds(*self._processes), time.monotonic()
        sent = asyncio.run(_load(self._port, self._requests, seconds, waits, self._lines)) * self._events
        took, used = time.monotonic() - begun, cpu_seconds(*self._processes) - cpu
        self.acknowledged += sent
        if counted:
            self.per_cpu_second.append(sent / used)
            self.per_second.append(sent / took)
            self.waits += waits

    @property
    def median(self) -> float:
        """Events per CPU second, the median of the turns."""
        return statistics.median(self.per_cpu_second)


def measure() -> Iterator[Figure]:
    """Take turns between the door, the plain view, and the plain view with bulk inserts."""
    with fresh_tenure() as database_url:
        key = _write_key()
        content = bodies(key)
        postgres = postgres_process(database_url)
        with (
            server("tenure.config.command", "collect", ready="/v1/healthz") as (door_process, door_port),
            server("bench.plain", ready="/ready") as (plain_process, plain_port),
        ):
            door = Turns(door_process, postgres, door_port, requests_to("/v1/batch", key, content))
            rows = Turns(plain_process, postgres, plain_port, requests_to("/rows", key, content))
            bulk = Turns(plain_process, postgres, plain_port, requests_to("/bulk", key, content))
            for one in (door, rows, bulk):
                one.take(1.0, counted=False)
            for _ in range(ROUNDS):
                for one in (door, rows, bulk):
                    one.take()
            _give_plan(key)
            time.sleep(6)  # the door looks at the plan every five seconds
            ruled = Turns(door_process, postgres, door_port, requests_to("/v1/batch", key, content))
            ruled.take(1.0, counted=False)
            ruled.take()
            _take_plan_away()
            time.sleep(6)
            calls = _single_calls(key, content)
            single = Turns(door_process, postgres, door_port, calls, events=1, lines=BROWSERS)
            fewer = Turns(door_process, postgres, door_port, calls, events=1, lines=LINES)
            for one in (single, fewer):
                one.take(1.0, counted=False)
                one.take()
        _check(
            database_url,
            "SELECT sum(event_count) FROM tracking_intakebatch",
            sum(each.acknowledged for each in (door, single, fewer, ruled)),
        )
        _check(database_url, "SELECT count(*) FROM plain_event", rows.acknowledged + bulk.acknowledged)
    unit = "events/CPU-s"
    turns = zip(door.per_cpu_second, rows.per_cpu_second, strict=True)
    ratio = statistics.median(ours / theirs for ours, theirs in turns)
    yield Figure(
        figure="durable intake against a row per event",
        value=door.median, unit=unit, baseline=rows.median, ratio=ratio, bar=30,
    )  # fmt: skip
    yield Figure(
        figure="durable intake against bulk_create", value=door.median, unit=unit, baseline=bulk.median,
        ratio=door.median / bulk.median,
    )  # fmt: skip
    yield Figure(
        figure="events seen a second", value=statistics.median(door.per_second), unit="events/s",
        baseline=statistics.median(rows.per_second),
        ratio=statistics.median(door.per_second) / statistics.median(rows.per_second),
    )  # fmt: skip
    yield Figure(
        figure="wait for the acknowledgement, 99 of 100, at full load",
        value=_percentile(door.waits) * 1_000, unit="ms", baseline=_percentile(rows.waits) * 1_000,
    )  # fmt: skip
    yield Figure(
        figure="durable intake, 100 events a request", value=door.median, unit=unit, bar=150_000
    )  # fmt: skip
    for one, lines in ((single, BROWSERS), (fewer, LINES)):
        yield Figure(figure=f"one event a request, over {lines} lines", value=one.median, unit=unit, bar=8_000)
    yield Figure(
        figure="durable intake under rules that match every call", value=ruled.median, unit=unit,
        baseline=door.median, ratio=ruled.median / door.median, bar=0.45,
    )  # fmt: skip


def _check(database_url: str, question: str, acknowledged: int) -> None:
    """A figure is worth nothing unless what was acknowledged is there."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute(question).fetchone()
    if row is None or row[0] != acknowledged:
        raise RuntimeError(f"{acknowledged} events were acknowledged, but: {question} -> {row}")


def _give_plan(key: str) -> None:
    """Make four rules, two of which match every call."""
    from tenure.kernel import tenancy
    from tenure.tracking.actions.planning import define_rule
    from tenure.tracking.types import RuleGiven, RuleKind
    from tenure.workspaces.queries import workspace_for_write_key

    match = workspace_for_write_key(key)
    assert match is not None
    with tenancy.scope(match.workspace_id):
        for given in (
            RuleGiven(kind=RuleKind.HASH, field="project"),
            RuleGiven(kind=RuleKind.DROP, field="seconds"),
            RuleGiven(kind=RuleKind.DROP, field="email"),
            RuleGiven(kind=RuleKind.BLOCK, event="Noise"),
        ):
            define_rule(given, by=None)


def _take_plan_away() -> None:
    from tenure.tracking.models import PlanRule

    PlanRule.everywhere.all().delete()


def _write_key() -> str:
    from django.contrib.auth import get_user_model

    from tenure.kernel import tenancy
    from tenure.workspaces.actions import create_workspace, create_write_key

    owner = get_user_model().objects.create_user("bench@tenure.example", None)
    workspace = create_workspace("Bench", owner=owner)
    with tenancy.scope(workspace.pk):
        return create_write_key("bench", by=None).key


def _single_calls(key: str, content: list[bytes]) -> list[bytes]:
    calls = [json.dumps({**json.loads(body)["batch"][0], "writeKey": key}).encode() for body in content]
    return requests_to("/v1/t", key, calls)


def _percentile(waits: list[float]) -> float:
    return statistics.quantiles(waits, n=100)[98]
