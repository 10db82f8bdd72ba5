"""The map of the portfolio in Chromium: a rectangle drawn over it opens who stands there; the menu keeps its groups."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tenure.kernel import tenancy
from tests.given import given_workspace
from tests.health.given import given_account
from tests.web.visiting import owner

pytestmark = pytest.mark.browser


@pytest.fixture
def workspace(transactional_db: None) -> Iterator[Any]:
    made = given_workspace("Harbor")
    with tenancy.scope(made.pk):
        yield made


def test_a_rectangle_opens_its_list_and_the_menu_stays_open(chromium: Any, workspace: Any, live_server: Any) -> None:
    for name, mrr, chance in (("fjord", 5_000, 0.7), ("kestrel", 4_000, 0.05), ("lark", 90, 0.6), ("moth", 100, 0.02)):
        given_account(name, mrr=mrr, churn_risk=chance)
    client = Client()
    client.force_login(owner().user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=live_server.url)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/portfolio/map/?owner=")
    page.locator("#map[data-drawn=yes]").wait_for()
    box = page.locator("#map .chart-picture svg").bounding_box()

    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 35)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 120, steps=4)
    page.mouse.move(box["x"] + box["width"] * 0.99, box["y"] + 180, steps=4)
    page.mouse.up()
    page.wait_for_url("**/accounts/?*")

    assert page.locator(".row-link").all_inner_texts() == ["Fjord"]
    page.locator("details[data-group=segments] summary").click()
    page.locator("details[data-group=segments] a").first.wait_for()
    page.reload()
    assert page.locator("details[data-group=segments]").get_attribute("open") is not None
    assert page.locator("details[data-group=health]").get_attribute("open") is None
    assert complaints == []
    context.close()
