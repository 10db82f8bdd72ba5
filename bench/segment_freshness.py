"""From what happens to who is in a segment, by the clock, over real processes.

`tenure collect` takes calls over HTTP and `tenure work` does everything else, as in production, on an embedded
PostgreSQL and a lake of their own; 5 000 accounts, 20 segments, and 200 events a second of other use beside it. Every
tenth of a second another account does what four of the segments ask for (an event, an event with a property, two
events in order, enough people there); what counts is the time from the acknowledgement of its call until its
membership can be read. Then what time alone changes: accounts come to be away for a day one after the other, each at a
known moment, and nothing is heard of them; what counts is the time from that moment.
"""

import contextlib
import json
import random
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import psutil
import psycopg

from bench.intake import _write_key
from bench.rig import cpu_seconds, fresh_tenure, server
from bench.run import Figure

ACCOUNTS = 5_000
CALLS, A_SECOND = 400, 10
OTHERS_A_SECOND = 200
AWAY, OVER = 240, timedelta(seconds=80)
"""So many accounts come to be away, over so long a time."""
DAY = timedelta(days=1)

Seen = dict[tuple[int, int], float]
"""When each (segment, account) was first seen to be in."""


def measure() -> Iterator[Figure]:
    """Measure both at once, for two minutes."""
    with fresh_tenure() as database_url:
        from tenure.kernel import tenancy
        from tenure.workspaces.queries import workspace_for_write_key

        key = _write_key()
        match = workspace_for_write_key(key)
        assert match is not None
        with tenancy.scope(match.workspace_id):
            leaves_at = _given_accounts()
            asked, away = _given_segments()
            ids = _account_ids()
        with (
            server("tenure.config.command", "collect", ready="/v1/healthz") as (_, port),
            _worker() as worker,
            _watching(database_url, [*asked, away]) as seen,
        ):
            time.sleep(15)  # until the worker has loaded what it needs and looked at everybody once
            used, begun = cpu_seconds(worker), time.monotonic()
            sent = _send(port, key)
            busy = 100 * (cpu_seconds(worker) - used) / (time.monotonic() - begun)
            until = max(leaves_at.values()) + 75
            while time.time() < until and sum(s == away for s, _ in seen) < len(leaves_at):
                time.sleep(0.5)
        waits = [
            seen[segment, ids[account]] - at
            for account, at in sent.items()
            for segment in asked
            if (segment, ids[account]) in seen
        ]
        if len(waits) < len(sent) * len(asked):
            raise RuntimeError(
                f"{len(sent)} accounts did it, {len(waits)} of {len(sent) * len(asked)} were seen to be in"
            )
        yield from _figures("from an acknowledged call to membership", waits, 2.0, share=95)
        yield Figure(figure="of one core, what the worker used meanwhile", value=busy, unit="%")
        with tenancy.scope(match.workspace_id):
            stored = _queryable()
        yield from _figures("from an acknowledged call to queryable", stored, None, share=95)
        late = [seen[away, ids[account]] - at for account, at in leaves_at.items() if (away, ids[account]) in seen]
        if len(late) < len(leaves_at):
            raise RuntimeError(f"{len(leaves_at)} came to be away, {len(late)} were seen to be in")
        yield from _figures("from the moment time alone makes it so to membership", late, 60.0, share=100)


def _figures(what: str, waits: Sequence[float], bar: float | None, *, share: int) -> Iterator[Figure]:
    for each in (50, 95, 100):
        value = float(np.percentile(np.array(waits), each))
        judged = bar if each == share else None
        yield Figure(figure=f"{what}, {each} of 100 within", value=value, unit="s", bar=judged, keep="at most")


def _given_accounts() -> dict[int, float]:
    """Have every account used yesterday; returns when each of those comes to be away that come to be away."""
    from tenure.kernel import clock, jobs, outbox
    from tenure.tracking.actions.intake_log import append_batches, seal
    from tenure.tracking.types import SealedBatch

    now = clock.now()
    begin = now + timedelta(seconds=75)
    leaves = {n: begin + OVER * n / AWAY for n in range(AWAY)}
    calls: list[dict[str, Any]] = []
    for n in range(ACCOUNTS):
        used = leaves[n] - DAY if n in leaves else now - timedelta(hours=2)
        who = {"userId": f"user{n}", "messageId": f"seed{n}", "context": {"groupId": f"account{n}"}}
        traits = {"name": f"Account {n}", "plan": ("Basic", "Premium")[n % 2], "seats": n % 50}
        calls += [
            {**who, "type": "group", "groupId": f"account{n}", "messageId": f"group{n}", "traits": traits,
             "timestamp": (now - 30 * DAY).isoformat()},
            {**who, "type": "identify", "messageId": f"who{n}", "traits": {"email": f"u{n}@account{n}.example"},
             "timestamp": (now - 30 * DAY).isoformat()},
            {**who, "type": "track", "event": "Visited", "timestamp": used.isoformat()},
        ]  # fmt: skip
    for i in range(0, len(calls), 1_500):
        some = calls[i : i + 1_500]
        append_batches(
            [
                SealedBatch(
                    workspace_id=_workspace(), write_key_id=None, received_at=now, sent_at=None,
                    content=seal(json.dumps({"batch": some}).encode()), event_count=len(some),
                )
            ]
        )  # fmt: skip
    jobs.run_stage("intake", now)
    while outbox.deliver(now):
        pass
    return {n: at.timestamp() for n, at in leaves.items()}


