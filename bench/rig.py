"""What benches share: a fresh database, server processes on loopback, and the CPU seconds they used."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg


@contextlib.contextmanager
def fresh_tenure() -> Iterator[str]:
    """Set up Django on an empty, migrated database and a lake of its own; yields the database's address.

    The database is made on the server of DATABASE_URL, or on an embedded one in a temporary folder; both go afterwards.
    """
    home = Path(tempfile.mkdtemp(prefix="tenure-bench-"))
    os.environ["TENURE_HOME"] = str(home)
    os.environ["TENURE_LAKE"] = str(home / "lake")
    server = os.environ.get("DATABASE_URL") or _embedded(home)
    name = f"tenure_bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    os.environ["DATABASE_URL"] = urlsplit(server)._replace(path=f"/{name}").geturl()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tenure.config.settings"
    try:
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        call_command("migrate", verbosity=0)
        yield os.environ["DATABASE_URL"]
        connections.close_all()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        shutil.rmtree(home, ignore_errors=True)


def _embedded(home: Path) -> str:
    from tenure.config.postgres import start_embedded

    return start_embedded(home)


@contextlib.contextmanager
def server(*command: str, ready: str) -> Iterator[tuple[psutil.Process, int]]:
    """Run `python -m command --port PORT` until it answers at `ready`; yields its process and port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = subprocess.Popen([sys.executable, "-m", *command, "--port", str(port)])
    try:
        deadline = time.monotonic() + 60
        while not _answers(f"http://127.0.0.1:{port}{ready}"):
            if running.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{' '.join(command)} did not start")
            time.sleep(0.1)
        yield psutil.Process(running.pid), port
    finally:
        running.terminate()
        try:
            running.wait(15)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def postgres_process(database_url: str) -> psutil.Process:
    """Return the parent of the server's processes; the server must be on this machine."""
    with psycopg.connect(database_url) as connection:
        backend = psutil.Process(connection.info.backend_pid)
        parent = backend.parent()
    if parent is None or "postgres" not in parent.name():
        raise RuntimeError("CPU seconds can only be counted for a PostgreSQL on this machine")
    return parent


def cpu_seconds(*processes: psutil.Process) -> float:
    """Return the CPU seconds used so far by the processes and all their children, those gone included."""
    total = 0.0
    for process in processes:
        used = process.cpu_times()
        total += used.user + used.system + used.children_user + used.children_system
        for child in process.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                used = child.cpu_times()
                total += used.user + used.system
    return total
