"""Faults under load: nothing acknowledged is lost, nothing is counted twice, and `tenure doctor` says what is wrong.

The real `tenure serve` and a second worker, its database and its lake each on a small disk of its own (a tmpfs; where
mounting is not permitted, their processes are forbidden to write files instead). One after the other: the lake's disk
is full, the database's disk is full, PostgreSQL is stopped, what was acknowledged cannot be decoded, processes are
killed. Short here; `make chaos` goes round several times, in other orders. TENURE_TEST_MOUNT=0 mounts nothing.
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

import psutil
import pytest
import requests

from tests.config.running import ROOT, Serving, environment, processes_of, python, serving, tenure, wait_until
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
    if os.environ.get("TENURE_TEST_MOUNT") == "0":
        yield False
        return
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


@contextlib.contextmanager
def forbidden_to_write(processes: Callable[[], list[psutil.Process]]) -> Iterator[None]:
    """Let every write of these processes to a file fail (EFBIG), those that begin meanwhile included."""
    over = threading.Event()
    forbidden: set[psutil.Process] = set()

    def limit(process: psutil.Process, size: str) -> bool:
        with contextlib.suppress(psutil.NoSuchProcess):
            command = ["prlimit", f"--pid={process.pid}", f"--fsize={size}:"]  # of its own user, or it is not permitted
            return not subprocess.run(command, user=process.uids().real, capture_output=True, check=False).returncode
        return False

    def forbid() -> bool:
        forbidden.update(each for each in processes() if each not in forbidden and limit(each, "0"))
        return bool(forbidden)

    def keep_forbidding() -> None:
        while not over.wait(0.05):
            forbid()

    wait_until(forbid, 60, "somebody is forbidden to write")
    watch = threading.Thread(target=keep_forbidding)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()
        for each in {*forbidden, *processes()}:  # a child begun meanwhile has what its parent had
            limit(each, "unlimited")


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

    def __init__(self, running: Serving, load: Load, lake: Path, *, disks: bool) -> None:
        self.running, self.load, self.lake, self.disks = running, load, lake, disks
        self.url = running.database_url()
        self.poisoned = 0

    def doctor(self) -> str:
        """Ask what is wrong, as somebody in trouble would."""
        told = {"DATABASE_URL": self.url, "TENURE_LAKE": str(self.lake)}
        return tenure(self.running.home, "doctor", **told).stdout

    def workers(self) -> list[psutil.Process]:
        return self._processes(lambda each: "work" in each.cmdline())

    def database(self) -> list[psutil.Process]:
        return self._processes(lambda each: each.name().startswith("postgres"))

    def _processes(self, wanted: Callable[[psutil.Process], bool]) -> list[psutil.Process]:
        found = []
        for each in processes_of(self.running.home):
            with contextlib.suppress(psutil.Error):
                if wanted(each):
                    found.append(each)
        return found

    def lake_is_full(self) -> None:
        if not self.disks:
            with forbidden_to_write(self.workers):
                self.load.goes_on()
            self.load.goes_on()
            return
        with full(self.lake):
            self.load.goes_on()
            assert f"wrong  The lake at {self.lake} cannot be written to: No space left on device" in self.doctor()
        self.load.goes_on()

    def database_is_full(self) -> None:
        if self.disks:
            with full(self.running.home):
                time.sleep(FULL_FOR)
                assert f"wrong  {self.running.home} has 0.0 GB free" in self.doctor()
        else:
            with forbidden_to_write(self.database):
                time.sleep(FULL_FOR)
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

    def faults(self) -> list[Callable[[], None]]:
        every = [self.database_is_restarted, self.poisoned_payload, self.work_is_killed, self.web_is_killed]
        if ROUNDS > 1:
            every.append(self.backend_is_killed)
        return [*every, self.lake_is_full, self.database_is_full]


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
        chaos = Chaos(running, load, lake, disks=mounted)

        for _ in range(ROUNDS):
            faults = chaos.faults()
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
        aside = f"{chaos.poisoned} batches of {chaos.poisoned} calls could not be stored, put aside"
        assert aside in said, "the doctor says what happened"
        assert "ok     Every day is counted" in said
        assert f"ok     The lake at {lake} can be written to" in said
        assert "0 acknowledged batches wait" in said
