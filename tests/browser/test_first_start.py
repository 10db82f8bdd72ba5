"""A newcomer without the demo: set up, connect the product, and watch the first events arrive."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from segment.analytics.client import Client

from tools import browsing

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start `tenure serve` with an empty home; yields its address."""
    with browsing.running(tmp_path_factory.mktemp("fresh")) as address:
        yield address


@pytest.fixture(scope="module")
def page(chromium: Any, fresh: str) -> Iterator[Any]:
    context = chromium.new_context(base_url=fresh, timezone_id="Asia/Taipei", viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.complaints = []
    opened.on("console", lambda m: opened.complaints.append(m.text) if m.type == "error" else None)
    opened.on("pageerror", lambda e: opened.complaints.append(str(e)))
    yield opened
    context.close()


@pytest.fixture(autouse=True)
def no_old_complaints(page: Any) -> None:
    page.complaints.clear()


def test_from_nothing_to_the_first_event_on_the_account_page(page, fresh):
    page.goto("/")
    assert page.url == f"{fresh}/set-up/"
    assert page.locator("#id_timezone").input_value() == "Asia/Taipei"

    page.fill("#id_workspace_name", "Harbor")
    page.fill("#id_name", "Ada")
    page.fill("#id_email", "ada@example.com")
    page.fill("#id_password", "a-long-password-7")
    page.click("text=Set up and sign in")
    page.wait_for_url(re.compile(r"/settings/sources/\d+/$"))
    page.get_by_text("Waiting for the first event").wait_for()

    page.get_by_role("tab", name="Python").click()
    code = page.locator("#code_python").inner_text()
    key = re.search(r'write_key = "(wk_[^"]+)"', code)
    assert key is not None
    assert f'host = "{fresh}"' in code

    errors: list[object] = []
    client = Client(key[1], host=fresh, upload_interval=0.1, on_error=lambda *e: errors.append(e))
    client.identify("user-42", {"name": "Maya Lin", "email": "maya@northwind.example"})
    client.group("user-42", "northwind", {"name": "Northwind <b>Ltd</b>", "plan": "Premium", "mrr": 4800})
    client.track("user-42", "Report exported", {"format": "pdf"}, context={"groupId": "northwind"})
    client.flush()
    page.get_by_text("The last event came").wait_for(timeout=10_000)
    assert errors == []

    page.goto("/accounts/")
    for _ in range(20):
        if page.get_by_role("link", name="Northwind <b>Ltd</b>").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.get_by_role("link", name="Northwind <b>Ltd</b>").click()
    page.get_by_role("heading", level=1, name="Northwind <b>Ltd</b>").wait_for()
    timeline = page.locator("#timeline")
    timeline.get_by_text("Report exported").wait_for(timeout=10_000)

    page.evaluate("window.stayed = true")
    client.track("user-42", "Invoice paid", context={"groupId": "northwind"})
    client.flush()
    client.join()
    timeline.get_by_text("Invoice paid").wait_for(timeout=10_000)
    assert page.evaluate("window.stayed") is True
    assert timeline.locator(".timeline-day").count() == 1
    assert page.complaints == []


def test_a_call_is_logged_from_the_account_page(page):
    page.goto("/accounts/")
    page.get_by_role("link", name="Northwind <b>Ltd</b>").click()
    page.wait_for_url(re.compile(r"/accounts/\d+/$"))

    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="Log a call")
    dialog.get_by_label("Next step").fill("Send the guide")
    dialog.get_by_label("Notes").fill("They want SSO.")
    dialog.get_by_role("button", name="Log the call").click()
    dialog.get_by_text("A next step has a title and a day.").wait_for()
    assert dialog.get_by_label("Notes").input_value() == "They want SSO."

    dialog.locator("#call_next_on").fill("2099-01-05")
    dialog.get_by_role("button", name="Log the call").click()
    page.get_by_text("The call is logged.").wait_for()
    page.locator("#timeline").get_by_text("They want SSO.").wait_for(timeout=10_000)
    page.get_by_text("Send the guide").wait_for()
    assert page.complaints == [
        "Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"
    ]


def test_accounts_are_found_chosen_and_given_away_and_back(page):
    page.goto("/accounts/")
    page.keyboard.press("/")
    page.keyboard.type("nobody is called so")
    page.get_by_text("No account fits").wait_for()
    assert page.url.endswith("?q=nobody%20is%20called%20so")
    page.get_by_role("searchbox").fill("north")
    page.get_by_role("link", name="Northwind <b>Ltd</b>").wait_for()

    page.get_by_label("Select Northwind").check()
    page.get_by_role("button", name="Give them to…").click()
    dialog = page.get_by_role("dialog", name="New owner")
    dialog.get_by_text("1 account goes to Ada. Until now it is with:").wait_for()
    dialog.get_by_role("button", name="Do it").click()
    page.get_by_text("1 account has a new owner: Ada.").wait_for()
    page.locator("tbody tr").get_by_text("Ada", exact=True).wait_for()

    page.get_by_role("button", name="Undo").click()
    page.get_by_text("1 account has its owner back.").wait_for()
    page.locator("tbody tr").get_by_text("nobody", exact=True).wait_for()
    assert page.complaints == []


def test_a_view_is_narrowed_by_words_and_saved(page):
    page.goto("/accounts/")
    page.keyboard.press("f")
    dialog = page.get_by_role("dialog", name="Accounts where…")
    dialog.get_by_label("Trait").first.fill("plan")
    dialog.get_by_label("Value").first.fill("Premium")
    dialog.get_by_role("button", name="Show these").click()
    page.get_by_text("plan is Premium").wait_for()
    assert page.url.endswith("/accounts/?trait=plan%3Ais%3APremium")

    page.get_by_role("button", name="Save this view").click()
    page.get_by_label("Name", exact=True).fill("Premium ones")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Premium ones").wait_for()
    assert page.get_by_role("link", name="Premium ones").get_attribute("aria-current") == "page"
    assert page.complaints == []


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize(
    "path",
    ["/accounts/", "/accounts/1/", "/people/", "/people/1/"]
    + [f"/settings/{part}/" for part in ("workspace", "members", "sources", "arriving", "refused", "api-keys", "audit")]
    + ["/settings/profile/", "/settings/sources/1/"],
)
def test_nothing_but_tables_scrolls_sideways(page, path, width):
    page.set_viewport_size({"width": width, "height": 740})

    assert page.goto(path).status == 200
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.complaints == []
