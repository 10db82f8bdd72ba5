"""kill -9 of any process at any moment loses nothing acknowledged and sends nothing twice: the whole product, killed.

The real `tenure serve` with its database, under the load of Segment's SDK and of a sender that repeats what was not
acknowledged, while a journey writes to everybody who appears, by a real SMTP server. One after the other everything is
killed that can be, at moments drawn by lot, and at last all of it at once.
"""

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import requests
from aiosmtpd.controller import Controller
from deltalake import DeltaTable
from segment.analytics.client import Client

from tests.channels.conftest import Postbox
from tests.config.running import Serving, python, serving, wait_until
from tools.browsing import free_port

SEED = 20260304
MANY = 250
"""After so many the load goes on slowly: a busy machine takes longer to be killed, and has no more to do for it."""
SET_UP = """
import json
from datetime import time
from tenure.channels import actions as channels
from tenure.channels.types import Policy
from tenure.journeys.types import Subject
from tenure.kernel import tenancy
from tenure.workspaces import queries
from tenure.workspaces.models import Workspace
from tests.given import given_member, given_workspace
from tests.journeys.given import given_journey, send

workspace = given_workspace()
Workspace.objects.update(holdout_share=0.0)
with tenancy.scope(workspace.pk):
    always = Policy(quiet_from=time(0), quiet_until=time(0), cap_messages=9)
    channels.change_contact_policy(always, by=given_member())
    given_journey(send("welcome"), name="Welcome", subject=Subject.PERSON)
    print(json.dumps([workspace.pk, queries.write_keys().first().key]))
"""


@pytest.fixture
def box() -> Iterator[Postbox]:
    """An SMTP server that outlives whatever is killed."""
    received = Postbox()
    controller = Controller(received, hostname="127.0.0.1", port=free_port(), ready_timeout=10)
    controller.start()
    received.url = f"smtp://127.0.0.1:{controller.port}"
    yield received
    controller.stop()


class Load:
    """People who appear and do things, told by the SDK and by hand, until told to stop."""

    def __init__(self, address: str, key: str) -> None:
        self.address, self.key = address, key
        self.by_sdk: set[str] = set()
        self.given_up: set[str] = set()
        self.by_hand: set[str] = set()
        self.statuses: Counter[int] = Counter()
        self.people = 0
        self._stop = threading.Event()
        self._client = Client(
            key, host=address, upload_interval=0.1, upload_size=20, max_retries=30, timeout=5, on_error=self._failed
        )
        self._threads = [threading.Thread(target=self._use_the_sdk), threading.Thread(target=self._send_by_hand)]
        for thread in self._threads:
            thread.start()

    def _failed(self, _: Exception, batch: list[dict[str, str]]) -> None:
        self.given_up |= {call["messageId"] for call in batch}

    def _use_the_sdk(self) -> None:
        while not self._stop.wait(0.1 if self.people < MANY else 1.0):
            number = self.people = self.people + 1
            who = f"person-{number}"
            traits = {"email": f"{who}@x.example", "name": f"P{number}"}
            self._client.identify(who, traits, message_id=f"sdk-{number}-who")
            self.by_sdk.add(f"sdk-{number}-who")
            for turn in range(3):
                self._client.track(who, "Opened", {"turn": turn}, message_id=f"sdk-{number}-{turn}")
                self.by_sdk.add(f"sdk-{number}-{turn}")

    def _send_by_hand(self) -> None:
        turn = 0
        while not self._stop.is_set():
            turn += 1
            ids = [f"hand-{turn}-{n}" for n in range(5)]
            calls = [{"type": "track", "event": "Clicked", "userId": "ada", "messageId": id_} for id_ in ids]
            while not self._acknowledged(json.dumps({"batch": calls})):
                time.sleep(0.1)
                if self._stop.is_set():
                    return
            self.by_hand |= set(ids)
            time.sleep(0.02 if turn < MANY else 0.5)

    def _acknowledged(self, body: str) -> bool:
        try:
            answer = requests.post(f"{self.address}/v1/batch", data=body, auth=(self.key, ""), timeout=10)
        except requests.RequestException:
            return False
        self.statuses[answer.status_code] += 1
        return answer.status_code == 200

    def stop(self) -> None:
        """Send nothing new; return when the SDK has brought, or given up, all that it was told."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._client.flush()
        self._client.join()


def kill_child(running: Serving, name: str) -> None:
    child = wait_until(lambda: running.child(name), 20, f"tenure {name} runs")
    child.kill()
    wait_until(lambda: (again := running.child(name)) and again.pid != child.pid, 20, f"tenure {name} is back")


def kill_a_backend(running: Serving) -> None:
    """Kill one of PostgreSQL's own processes; its postmaster then starts all of them anew."""
    with running.connect() as line:
        row = line.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1"
        ).fetchone()
    if row:
        os.kill(row[0], signal.SIGKILL)


