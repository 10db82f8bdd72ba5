"""A live door on loopback, with its own process and the tests' real PostgreSQL behind it."""

import dataclasses
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import requests
import zstandard
from django.db import connection

from tenure.kernel import tenancy
from tenure.tracking.models import IntakeBatch, Refusal
from tests.given import given_workspace
from tests.migrated import migrated_database

NODE = Path(__file__).parent / "node"


@dataclasses.dataclass
class LiveDoor:
    """A running `tenure collect`."""

    url: str
    process: subprocess.Popen[bytes]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


def database_url() -> str:
    """Return the address of the database the test itself is using."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + connection.settings_dict["NAME"]).geturl()


def open_door(**settings: str) -> LiveDoor:
    """Start `tenure collect` and wait until it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "tenure.config.command", "collect", "--port", str(port)],
        env={**os.environ, "DATABASE_URL": database_url(), **settings},
    )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while True:
        try:
            requests.get(f"{url}/v1/healthz", timeout=1)
            return LiveDoor(url, process)
        except requests.RequestException:
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise
            time.sleep(0.05)


def close_door(door: LiveDoor) -> None:
    """Ask it to stop, as Ctrl-C or a container does."""
    door.process.terminate()
    try:
        door.process.wait(10)
    except subprocess.TimeoutExpired:
        door.kill()


@pytest.fixture(scope="package")
def database(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """A database of these tests alone: the door is another process, so everything is written for real."""
    name = f"tenure_collect_{os.getpid()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {migrated_database()}")
        before = connection.settings_dict["NAME"]
        with django_db_blocker.unblock():
            connection.close()
            connection.settings_dict["NAME"] = name
            yield
            connection.close()
            connection.settings_dict["NAME"] = before
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="package")
def first_key(database: None) -> str:
    return given_write_key()


DOOR = "the-shared-door"
"""What PostgreSQL calls the connections of the shared door."""


@pytest.fixture(scope="package")
def lasting_door(database: None) -> Iterator[LiveDoor]:
    address = database_url()
    door = open_door(DATABASE_URL=f"{address}{'&' if '?' in address else '?'}application_name={DOOR}")
    yield door
    close_door(door)


@pytest.fixture
def empty_log(database: None) -> None:
    IntakeBatch.everywhere.all().delete()
    Refusal.everywhere.all().delete()


@pytest.fixture
def write_key(first_key: str, empty_log: None) -> str:
    """The key of a workspace's first source."""
    return first_key


@pytest.fixture
def door(lasting_door: LiveDoor, empty_log: None) -> LiveDoor:
    """The door that the tests here share; nothing is in the log yet."""
    assert lasting_door.process.poll() is None, "the door has crashed"
    return lasting_door


def given_write_key() -> str:
    """Make a workspace, and return the key of its first source."""
    from tenure.workspaces import queries

    workspace = given_workspace()
    with tenancy.scope(workspace.pk):
        key = queries.write_keys().first()
        assert key is not None
        return key.key


def post(door: LiveDoor, path: str, body: Any, *, key: str | None = None, **options: Any) -> requests.Response:
    """Send a body (JSON unless it is bytes) as an SDK would."""
    return requests.post(
        door.url + path,
        data=body if isinstance(body, bytes) else json.dumps(body).encode(),
        auth=(key, "") if key else None,
        timeout=30,
        **options,
    )


def stored() -> list[dict[str, Any]]:
    """Return every call in the intake log, in order."""
    unpack = zstandard.ZstdDecompressor().decompress
    return [
        call
        for batch in IntakeBatch.everywhere.order_by("id")
        for call in json.loads(unpack(bytes(batch.content)))["batch"]
    ]


def refusals() -> list[Refusal]:
    return list(Refusal.everywhere.order_by("id"))


def wait_for(what: Callable[[], Any], seconds: float = 15) -> Any:
    """Wait until `what` is true, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return found


@pytest.fixture
def node_modules() -> Path:
    """The npm packages of tests/collect/node (`make node` installs them)."""
    if not (NODE / "node_modules").is_dir() or not shutil.which("node"):
        pytest.fail("run `make node` first: the unmodified npm SDKs are part of these tests")
    return NODE / "node_modules"


def connect() -> psycopg.Connection[Any]:
    return psycopg.connect(database_url(), autocommit=True)
