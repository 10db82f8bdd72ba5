"""The embedded PostgreSQL survives what a power cut, a container's restart and a kill -9 leave behind."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.config.running import ROOT, environment, processes_of, wait_until

USE = """
import sys
from pathlib import Path
from tenure.config import postgres

print(postgres.start_embedded(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


class User:
    """A process that uses the database of a home until it is told to leave or is killed."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USE, str(home)],
            env=environment(home),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()

    def leave(self) -> None:
        self.process.communicate(timeout=30)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=30)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    home = tmp_path / "home"
    home.mkdir()
    yield home
    for process in processes_of(home):
        process.kill()


def server(home: Path) -> int | None:
    """Return the process id of the server, if it runs."""
    running = {process.pid for process in processes_of(home)}
    lock = home / "postgres" / "postmaster.pid"
    pid = int(lock.read_text().splitlines()[0]) if lock.exists() else 0
    return pid if pid in running else None


def test_the_last_to_leave_stops_the_server(home):
    first, second = User(home), User(home)

    first.leave()
    assert server(home) is not None
    second.leave()

    assert server(home) is None
    assert processes_of(home) == []


def test_somebody_killed_keeps_the_server_from_stopping_no_longer(home):
    killed = User(home)
    killed.kill()
    assert server(home) is not None

    User(home).leave()

    assert processes_of(home) == []


def test_starts_though_another_process_has_the_dead_servers_id_now(home):
    user = User(home)
    lock = home / "postgres" / "postmaster.pid"
    before = server(home)
    assert before is not None
    for process in processes_of(home):
        process.kill()
    user.kill()
    wait_until(lambda: not processes_of(home), 10, "all are gone")
    sockets = next((home / "postgres").glob(".s.PGSQL.*.lock"))
    for left in (lock, sockets):
        left.write_text(left.read_text().replace(str(before), str(os.getpid()), 1))

    again = User(home)

    with psycopg.connect(again.url) as line:
        assert line.execute("SELECT 1").fetchone() == (1,)
    again.leave()


def test_a_first_start_that_was_cut_short_is_begun_anew(home):
    unfinished = home / "postgres.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")

    user = User(home)

    with psycopg.connect(user.url) as line:
        assert line.execute("SELECT 1").fetchone() == (1,)
    user.leave()
    assert sorted(path.name for path in home.iterdir()) == ["postgres"]


def test_says_where_the_log_is_when_it_cannot_start(home):
    User(home).leave()
    (home / "postgres" / "postgresql.conf").write_text("no_such_setting = 1\n")

    done = subprocess.run(
        [sys.executable, "-m", "tenure.config.command", "migrate"],
        env=environment(home),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr == f"tenure: The database does not start. Its log: {home / 'postgres' / 'log'}\n"
    assert json.loads((home / "postgres" / ".handle_pids.json").read_text()) == []
