"""Two of `tenure collect`, two of `tenure work` and a `tenure web` on one database and one lake do as one would.

Both collects are told the same calls, and calls of their own; both workers are woken by each of them.
"""

import os
import threading
from collections import Counter
from pathlib import Path

import psycopg
import pytest
import requests
from deltalake import DeltaTable

from tests.config.fleet import Fleet, fleet
from tests.config.running import wait_until

SET_UP = """
import json
from django.core.management import call_command
from tenure.kernel import tenancy
from tenure.workspaces import queries
from tests.given import given_workspace

call_command("migrate", interactive=False, verbosity=0)
made = []
for name in ("Harbor", "Fjord", "Delta"):
    workspace = given_workspace(name)
    with tenancy.scope(workspace.pk):
        made.append([workspace.pk, queries.write_keys().first().key])
print(json.dumps(made))
"""
ROUNDS, CALLS = 12, 20
INTAKE_LOCK = 7_205_203


class Watching(threading.Thread):
    """Who reads the intake of which workspace, looked at all the time."""

    def __init__(self, running: Fleet) -> None:
        super().__init__()
        self.at_once: Counter[int] = Counter()
        self.readers: set[int] = set()
        self._running = running
        self._stop_now = threading.Event()

    def run(self) -> None:
        with self._running.connect() as line:
            while not self._stop_now.wait(0.002):
                held = line.execute(
                    "SELECT objid::int, pid FROM pg_locks JOIN pg_database d ON d.oid = database"
                    " WHERE locktype = 'advisory' AND classid = %s AND granted AND d.datname = current_database()",
                    [INTAKE_LOCK],
                ).fetchall()
                for workspace_id, count in Counter(workspace_id for workspace_id, _ in held).items():
                    self.at_once[workspace_id] = max(self.at_once[workspace_id], count)
                self.readers |= {pid for _, pid in held}

    def stop(self) -> None:
        self._stop_now.set()
        self.join()


def send(address: str, key: str, who: str, turn: int) -> None:
    """Tell a collect twenty calls, five of which the other one is told as well."""
    own = [f"{who}-{turn}-{n}" for n in range(CALLS - 5)]
    both = [f"both-{turn}-{n}" for n in range(5)]
    calls = [
        {"type": "track", "event": "Opened", "userId": f"u{n}", "context": {"groupId": f"a{n % 3}"}, "messageId": id_}
        for n, id_ in enumerate(own + both)
    ]
    answer = requests.post(f"{address}/v1/batch", json={"batch": calls}, auth=(key, ""), timeout=20)
    assert answer.status_code == 200


def in_the_lake(lake: Path, workspace_id: int, table: str, column: str) -> list[object]:
    found = DeltaTable(lake / f"ws={workspace_id}" / table).to_pyarrow_table(columns=[column])
    return list(found[column].to_pylist())


@pytest.mark.timeout(180)
def test_everything_counts_once(tmp_path):
    with fleet(tmp_path, os.environ["DATABASE_URL"]) as running:
        (tmp_path / "by-hand").mkdir()
        keys = running.run(SET_UP)
        watching = Watching(running)
        watching.start()
        for name in ("work-1", "work-2"):
            running.start(name, "work")
        doors = [running.listen(f"collect-{n}", "collect", path="/healthz") for n in (1, 2)]
        web = running.listen("web", "web", path="/healthz")

        def tell(place: int) -> None:
            for turn in range(ROUNDS):
                for _, key in keys:
                    send(doors[place], key, f"door{place}", turn)

        senders = [threading.Thread(target=tell, args=(place,)) for place in range(2)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        with running.connect() as line:
            wait_until(lambda: drained(line), 60, "everything that waits is done")
            turns = line.execute("SELECT sum(calls)::int, sum(batches)::int FROM tracking_microbatch").fetchone()
            acknowledged = line.execute("SELECT sum(event_count)::int, count(*) FROM tracking_intakebatch").fetchone()
            told = line.execute(
                "SELECT workspace_id::int, sum((payload->>'events')::int)::int FROM kernel_outboxentry"
                " WHERE kind = 'EventsStored' GROUP BY 1"
            ).fetchall()
            parked = line.execute("SELECT kind, error FROM kernel_outboxentry WHERE parked").fetchall()
            accounts = line.execute("SELECT count(*) FROM customers_account").fetchone()
        watching.stop()

        once = ROUNDS * (2 * (CALLS - 5) + 5)
        for workspace_id, _ in keys:
            stored = Counter(in_the_lake(running.lake, workspace_id, "events", "message_id"))
            assert len(stored) == once
            assert set(stored.values()) == {1}
            assert sum(in_the_lake(running.lake, workspace_id, "account_day", "events")) == once
        assert turns == acknowledged == (ROUNDS * 2 * CALLS * len(keys), ROUNDS * 2 * len(keys)), "each batch, one turn"
        assert dict(told) == dict.fromkeys((workspace_id for workspace_id, _ in keys), once)
        assert watching.at_once == Counter(dict.fromkeys((workspace_id for workspace_id, _ in keys), 1))
        assert len(watching.readers) >= 2, "both workers took part"
        assert parked == []
        assert accounts == (3 * len(keys),)
        assert requests.get(web + "/healthz", timeout=5).status_code == 200
        for name in ("work-1", "work-2", "collect-1", "collect-2", "web"):
            assert "Traceback" not in running.said(name)


def drained(line: psycopg.Connection[tuple[object, ...]]) -> bool:
    waiting = line.execute(
        "SELECT (SELECT count(*) FROM tracking_intakebatch WHERE status = 0)"
        " + (SELECT count(*) FROM kernel_outboxentry WHERE delivered_at IS NULL)"
    ).fetchone()
    return waiting == (0,)
