"""A `tenure` command in a process group of its own, as in a terminal, with a home of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tools.browsing import free_port

ROOT = Path(__file__).resolve().parents[2]


def environment(home: Path, **settings: str) -> dict[str, str]:
    """Return what a newcomer's shell would hand over, with a home of the test's own."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("TENURE_", "DATABASE_URL", "DJANGO_"))}
    return {**ours, "TENURE_HOME": str(home), "PYTHONWARNINGS": "default", **settings}


def tenure(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "tenure.config.command", *arguments],
        env=environment(home, **settings),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def python(home: Path, code: str, **settings: str) -> Any:
    """Run code with Tenure's settings against a home; returns what it printed last, read as JSON."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "import django; django.setup()\n" + code],
        env=environment(home, DJANGO_SETTINGS_MODULE="tenure.config.settings", **settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def processes_of(home: Path) -> list[psutil.Process]:
    """Return every process that belongs to a home: ours by their environment, PostgreSQL's by their folder."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                continue
            mine = process.environ().get("TENURE_HOME") == str(home)
            if mine or process.cwd().startswith(str(home)):
                found.append(process)
    return found


def wait_until(true: Callable[[], Any], seconds: float, what: str) -> Any:
    """Wait for something to become true, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what}"
        time.sleep(0.05)
    return found


class Serving:
    """A `tenure serve` with everything it starts."""

    def __init__(self, home: Path, *arguments: str, port: int | None = None, **settings: str) -> None:
        self.home = home
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = home / "serve.log"
        self._arguments = arguments
        self._settings = settings
        self.process: subprocess.Popen[bytes]
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tenure.config.command", "serve", "--port", str(self.port), *self._arguments],
                env=environment(self.home, **self._settings),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def answers(self, path: str = "/healthz") -> bool:
        try:
            with urllib.request.urlopen(self.address + path, timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def wait_until_ready(self, seconds: float = 90) -> None:
        def ready() -> bool:
            assert self.process.poll() is None, self.said()[-4000:]
            return self.answers()

        wait_until(ready, seconds, "tenure serve answers")

    def press_ctrl_c(self) -> None:
        """Send SIGINT to everything in the foreground, as a terminal does."""
        os.killpg(self.process.pid, signal.SIGINT)

    def child(self, name: str) -> psutil.Process | None:
        """Return the living `tenure web` or `tenure work`."""
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in psutil.Process(self.process.pid).children():
                with contextlib.suppress(psutil.Error):
                    if name in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                        return process
        return None

    def database_url(self) -> str:
        told = (self.home / "postgres" / "postmaster.pid").read_text().splitlines()
        return f"postgresql://postgres@/postgres?host={told[4]}"

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.database_url(), autocommit=True)

    def kill_everything(self) -> None:
        """Kill every process of the home at once, as a power cut would."""
        for process in processes_of(self.home):
            with contextlib.suppress(psutil.Error):
                process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)


@contextlib.contextmanager
def serving(home: Path, *arguments: str, **settings: str) -> Iterator[Serving]:
    """Run `tenure serve` and leave nothing behind, whatever the test did to it."""
    home.mkdir(parents=True, exist_ok=True)
    running = Serving(home, *arguments, **settings)
    try:
        yield running
    finally:
        running.kill_everything()
