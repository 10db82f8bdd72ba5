"""Every Segment SDK, unmodified, to the account page within ten seconds, a browser's alias of itself included."""

import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest
from segment.analytics.client import Client

from tests.collect.conftest import node_modules
from tests.collect.test_sdks import shop
from tests.config.running import Serving, python, serving, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.node]

__all__ = ["node_modules", "shop"]

SET_UP = """
import json
from tenure.kernel import tenancy
from tenure.workspaces import actions, queries
from tests.given import given_user

workspace = actions.create_workspace("Harbor", owner=given_user("ada@tenure.example"))
with tenancy.scope(workspace.pk):
    print(json.dumps(queries.write_keys().first().key))
"""
BROWSER_CALLS = """
async ([door, writeKey]) => {
    const analytics = AnalyticsNext.AnalyticsBrowser.load({ writeKey, cdnURL: door });
    await analytics.identify("bo", { name: "Bo" });
    await analytics.alias("bo", "bo");
    await analytics.group("from-browser", { name: "Browser Ltd" });
    await analytics.track("Seen in a browser");
}
"""
NODE_CALLS = """
import { Analytics } from "@segment/analytics-node";
const [host, writeKey] = process.argv.slice(1);
const analytics = new Analytics({ host, writeKey });
analytics.identify({ userId: "noa", traits: { name: "Noa" } });
analytics.group({ userId: "noa", groupId: "from-node", traits: { name: "Node Ltd" } });
analytics.track({ userId: "noa", event: "Seen in Node", context: { groupId: "from-node" } });
await analytics.closeAndFlush({ timeout: 20000 });
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(tmp_path_factory.mktemp("sdks")) as started:
        started.wait_until_ready(120)
        wait_until(lambda: started.child("work"), 20, "work runs")
        yield started


@pytest.fixture(scope="module")
def key(running: Serving) -> str:
    return str(python(running.home, SET_UP))


@pytest.fixture
def page(chromium: Any, running: Serving) -> Iterator[Any]:
    context = chromium.new_context(base_url=running.address)
    opened = context.new_page()
    opened.goto("/sign-in/login/")
    opened.fill("input[name=login]", "ada@tenure.example")
    opened.fill("input[name=password]", "a-long-password-7")
    opened.press("input[name=password]", "Enter")
    opened.wait_for_url(running.address + "/")
    yield opened
    context.close()


def send_by_python(running: Serving, key: str, *_: Any) -> None:
    client = Client(key, host=running.address)
    client.identify("py", {"name": "Py"})
    client.group("py", "from-python", {"name": "Python Ltd"})
    client.track("py", "Seen in Python", context={"groupId": "from-python"})
    client.flush()
    client.join()


def send_by_node(running: Serving, key: str, modules: Any, *_: Any) -> None:
    command = ["node", "--input-type=module", "-e", NODE_CALLS, running.address, key]
    subprocess.run(command, cwd=modules.parent, timeout=60, check=True)


def send_by_browser(running: Serving, key: str, _modules: Any, site: str, chromium: Any) -> None:
    context = chromium.new_context()
    visited = context.new_page()
    visited.goto(site)
    visited.evaluate(BROWSER_CALLS, [running.address, key])
    visited.wait_for_timeout(500)
    context.close()


@pytest.mark.parametrize(
    ("send", "account", "event"),
    [
        (send_by_python, "Python Ltd", "Seen in Python"),
        (send_by_node, "Node Ltd", "Seen in Node"),
        (send_by_browser, "Browser Ltd", "Seen in a browser"),
    ],
)
def test_is_on_the_account_page_within_ten_seconds(
    running, key, page, chromium, node_modules, shop, send, account, event
):
    send(running, key, node_modules, shop, chromium)
    sent = time.monotonic()

    link = page.get_by_role("link", name=account, exact=True)
    while not link.count():
        assert time.monotonic() - sent < 10
        page.goto("/accounts/")
    link.click()
    page.locator("#timeline").get_by_text(event).wait_for(timeout=10_000)

    assert time.monotonic() - sent < 10
    with running.connect() as line:
        assert line.execute("SELECT count(*) FROM tracking_refusal").fetchone() == (0,)
        assert line.execute("SELECT count(*) FROM kernel_outboxentry WHERE parked").fetchone() == (0,)
