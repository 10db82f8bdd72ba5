"""Unmodified Segment SDKs, from their registries, against a live door."""

import functools
import http.server
import json
import logging
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from segment.analytics.client import Client

from tests.collect.conftest import LiveDoor, post, refusals, stored, wait_for

EVERY_KIND = {"identify", "group", "track", "page", "screen", "alias"}


def given_client(door: LiveDoor, write_key: str, errors: list[object], **options: object) -> Client:
    return Client(write_key, host=door.url, upload_interval=0.1, on_error=lambda *e: errors.append(e), **options)


@pytest.mark.parametrize("gzip", [False, True])
def test_python_sdk_is_heard(door, write_key, gzip):
    errors: list[object] = []
    client = given_client(door, write_key, errors, gzip=gzip)

    client.identify("ada", {"name": "Ada 😀 مرحبا 你好"})
    client.group("ada", "harbor", {"name": "Harbor"})
    client.track("ada", "Project created", {"size": 3}, context={"groupId": "harbor"})
    client.page("ada", "Docs", "Pricing")
    client.screen("ada", "Home")
    client.alias("a-1", "ada")
    client.track(7, "Counted", anonymous_id="a-2")
    client.flush()
    client.join()

    calls = stored()
    assert errors == []
    assert refusals() == []
    assert {call["type"] for call in calls} == EVERY_KIND
    assert len({call["messageId"] for call in calls}) == len(calls) == 7
    assert calls[0]["traits"]["name"] == "Ada 😀 مرحبا 你好"
    assert calls[-1]["userId"] == "7"


def test_python_sdk_may_send_numbers_that_json_does_not_have(door, write_key):
    errors: list[object] = []
    client = given_client(door, write_key, errors)

    client.track("ada", "Measured", {"ratio": float("nan"), "most": float("inf")})
    client.track("ada", "Neighbour")
    client.flush()
    client.join()

    assert errors == []
    assert [(call["event"], call["properties"]) for call in stored()] == [
        ("Measured", {"ratio": None, "most": None}),
        ("Neighbour", {}),
    ]


def test_python_sdk_loses_nothing_of_ten_thousand(door, write_key):
    errors: list[object] = []
    client = given_client(door, write_key, errors, gzip=True, thread=4, max_queue_size=20_000)

    for number in range(10_000):
        client.track(f"person-{number % 50}", "Counted", {"number": number})
    client.flush()
    client.join()

    assert errors == []
    assert sorted(call["properties"]["number"] for call in stored()) == list(range(10_000))


def test_python_sdk_drops_what_is_refused_for_good(door, empty_log, caplog):
    caplog.set_level(logging.CRITICAL, "segment")
    errors: list[tuple[Exception, list[object]]] = []
    client = given_client(door, "wk_nobody", errors)

    client.track("ada", "Lost")
    client.flush()
    client.join()

    ((error, batch),) = errors
    assert "write_key_unknown" in str(error)
    assert len(batch) == 1
    assert stored() == []


@pytest.mark.node
def test_node_sdk_is_heard(door, write_key, node_modules):
    ran = subprocess.run(
        ["node", "send.mjs", door.url, write_key], cwd=node_modules.parent, capture_output=True, timeout=60, check=True
    )

    heard = json.loads(ran.stdout)
    calls = stored()
    assert heard["errors"] == []
    assert {request["url"] for request in heard["delivered"]} == {f"{door.url}/v1/batch"}
    assert {call["type"] for call in calls} == EVERY_KIND
    assert len({call["messageId"] for call in calls}) == len(calls) == 7
    assert Counter(call["event"] for call in calls if call["type"] == "track") == {"Project created": 1, "Cut": 1}
    assert [call["properties"]["text"] for call in calls if call.get("event") == "Cut"] == ["�"]


@pytest.fixture
def shop(node_modules: Path) -> Iterator[str]:
    """A customer's site: another origin than the door's, with the browser SDK as npm has it."""
    umd = node_modules / "@segment" / "analytics-next" / "dist" / "umd"

    class Site(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *said: object) -> None:
            pass

        def do_GET(self) -> None:
            if self.path.endswith(".js"):
                super().do_GET()
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Shop</title><script src=/index.js></script>")

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Site, directory=str(umd))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


BROWSER_CALLS = """
async ([door, writeKey, options]) => {
    const analytics = AnalyticsNext.AnalyticsBrowser.load({ writeKey, cdnURL: door }, options);
    await analytics.identify("ada", { name: "Ada 😀 مرحبا" });
    await analytics.group("harbor", { name: "Harbor" });
    await analytics.track("Project created", { size: 3, cut: "😀".slice(0, 1) });
    await analytics.page("Docs", "Pricing");
    await analytics.screen("Home");
    await analytics.alias("ada", "old-ada");
}
"""
BATCHING = {
    "integrations": {
        "Segment.io": {"deliveryStrategy": {"strategy": "batching", "config": {"size": 3, "timeout": 300}}}
    }
}


@pytest.mark.browser
@pytest.mark.node
@pytest.mark.parametrize(
    ("options", "paths"), [({}, ["/v1/a", "/v1/g", "/v1/i", "/v1/p", "/v1/s", "/v1/t"]), (BATCHING, ["/v1/b"])]
)
def test_browser_sdk_is_heard_across_origins(door, write_key, shop, options, paths):
    from playwright.sync_api import sync_playwright

    asked: list[tuple[str, str]] = []
    sent_elsewhere: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_page()
        page.on("request", lambda request: asked.append((request.method, request.url)))
        page.on("response", lambda response: response.status >= 400 and sent_elsewhere.append(response.url))
        page.goto(shop)
        page.evaluate(BROWSER_CALLS, [door.url, write_key, options])
        page.wait_for_timeout(1_500)
        browser.close()

    calls = stored()
    assert {call["type"] for call in calls} == EVERY_KIND
    assert len({call["messageId"] for call in calls}) == len(calls) == 6
    assert [call["properties"]["cut"] for call in calls if call["type"] == "track"] == ["�"]
    assert [(call["userId"], call["previousId"]) for call in calls if call["type"] == "alias"] == [("ada", "old-ada")]
    assert all(call["context"]["page"]["url"].startswith(shop) for call in calls)
    ours = sorted({url.removeprefix(door.url) for method, url in asked if method == "POST"})
    assert ours == paths
    assert [url for _, url in asked if not url.startswith((shop, door.url))] == []
    assert refusals() == []
    assert sent_elsewhere == [f"{shop}/favicon.ico"] or sent_elsewhere == []


def test_a_client_may_repeat_what_it_sent(door, write_key):
    call = {"type": "track", "event": "Opened", "userId": "ada", "messageId": "same"}

    for _ in range(2):
        assert post(door, "/v1/batch", {"batch": [call]}, key=write_key).status_code == 200

    assert stored() == [call, call], "the intake worker drops repeats, the door does not"


def test_answers_come_back_within_a_second(door, write_key):
    wait_for(lambda: post(door, "/v1/t", {"event": "E", "userId": "ada"}, key=write_key).elapsed.total_seconds() < 1)
