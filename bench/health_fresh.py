"""How long it takes from an event to the score it changes, in the processes that customers run.

A `tenure collect` takes the events by HTTP, a `tenure work` stores them and judges. Each is a use that its account
did not have before, and so changes its score; what is told is the time from the acknowledgement until another process
reads the new score, with everybody being judged anew all the while, as after a scorecard was saved.
"""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

from bench.rig import fresh_tenure, server
from bench.run import Figure

ACCOUNTS, EVENTS, EVERY = 600, 40, 0.5
PASSES_EVERY = 10
"""After so many events everybody is asked to be judged once more."""


def measure() -> Iterator[Figure]:
    """Let accounts do something, one after the other, and wait for their scores."""
    with fresh_tenure():
        from tenure.health import actions as health
        from tenure.kernel import clock, tenancy
        from tenure.workspaces import actions as workspaces
        from tenure.workspaces import queries

        owner = workspaces.create_user("bench@tenure.example", password="a-long-password-7", name="Bench")
        workspace = workspaces.create_workspace("Fresh", owner=owner)
        with tenancy.scope(workspace.pk):
            key = queries.write_keys()[0].key
            reads = {"measure": "Logins", "reads": {"event": "Login", "days": 7}, "scores": {"linear": [0, 1]}}
            health.define_scorecard("Use", definition={"measures": [reads]})
            with server("tenure.config.command", "collect", ready="/v1/healthz") as (_, port):
                worker = subprocess.Popen([sys.executable, "-m", "tenure.config.command", "work"])
                try:
                    for begin in range(0, ACCOUNTS, 100):
                        _send(port, key, [_group(n) for n in range(begin, begin + 100)])
                    _until(lambda: len(_scored(0)) == ACCOUNTS, 120)
                    waits = []
                    for n in range(EVENTS):
                        if n % PASSES_EVERY == 0:
                            health.ask_to_judge_everybody(now=clock.now())
                        _send(port, key, [_login(n)])
                        begun = time.monotonic()
                        _until(lambda wanted=f"account-{n}": wanted in _scored(100), 60)
                        waits.append(time.monotonic() - begun)
                        time.sleep(EVERY)
                finally:
                    worker.terminate()
                    worker.wait(30)
        waits.sort()
        yield Figure(figure="event to new score, half of them within", value=waits[len(waits) // 2], unit="s")
        yield Figure(
            figure="event to new score, 95 of 100 within", value=waits[int(0.95 * len(waits))], unit="s", bar=5,
            keep="at most",
        )  # fmt: skip
        yield Figure(figure="event to new score, the slowest", value=waits[-1], unit="s", bar=5, keep="at most")


def _group(n: int) -> dict[str, object]:
    told = {"name": f"Account {n}"}
    return {"type": "group", "userId": f"person-{n}", "groupId": f"account-{n}", "traits": told, "messageId": f"g{n}"}


def _login(n: int) -> dict[str, object]:
    whose = {"groupId": f"account-{n}"}
    return {"type": "track", "userId": f"person-{n}", "event": "Login", "messageId": f"t{n}", "context": whose}


def _send(port: int, key: str, calls: list[dict[str, object]]) -> None:
    body = json.dumps({"batch": calls, "writeKey": key}).encode()
    request = urllib.request.Request(  # our own server, on this machine
        f"http://127.0.0.1:{port}/v1/batch", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200


def _scored(least: int) -> set[str]:
    """Return the accounts whose score is at least so much."""
    from tenure.health.models import HealthScore

    found = HealthScore.objects.filter(until=None, score__gte=least)
    return {str(name) for name in found.values_list("account__external_id", flat=True)}


def _until(holds: object, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        if time.monotonic() > deadline:
            raise RuntimeError("it took too long")
        time.sleep(0.02)
