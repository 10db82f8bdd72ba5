"""Faults under load: nothing acknowledged is lost, nothing is counted twice, and `tenure doctor` says what is wrong.

The real `tenure serve` and a second worker, its database and its lake each on a small disk of its own (a tmpfs; where
mounting is not permitted, the two faults of full disks are left out and the test says so). One after the other:
the lake's disk is full, the database's disk is full, PostgreSQL is stopped, what was acknowledged cannot be decoded,
processes are killed. Short here; `make chaos` goes round several times, in other orders.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.config.running import ROOT, Serving, environment, python, serving, tenure, wait_until
from tests.config.test_killing import in_the_lake, kill_a_backend, kill_child

ROUNDS = int(os.environ.get("TENURE_CHAOS_ROUNDS", "1"))
SEED = int(os.environ.get("TENURE_CHAOS_SEED", "7"))
FULL_FOR = 2.0
SET_UP = """
import json
from tenure.kernel import tenancy
from tenure.workspaces import queries
from tests.given import given_workspace

workspace = given_workspace()
with tenancy.scope(workspace.pk):
    print(json.dumps([workspace.pk, queries.write_keys().first().key]))
"""


@contextlib.contextmanager
def disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """Make a folder a small disk of its own; False where that is not permitted."""
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tenure-test", str(folder)],
        capture_output=True,
        check=False,
    )
    try:
        yield made.returncode == 0
    finally:
        if made.returncode == 0:
            subprocess.run(["umount", "-l", str(folder)], check=False)


@contextlib.contextmanager
def full(folder: Path) -> Iterator[None]:
    """Let a disk have no room at all."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 512):
            with contextlib.suppress(OSError):
                while file.write(b"x" * size) == size:
                    pass
    try:
        yield
    finally:
        ballast.unlink()


class Load:
    """Two senders, who repeat what was not acknowledged."""

    def __init__(self, address: str, key: str) -> None:
        self.address, self.key = address, key
        self.acknowledged: set[str] = set()
        self.statuses: Counter[int] = Counter()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(n,)) for n in range(2)]
        for thread in self._threads:
            thread.start()

    def _send(self, sender: int) -> None:
        turn = 0
        while not self._stop.wait(0.05 if turn < 200 else 0.5):
            turn += 1
            ids = [f"{sender}-{turn}-{n}" for n in range(10)]
            calls = [
                {"type": "track", "event": "Opened", "userId": f"u{n}", "context": {"groupId": "g"}, "messageId": id_}
                for n, id_ in enumerate(ids)
            ]
            while not self._told(json.dumps({"batch": calls})):
                if self._stop.wait(0.1):
                    return
            self.acknowledged |= set(ids)

    def _told(self, body: str) -> bool:
        try:
            answer = requests.post(f"{self.address}/v1/batch", data=body, auth=(self.key, ""), timeout=10)
        except requests.RequestException:
            return False
        self.statuses[answer.status_code] += 1
        return answer.status_code == 200

    def goes_on(self) -> None:
        """Wait until something new is acknowledged."""
        before = len(self.acknowledged)
        wait_until(lambda: len(self.acknowledged) > before, 120, "something is acknowledged again")

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