def _given_segments() -> tuple[list[int], int]:
    """Define twenty segments; returns the four that calls lead into, and the one that time leads into."""
    from tenure.segments import actions

    pinged = {"kind": "performed", "event": "Pinged", "days": 7}
    large = [{"property": "size", "operator": "is", "value": "large"}]
    steps = [{"event": "Visited"}, {"event": "Pinged"}]
    asked = [
        pinged,
        {**pinged, "where": large},
        {"kind": "sequence", "steps": steps, "within": 30},
        {"kind": "people", "number": 1, "condition": pinged},
    ]
    beside = [
        {"kind": "all", "conditions": [
            {"kind": "trait", "name": "plan", "operator": "is", "value": ("Basic", "Premium")[n % 2]},
            {"kind": "trait", "name": "seats", "operator": "more_than", "value": 3 * n},
            {"kind": "usage", "measure": "events", "operator": "at_least", "amount": n, "days": 7 + n},
        ]}
        for n in range(15)
    ]  # fmt: skip
    made = [actions.define_segment(f"Asked {n}", subject="account", condition=c).pk for n, c in enumerate(asked)]
    for n, condition in enumerate(beside):
        actions.define_segment(f"Beside {n}", subject="account", condition=condition)
    away = actions.define_segment(
        "Away", subject="account", condition={"kind": "last_performed", "event": "Visited", "days": 1}
    )
    return made, away.pk


def _account_ids() -> dict[int, int]:
    from tenure.customers.models import Account

    found = Account.objects.filter(external_id__startswith="account").values_list("external_id", "pk")
    return {int(key.removeprefix("account")): pk for key, pk in found if key}


def _send(port: int, key: str) -> dict[int, float]:
    """Have one account after the other do what is asked for; returns when each call was acknowledged."""
    stop, chance = threading.Event(), random.Random(7)
    others = threading.Thread(target=_others, args=(port, key, stop))
    others.start()
    sent: dict[int, float] = {}
    begun = time.monotonic()
    try:
        for i in range(CALLS):
            n = AWAY + 1_000 + i
            time.sleep(max(0.0, begun + (i + chance.random()) / A_SECOND - time.monotonic()))
            call = {
                "type": "track", "event": "Pinged", "userId": f"user{n}", "messageId": f"ping{n}",
                "context": {"groupId": f"account{n}"}, "properties": {"size": "large"},
            }  # fmt: skip
            _post(port, key, [call])
            sent[n] = time.time()
    finally:
        stop.set()
        others.join()
    return sent


def _others(port: int, key: str, stop: threading.Event) -> None:
    """Keep other accounts in use meanwhile."""
    chance, n = random.Random(8), 0
    while not stop.wait(0.5):
        some = [chance.randrange(AWAY + 1_000 + CALLS, ACCOUNTS) for _ in range(OTHERS_A_SECOND // 2)]
        n += len(some)
        calls = [
            {"type": "track", "event": chance.choice(("Searched", "Exported")), "userId": f"user{one}",
             "messageId": f"other{n}-{i}", "context": {"groupId": f"account{one}"}}
            for i, one in enumerate(some)
        ]  # fmt: skip
        _post(port, key, calls)


def _post(port: int, key: str, calls: list[dict[str, Any]]) -> None:
    now = datetime.now(UTC).isoformat()
    body = json.dumps({"writeKey": key, "batch": [{**call, "timestamp": now} for call in calls]}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/batch", body, {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        if answer.status != 200:
            raise RuntimeError(f"the call was answered with {answer.status}")


@contextlib.contextmanager
def _worker() -> Iterator[psutil.Process]:
    running = subprocess.Popen([sys.executable, "-m", "tenure.config.command", "work"])
    try:
        yield psutil.Process(running.pid)
    finally:
        running.terminate()
        running.wait(30)


@contextlib.contextmanager
def _watching(database_url: str, segments: Sequence[int]) -> Iterator[Seen]:
    """Look fifty times a second, on a connection of its own, at who has come to be in these segments."""
    seen: Seen = {}
    stop = threading.Event()

    def watch() -> None:
        last = 0
        with psycopg.connect(database_url, autocommit=True) as connection:
            while not stop.wait(0.02):
                # one with a lower id may be committed after one with a higher
                rows = connection.execute(
                    "SELECT id, segment_id, account_id FROM segments_membership"
                    " WHERE segment_id = ANY(%s) AND id > %s AND left_at IS NULL",
                    [list(segments), last - 2_000],
                ).fetchall()
                now = time.time()
                for pk, segment, account in rows:
                    last = max(last, pk)
                    seen.setdefault((segment, account), now)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        stop.set()
        watcher.join()


def _queryable() -> list[float]:
    """Return how long each call waited until it was stored, as the intake log has it."""
    from tenure.tracking.models import IntakeBatch

    found = IntakeBatch.objects.filter(write_key__isnull=False).exclude(processed_at=None)
    return [
        (processed - received).total_seconds()
        for received, processed in found.values_list("received_at", "processed_at")
        if processed is not None
    ]


def _workspace() -> int:
    from tenure.kernel import tenancy

    return tenancy.current_workspace_id()
