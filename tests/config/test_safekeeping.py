"""Backup and restore: everything there was, though events go on arriving; and never over something."""

import base64
import json
import tarfile
import threading
import urllib.request

from tests.config.running import python, serving, tenure, wait_until

SET_UP = """
import json
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
from tenure.kernel import tenancy
from tenure.workspaces import actions
from tests.given import given_workspace
made = given_workspace()
with tenancy.scope(made.pk):
    print(json.dumps(actions.create_write_key(name="App", by=None).key))
"""
HELD = """
import json
from collections import Counter
from tenure.kernel import tenancy
from tenure.customers import queries as customers
from tenure.lake import engine
from tenure.tracking.actions import intake
from tenure.tracking.types.lake import EVENTS
from tenure.kernel import clock
from tenure.workspaces import queries as workspaces
(workspace,) = workspaces.workspace_ids()
while intake.work_through(workspace, clock.now()):
    pass
with tenancy.scope(workspace):
    ids = Counter(engine.run(engine.read(workspace, EVENTS))["message_id"].to_pylist())
    print(json.dumps([ids, sorted(customers.people().values_list("external_id", flat=True))]))
"""


def send(address: str, key: str, number: int) -> str:
    body = json.dumps({"type": "track", "event": "Looked", "userId": f"p{number % 5}", "messageId": f"m{number}"})
    request = urllib.request.Request(
        f"{address}/v1/track",
        body.encode(),
        {"Content-Type": "application/json", "Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200
    return f"m{number}"


def test_brings_back_everything_acknowledged_before_while_more_arrives(tmp_path):
    home, other, file = tmp_path / "home", tmp_path / "other", tmp_path / "kept.tar"
    home.mkdir()
    other.mkdir()
    key = python(home, SET_UP)
    sent: list[str] = []
    stop = threading.Event()
    with serving(home) as running:
        running.wait_until_ready()

        def keep_sending() -> None:
            while not stop.is_set():
                sent.append(send(running.address, key, len(sent)))

        sender = threading.Thread(target=keep_sending)
        sender.start()
        try:
            wait_until(lambda: len(sent) > 50, 20, "events arrive")
            before = set(sent)
            made = tenure(home, "backup", str(file))
            after = len(sent)
        finally:
            stop.set()
            sender.join()
    assert made.returncode == 0, made.stderr
    assert "(workspaces: 1, " in made.stdout
    assert after > len(before)
    assert file.stat().st_mode & 0o777 == 0o600

    done = tenure(other, "restore", str(file))

    assert done.returncode == 0, done.stderr
    assert (other / "secret_key").read_text() == (home / "secret_key").read_text()
    ids, people = python(other, HELD)
    assert before <= set(ids)
    assert set(ids) <= set(sent)
    assert set(ids.values()) == {1}
    assert people == ["p0", "p1", "p2", "p3", "p4"]

    again = tenure(other, "restore", str(file))
    assert (again.returncode, again.stderr) == (
        1,
        "Error: This installation has 1 workspace, which restoring would overwrite. Restore into an empty TENURE_HOME "
        "(or an empty database and lake) and start Tenure there.\n",
    )
    assert tenure(home, "backup", str(file)).stderr == (
        f"Error: {file} exists already. Choose another name, or remove it first.\n"
    )


def test_refuses_what_is_no_backup(tmp_path):
    home, file = tmp_path / "home", tmp_path / "photos.tar"
    home.mkdir()
    with tarfile.open(file, "w") as tar:
        tar.add(__file__, "photo.py")

    refused = tenure(home, "restore", str(file))

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Error: {file} is not a whole backup of Tenure: ")
