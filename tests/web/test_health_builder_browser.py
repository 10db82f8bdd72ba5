"""The builder of scorecards in Chromium: what it would say follows every change, and the text with it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tenure.health import queries
from tenure.kernel import tenancy
from tests.given import given_workspace
from tests.health.given import given_account, given_scorecard, measure
from tests.web.visiting import owner

pytestmark = pytest.mark.browser


@pytest.fixture
def workspace(transactional_db: None) -> Iterator[Any]:
    made = given_workspace("Harbor")
    with tenancy.scope(made.pk):
        yield made


@pytest.mark.parametrize("width", [1440, 360])
def test_what_it_would_say_follows_the_fields(chromium: Any, workspace: Any, live_server: Any, width: int) -> None:
    given_account("fjord", seats=9)
    given_account("pine", seats=2)
    card = given_scorecard("Seats", measure("Seats", {"trait": "seats"}))
    client = Client()
    client.force_login(owner().user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = chromium.new_context(viewport={"width": width, "height": 800}, base_url=live_server.url)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"/health/scorecards/{card.pk}/edit/", wait_until="networkidle")

    page.fill('input[name="high:measures[0]"]', "20")
    page.get_by_text("Good → Poor").wait_for()
    page.select_option('select[name="kind:measures"]', "seen")
    page.click('button[value="add:measures"]')
    page.wait_for_selector('input[name="weight:measures[1]"]')
    page.fill('input[name="weight:measures[1]"]', "3")
    page.click('button[name="op"][value="text"]')
    page.wait_for_selector("#text:visible")
    text = page.input_value("#text")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.click('button[name="op"][value="save"]')
    page.wait_for_url(f"**/health/scorecards/{card.pk}/")

    found = queries.read_text(text).definition.measures
    assert [(m.name, m.weight) for m in found] == [("Seats", 1), ("Last seen", 3)]
    assert queries.scorecard(card.pk).version == 2
    assert (overflow, complaints) == (0, [])
    context.close()