class Chaos:
    """What can go wrong with a running Tenure."""

    def __init__(self, running: Serving, load: Load, lake: Path) -> None:
        self.running, self.load, self.lake = running, load, lake
        self.url = running.database_url()
        self.poisoned = 0

    def doctor(self) -> str:
        """Ask what is wrong, as somebody in trouble would."""
        told = {"DATABASE_URL": self.url, "TENURE_LAKE": str(self.lake)}
        return tenure(self.running.home, "doctor", **told).stdout

    def lake_is_full(self) -> None:
        with full(self.lake):
            self.load.goes_on()
            assert f"wrong  The lake at {self.lake} cannot be written to: No space left on device" in self.doctor()
        self.load.goes_on()

    def database_is_full(self) -> None:
        with full(self.running.home):
            time.sleep(FULL_FOR)
            assert f"wrong  {self.running.home} has 0.0 GB free" in self.doctor()
        try:
            self.load.goes_on()
        except AssertionError as error:
            said = (self.running.home / "postgres" / "log").read_text(errors="replace")
            raise AssertionError(f"{said[-2000:]}\n{self.running.said()[-3000:]}") from error

    def database_is_restarted(self) -> None:
        os.kill(int((self.running.home / "postgres" / "postmaster.pid").read_text().splitlines()[0]), signal.SIGINT)
        self.load.goes_on()

    def poisoned_payload(self) -> None:
        for content in (b"neither zstd nor anything", bytes.fromhex("28b52ffd0058") + b"\xff" * 40):
            with self.running.connect() as line:
                line.execute(
                    "INSERT INTO tracking_intakebatch"
                    " (workspace_id, received_at, content, event_count, status, attempts, source)"
                    " SELECT id, now(), %s, 1, 0, 0, '' FROM workspaces_workspace",
                    [content],
                )
            self.poisoned += 1

    def backend_is_killed(self) -> None:
        kill_a_backend(self.running)
        self.load.goes_on()

    def work_is_killed(self) -> None:
        kill_child(self.running, "work")

    def web_is_killed(self) -> None:
        kill_child(self.running, "web")
        self.load.goes_on()

    def faults(self, *, disks: bool) -> list[Callable[[], None]]:
        every = [self.database_is_restarted, self.poisoned_payload, self.work_is_killed, self.web_is_killed]
        if ROUNDS > 1:
            every.append(self.backend_is_killed)
        return [*every, self.lake_is_full, self.database_is_full] if disks else every


@contextlib.contextmanager
def one_more_worker(running: Serving, lake: Path) -> Iterator[None]:
    """Run a second `tenure work`, which wants the same batches."""
    with (running.home / "work.log").open("ab") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", "tenure.config.command", "work"],
            env=environment(running.home, DATABASE_URL=running.database_url(), TENURE_LAKE=str(lake)),
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield
    finally:
        worker.kill()
        worker.wait()


@pytest.mark.timeout(300 * ROUNDS)
def test_faults_lose_nothing_and_count_nothing_twice(tmp_path):
    chance = random.Random(SEED)
    home, lake = tmp_path / "home", tmp_path / "lake"
    with contextlib.ExitStack() as stack:
        mounted = stack.enter_context(disk(home, 600))
        stack.enter_context(disk(lake, 48))
        running = stack.enter_context(serving(home, TENURE_LAKE=str(lake)))
        running.wait_until_ready(180)
        workspace_id, key = python(home, SET_UP, DATABASE_URL=running.database_url(), TENURE_LAKE=str(lake))
        stack.enter_context(one_more_worker(running, lake))
        load = Load(running.address, key)
        stack.callback(load.stop)
        load.goes_on()
        chaos = Chaos(running, load, lake)

        for _ in range(ROUNDS):
            faults = chaos.faults(disks=mounted)
            chance.shuffle(faults)
            for fault in faults:
                fault()
                time.sleep(chance.uniform(0.1, 0.5 * ROUNDS))
        load.stop()
        running.wait_until_ready(180)
        with running.connect() as line:
            wait_until(
                lambda: line.execute("SELECT count(*) FROM tracking_intakebatch WHERE status = 0").fetchone() == (0,),
                90,
                "everything that waits is done",
            )
            refused = line.execute("SELECT code, count(*) FROM tracking_refusal GROUP BY code").fetchall()
            parked = line.execute("SELECT kind, error FROM kernel_outboxentry WHERE parked").fetchall()
        said = chaos.doctor()

        stored = Counter(in_the_lake(tmp_path, workspace_id, "events", "message_id"))
        assert set(load.statuses) <= {200, 429}
        assert load.acknowledged - set(stored) == set(), "nothing acknowledged is lost"
        assert set(stored.values()) == {1}, "nothing is stored twice"
        counted = sum(in_the_lake(tmp_path, workspace_id, "account_day", "events"))
        assert counted == len(stored), "nothing is counted twice, or forgotten"
        assert parked == []
        assert refused == [("batch_unreadable", chaos.poisoned)], "what cannot be read is kept, apart"
        assert f"{chaos.poisoned} events were refused" in said
        assert f"ok     The lake at {lake} can be written to" in said
        assert "0 acknowledged batches wait" in said
    if not mounted:
        pytest.skip("all held but the faults of full disks, which were left out: mounting is not permitted here")
