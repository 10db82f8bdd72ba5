"""Nothing acknowledged is lost: not by kill -9, not by a database that goes away, not by too much at once."""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
import requests
from segment.analytics.client import Client

from tenure.collect.commits import GroupCommit, Overloaded
from tenure.collect.limits import Limits
from tenure.tracking.actions.intake_log import IntakeLog, seal
from tenure.tracking.models import IntakeBatch
from tenure.tracking.types import SealedBatch
from tests.collect.conftest import (
    DOOR,
    LiveDoor,
    close_door,
    connect,
    database_url,
    given_write_key,
    open_door,
    post,
    stored,
    wait_for,
)


@pytest.fixture
def own_door(empty_log: None) -> Iterator[LiveDoor]:
    """A door of this test alone, to be killed."""
    door = open_door()
    yield door
    close_door(door)


class Senders:
    """Send batches of three from several lines at once, and remember what was acknowledged."""

    def __init__(self, door: LiveDoor, key: str, lines: int = 8) -> None:
        self.acknowledged: list[str] = []
        self.statuses: set[int] = set()
        self._stop = threading.Event()
        self._lines = [threading.Thread(target=self._send, args=(door, key, line)) for line in range(lines)]
        for line in self._lines:
            line.start()

    def _send(self, door: LiveDoor, key: str, line: int) -> None:
        session = requests.Session()
        for turn in range(5_000):
            if self._stop.is_set():
                return
            ids = [f"{line}-{turn}-{number}" for number in range(3)]
            body = {"batch": [{"type": "track", "event": "E", "userId": "ada", "messageId": name} for name in ids]}
            try:
                answer = session.post(door.url + "/v1/batch", data=json.dumps(body), auth=(key, ""), timeout=15)
            except requests.RequestException:
                return
            self.statuses.add(answer.status_code)
            if answer.status_code == 200:
                self.acknowledged += ids

    def stop(self) -> None:
        self._stop.set()
        for line in self._lines:
            line.join()


@pytest.mark.parametrize("already", [30, 600])
def test_kill_9_loses_nothing_acknowledged(own_door, write_key, already):
    senders = Senders(own_door, write_key)
    wait_for(lambda: len(senders.acknowledged) > already, 60)

    own_door.kill()

    senders.stop()
    kept = {call["messageId"] for call in stored()}
    assert len(senders.acknowledged) > already
    assert senders.statuses == {200}
    assert set(senders.acknowledged) <= kept


def test_a_door_that_is_closed_answers_what_it_took(own_door, write_key):
    senders = Senders(own_door, write_key)
    wait_for(lambda: len(senders.acknowledged) > 100, 60)

    close_door(own_door)

    senders.stop()
    kept = {call["messageId"] for call in stored()}
    assert own_door.process.returncode in (0, -15)
    assert set(senders.acknowledged) <= kept
    assert senders.statuses <= {200, 429}


def throw_out_the_door(line: psycopg.Connection) -> int:
    """End its connections, as a restart of PostgreSQL would; returns how many there were."""
    ended = line.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", [DOOR])
    return len(ended.fetchall())


@contextlib.contextmanager
def database_away() -> Iterator[None]:
    """Let nobody new into the test's database, and throw the door out of it."""
    name = psycopg.conninfo.conninfo_to_dict(database_url())["dbname"]
    with psycopg.connect(database_url(), dbname="postgres", autocommit=True) as outside:
        outside.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        throw_out_the_door(outside)
        try:
            yield
        finally:
            outside.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def test_says_429_while_the_database_is_away_and_goes_on_when_it_is_back(door, write_key):
    body = {"batch": [{"type": "identify", "userId": "ada"}]}
    assert post(door, "/v1/batch", body, key=write_key).status_code == 200

    with database_away():
        answers = [post(door, "/v1/batch", body, key=write_key) for _ in range(5)]
        health = requests.get(door.url + "/v1/healthz", timeout=10)
        unknown = post(door, "/v1/batch", body, key="wk_nobody")

    assert {answer.status_code for answer in [*answers, health, unknown]} == {429}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in [*answers, health, unknown])
    assert answers[0].json()["code"] == "overloaded"
    wait_for(lambda: post(door, "/v1/batch", body, key=write_key).status_code == 200)
    assert len(stored()) == 2


