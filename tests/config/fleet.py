"""Tenure's processes one by one, as on several machines: each with a home of its own, one database, one lake."""

import contextlib
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests.config.running import ROOT, environment, python, wait_until
from tools.browsing import free_port


class Fleet:
    """Processes that share a database and a lake, and nothing else."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.database_url = database_url
        self.lake = folder / "lake"
        self._shared = {
            "DATABASE_URL": database_url,
            "TENURE_LAKE": str(self.lake),
            "TENURE_SECRET_KEY": secrets.token_urlsafe(48),
        }
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `tenure ARGUMENTS` under a name, which is its home, too."""
        home = self.folder / name
        home.mkdir(exist_ok=True)
        with (home / "log").open("ab") as output:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", "tenure.config.command", *arguments],
                env=environment(home, **self._shared),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return self._running[name]

    def listen(self, name: str, *arguments: str, path: str) -> str:
        """Start a process that listens; returns its address, where `path` answers. It is ready a little later."""
        port = free_port()
        self.start(name, *arguments, "--port", str(port))
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: self._answers(name, address + path), 60, f"{name} answers")
        return address

    def _answers(self, name: str, url: str) -> bool:
        assert self._running[name].poll() is None, self.said(name)
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def said(self, name: str) -> str:
        return (self.folder / name / "log").read_text(errors="replace")

    def run(self, code: str) -> Any:
        """Run code with the fleet's settings; returns what it printed last, read as JSON."""
        return python(self.folder / "by-hand", code, **self._shared)

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.database_url, autocommit=True)

    def stop(self) -> None:
        for process in self._running.values():
            process.terminate()
        deadline = time.monotonic() + 20
        for process in self._running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def fleet(folder: Path, server: str) -> Iterator[Fleet]:
    """Make a database for a fleet on a server, and leave neither processes nor database behind."""
    name = f"tenure_fleet_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as line:
        line.execute(f"CREATE DATABASE {name}")
    made = Fleet(folder, urlsplit(server)._replace(path=f"/{name}").geturl())
    try:
        yield made
    finally:
        made.stop()
        with psycopg.connect(server, autocommit=True) as line:
            line.execute(f"DROP DATABASE {name} WITH (FORCE)")
