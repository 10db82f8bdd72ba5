"""The SDKs of PostHog and Customer.io, unmodified from their registries: only the host is another."""

import functools
import http.server
import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from customerio import analytics as customerio
from posthog import Posthog

from tests.collect.conftest import LiveDoor, post, refusals, stored


def sent_by_node(script: str, door: LiveDoor, key: str, node_modules: Path) -> dict[str, object]:
    ran = subprocess.run(
        ["node", script, door.url, key], cwd=node_modules.parent, capture_output=True, timeout=60, check=True
    )
    said: dict[str, object] = json.loads(ran.stdout)
    return said


def by_type(calls):
    return {call["type"]: call for call in calls}


def test_posthog_python_is_heard(door, write_key):
    errors: list[object] = []
    posthog = Posthog(write_key, host=door.url, flush_interval=0.1, on_error=lambda *e: errors.append(e), gzip=True)

    posthog.capture("Report exported", distinct_id="ada", properties={"pages": 3}, groups={"company": "harbor"})
    posthog.capture("Visited")
    posthog.set(distinct_id="ada", properties={"email": "ada@harbor.example"})
    posthog.group_identify("company", "harbor", {"name": "Harbor"})
    posthog.alias("ada", "old-ada")
    posthog.capture("$pageview", distinct_id="ada", properties={"$current_url": "https://harbor.example/a"})
    posthog.capture("$feature_flag_called", distinct_id="ada")
    posthog.shutdown()

    calls = stored()
    assert errors == []
    assert refusals() == []
    assert [call["type"] for call in calls] == ["track", "track", "identify", "group", "alias", "page"]
    exported, visited, identified, grouped, alias, page = calls
    assert exported["userId"] == "ada"
    assert exported["properties"] == {"pages": 3}
    assert exported["context"]["groupId"] == "harbor"
    assert exported["context"]["library"] == {"name": "posthog-python", "version": "7.91.1"}
    assert "userId" not in visited
    assert visited["anonymousId"]
    assert identified["traits"] == {"email": "ada@harbor.example"}
    assert (grouped["groupId"], grouped["traits"], "userId" in grouped) == ("harbor", {"name": "Harbor"}, False)
    assert (alias["userId"], alias["previousId"]) == ("ada", "old-ada")
    assert page["properties"] == {"url": "https://harbor.example/a"}
    assert len({call["messageId"] for call in calls}) == 6


@pytest.mark.node
def test_posthog_node_is_heard(door, write_key, node_modules):
    said = sent_by_node("posthog.mjs", door, write_key, node_modules)

    calls = by_type(stored())
    assert said == {"errors": [], "flag": None} or said == {"errors": [], "flag": False}
    assert refusals() == []
    assert calls["identify"]["traits"] == {"name": "Ada 😀", "first_plan": "free"}
    assert calls["group"]["groupId"] == "harbor"
    assert (calls["track"]["event"], calls["track"]["context"]["groupId"]) == ("Report exported", "harbor")
    assert (calls["alias"]["userId"], calls["alias"]["previousId"]) == ("ada", "old-ada")


@pytest.fixture
def shop(node_modules: Path) -> Iterator[str]:
    """A customer's site: another origin than the door's, with PostHog's browser SDK as npm has it."""
    folder = node_modules / "posthog-js" / "dist"

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
            self.wfile.write(
                b"<!doctype html><title>Shop</title><link rel=icon href=data:,><script src=/array.js></script>"
            )

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Site, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


BROWSER_CALLS = """
async ([door, key, options]) => {
    posthog.init(key, { api_host: door, opt_out_useragent_filter: true, person_profiles: "identified_only",
                        capture_pageleave: false, autocapture: false, ...options });
    posthog.capture("Looked around", { pages: 3 });
    posthog.identify("ada", { name: "Ada 😀" });
    posthog.group("company", "harbor", { name: "Harbor" });
    posthog.capture("Report exported", { pages: 3 });
}
"""