def test_a_lost_connection_is_replaced_without_the_sender_noticing(door, write_key):
    body = {"batch": [{"type": "identify", "userId": "ada"}]}
    assert post(door, "/v1/batch", body, key=write_key).status_code == 200
    with connect() as outside:
        assert throw_out_the_door(outside) > 0

    assert post(door, "/v1/batch", body, key=write_key).status_code == 200
    assert len(stored()) == 2


def test_the_python_sdk_brings_everything_once_the_database_is_back(door, write_key):
    errors: list[object] = []
    client = Client(write_key, host=door.url, upload_interval=0.1, upload_size=10, on_error=lambda *e: errors.append(e))

    with database_away():
        for number in range(50):
            client.track("ada", "Counted", {"number": number})
        time.sleep(1)
    client.flush()
    client.join()

    assert errors == []
    assert {call["properties"]["number"] for call in stored()} == set(range(50))


def test_a_database_that_does_not_answer_is_429_in_time(door, write_key):
    body = {"batch": [{"type": "identify", "userId": "ada"}]}
    with connect() as blocker, blocker.transaction():
        blocker.execute("LOCK TABLE tracking_intakebatch IN ACCESS EXCLUSIVE MODE")

        answer = post(door, "/v1/batch", body, key=write_key)

    assert answer.status_code == 429
    assert answer.elapsed.total_seconds() < 14
    wait_for(lambda: post(door, "/v1/batch", body, key=write_key).status_code == 200)


def a_batch(workspace_id: int, name: str) -> SealedBatch:
    return SealedBatch(
        workspace_id=workspace_id, write_key_id=None, received_at=datetime.now(UTC), sent_at=None,
        content=seal(b'{"batch":[{"type":"identify","userId":"%s"}]}' % name.encode()), event_count=1,
    )  # fmt: skip


def test_a_full_queue_says_so_at_once_and_what_waits_is_kept(empty_log):
    async def crowd() -> list[object]:
        commits = GroupCommit(Limits(waiting_requests=3, group_requests=1), IntakeLog())
        await commits.start()
        with connect() as blocker:
            with blocker.transaction():
                blocker.execute("LOCK TABLE tracking_intakebatch IN EXCLUSIVE MODE")
                first = asyncio.create_task(commits.commit(a_batch(1, "first")))
                await asyncio.sleep(0.2)
                waiting = [asyncio.create_task(commits.commit(a_batch(1, f"w{n}"))) for n in range(3)]
                await asyncio.sleep(0.2)
                assert commits.is_overloaded
                with pytest.raises(Overloaded):
                    await commits.commit(a_batch(1, "too many"))
            done = await asyncio.gather(first, *waiting, return_exceptions=True)
        await commits.stop()
        return done

    assert asyncio.run(crowd()) == [None, None, None, None]
    assert [call["userId"] for call in stored()] == ["first", "w0", "w1", "w2"]


def test_many_requests_share_one_commit(empty_log):
    async def crowd() -> int:
        commits = GroupCommit(Limits(), IntakeLog())
        await commits.start()
        await asyncio.gather(*(commits.commit(a_batch(1, str(number))) for number in range(400)))
        await commits.stop()
        return commits.commits

    assert asyncio.run(crowd()) <= 5
    assert IntakeBatch.everywhere.count() == 400


def test_senders_that_take_turns_share_each_commit(empty_log):
    async def sender(commits: GroupCommit, number: int) -> None:
        for turn in range(10):
            await commits.commit(a_batch(1, f"{number}-{turn}"))

    async def crowd() -> int:
        commits = GroupCommit(Limits(joining_seconds=5.0), IntakeLog())
        await commits.start()
        await asyncio.gather(*(sender(commits, number) for number in range(16)))
        await commits.stop()
        return commits.commits

    assert asyncio.run(crowd()) == 10, "not two halves that take turns"
    assert IntakeBatch.everywhere.count() == 160


def test_a_sender_over_its_rate_waits(empty_log):
    key, other = given_write_key(), given_write_key()
    door = open_door(TENURE_INTAKE_RATE="10")
    calls = [{"type": "identify", "userId": str(number)} for number in range(150)]
    try:
        first = post(door, "/v1/batch", {"batch": calls}, key=key)
        second = post(door, "/v1/batch", {"batch": calls}, key=key)
        neighbour = post(door, "/v1/batch", {"batch": calls}, key=other)
    finally:
        close_door(door)

    assert (first.status_code, second.status_code, neighbour.status_code) == (200, 429, 200)
    assert int(second.headers["retry-after"]) > 0
    assert len(stored()) == 300