def kill_postmaster(running: Serving) -> None:
    lock = running.home / "postgres" / "postmaster.pid"

    def told() -> list[str]:
        try:
            return lock.read_text().splitlines()
        except FileNotFoundError:
            return []

    try:
        before = int(wait_until(told, 30, "the database runs")[0])
    except AssertionError as error:  # it starts itself anew after a backend is killed; should it not, its log says why
        said = (running.home / "postgres" / "log").read_text(errors="replace")
        raise AssertionError(f"{said[-3000:]}\n{running.said()[-1000:]}") from error
    os.kill(before, signal.SIGKILL)

    def back() -> bool:
        try:
            return int(lock.read_text().splitlines()[0]) != before and bool(running.connect().close() is None)
        except (OSError, ValueError, IndexError, psycopg.Error):
            return False

    wait_until(back, 30, "the database is back")


def kill_serve(running: Serving) -> None:
    children = [child for name in ("web", "work") if (child := running.child(name))]
    running.process.send_signal(signal.SIGKILL)
    running.process.wait(5)
    psutil.wait_procs(children, timeout=20)
    assert not [child for child in children if child.is_running()], "they follow the one that started them"
    running.start()


def kill_all(running: Serving) -> None:
    running.kill_everything()
    running.start()


def in_the_lake(home: Path, workspace_id: int, table: str, column: str) -> list[object]:
    found = DeltaTable(home / "lake" / f"ws={workspace_id}" / table).to_pyarrow_table(columns=[column])
    return list(found[column].to_pylist())


@pytest.mark.timeout(480)
def test_nothing_acknowledged_is_lost_and_nothing_is_sent_twice(tmp_path, box):
    chance = random.Random(SEED)
    with serving(tmp_path / "home", TENURE_SMTP_URL=box.url) as running:
        running.wait_until_ready()
        workspace_id, key = python(running.home, SET_UP)
        load = Load(running.address, key)
        wait_until(lambda: len(box.received) > 3, 30, "mail is being sent")

        for killing in (
            lambda: kill_child(running, "web"),
            lambda: kill_child(running, "work"),
            lambda: kill_a_backend(running),
            lambda: kill_postmaster(running),
            lambda: kill_child(running, "work"),
            lambda: kill_serve(running),
            lambda: kill_all(running),
        ):
            time.sleep(chance.uniform(0.5, 2.5))
            killing()
            running.wait_until_ready()
        load.stop()

        acknowledged = (load.by_sdk - load.given_up) | load.by_hand
        with running.connect() as line:

            def drained() -> bool:
                waiting = line.execute(
                    "SELECT (SELECT count(*) FROM tracking_intakebatch WHERE status = 0)"
                    " + (SELECT count(*) FROM kernel_outboxentry WHERE delivered_at IS NULL)"
                    " + (SELECT count(*) FROM channels_outgoingmessage WHERE status = 'waiting')"
                    " + (SELECT count(*) FROM journeys_enrolment WHERE status = 'live')"
                ).fetchone()
                return waiting == (0,)

            wait_until(drained, 120, "everything that waits is done")
            told = dict(line.execute("SELECT address, status FROM channels_outgoingmessage").fetchall())
            messages = line.execute("SELECT count(*) FROM channels_outgoingmessage").fetchone()
            parked = line.execute("SELECT kind, error FROM kernel_outboxentry WHERE parked").fetchall()
            refused = line.execute("SELECT code, reason FROM tracking_refusal").fetchall()

        stored = Counter(in_the_lake(running.home, workspace_id, "events", "message_id"))
        counted = sum(in_the_lake(running.home, workspace_id, "account_day", "events"))
        arrived = Counter(str(letter["To"]) for letter in box.received)
        everybody = {f"person-{n}@x.example" for n in range(1, load.people + 1)}

        assert load.given_up == set()
        assert set(load.statuses) <= {200, 429}
        assert acknowledged - set(stored) == set(), "nothing acknowledged is lost"
        assert max(stored.values()) == 1, "nothing is stored twice"
        used = [id_ for id_ in stored if not str(id_).endswith("-who")]
        assert counted == len(used), "nothing is counted twice, or forgotten"
        assert (parked, refused) == ([], [])
        assert max(arrived.values()) == 1, "nothing is sent twice"
        assert (set(told), messages) == (everybody, (len(everybody),)), "everybody is written to, once"
        assert set(told.values()) <= {"sent", "sending", "unsure"}
        certain = {address for address, status in told.items() if status == "sent"}
        assert certain <= set(arrived)
        assert len(told) - len(certain) <= 5, "only what was being handed over as a process died is unsure"

        running.press_ctrl_c()
        assert running.process.wait(30) == 0