@pytest.mark.browser
@pytest.mark.node
@pytest.mark.parametrize("options", [{}, {"disable_compression": True}])
def test_posthog_js_is_heard_across_origins(door, write_key, shop, options):
    from playwright.sync_api import sync_playwright

    asked: list[str] = []
    failed: list[tuple[int, str]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("response", lambda response: response.status >= 400 and failed.append((response.status, response.url)))
        page.goto(shop)
        page.evaluate(BROWSER_CALLS, [door.url, write_key, options])
        page.wait_for_timeout(4_500)
        browser.close()

    calls = stored()
    named = {call.get("event") or call["type"]: call for call in calls}
    assert failed == []
    assert refusals() == []
    assert set(named) == {"Looked around", "identify", "group", "Report exported", "page"}
    before = named["Looked around"]
    assert "userId" not in before
    assert before["anonymousId"] == named["identify"]["anonymousId"]
    assert named["identify"]["userId"] == "ada"
    assert named["identify"]["traits"] == {"name": "Ada 😀"}
    assert named["group"]["groupId"] == "harbor"
    assert (named["Report exported"]["userId"], named["Report exported"]["context"]["groupId"]) == ("ada", "harbor")
    assert [url for url in asked if not url.startswith((shop, door.url, "data:"))] == []


def test_customerio_python_is_heard(door, write_key):
    errors: list[object] = []
    client = customerio.Client(write_key, host=door.url, on_error=lambda *e: errors.append(e))

    client.identify("ada", {"name": "Ada"})
    client.group("ada", "harbor", {"name": "Harbor"})
    client.track("ada", "Report exported", {"pages": 3})
    client.flush()
    client.join()

    assert errors == []
    assert refusals() == []
    assert [call["type"] for call in stored()] == ["identify", "group", "track"]


@pytest.mark.node
def test_customerio_node_is_heard(door, write_key, node_modules):
    assert sent_by_node("customerio.mjs", door, write_key, node_modules) == {"errors": []}
    assert sorted(call["type"] for call in stored()) == ["group", "identify", "page", "track"]
    assert refusals() == []


def test_a_posthog_group_that_is_no_account_is_refused_alone(door, write_key):
    events = [
        {"event": "$groupidentify", "distinct_id": "x", "properties": {"$group_type": "project", "$group_key": "p1"}},
        {"event": "Opened", "distinct_id": "ada", "properties": {}},
    ]

    answer = post(door, "/batch/", {"api_key": write_key, "batch": events})

    assert (answer.status_code, answer.json()["refused"]) == (200, 1)
    assert [call["event"] for call in stored()] == ["Opened"]
    assert [r.code for r in refusals()] == ["id_missing"]


@pytest.mark.parametrize("path", ["/capture/", "/e/", "/i/v0/e/", "/track"])
def test_takes_one_posthog_event_at_its_older_addresses(door, write_key, path):
    event = {"event": "Opened", "distinct_id": "ada", "properties": {"token": write_key, "n": 1}}

    assert post(door, path, event).json() == {"success": True, "status": "Ok"}
    (call,) = stored()
    assert (call["userId"], call["event"], call["properties"]) == ("ada", "Opened", {"n": 1})


def test_takes_what_old_browsers_send_as_a_form(door, write_key):
    import base64
    from urllib.parse import urlencode

    event = {"event": "Opened", "distinct_id": "ada", "properties": {"token": write_key}}
    body = urlencode({"data": base64.b64encode(json.dumps(event).encode()).decode(), "compression": "base64"}).encode()

    assert post(door, "/e/", body).status_code == 200
    assert [call["event"] for call in stored()] == ["Opened"]


@pytest.mark.parametrize("path", ["/flags/", "/decide/"])
def test_has_no_feature_flags(door, empty_log, path):
    answer = post(door, path, {"token": "any", "distinct_id": "ada"})

    assert answer.status_code == 200
    assert answer.json()["featureFlags"] == {}
