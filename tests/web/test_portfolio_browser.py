"""The portfolio in Chromium: a rectangle drawn over its map opens who stands there; a row is worked in place."""

import pytest

from tenure.lifecycle import queries as stages
from tests.health.given import given_account
from tests.lifecycle.given import follow, given_lifecycle
from tests.web.visiting import Open

pytestmark = pytest.mark.browser


def test_a_rectangle_opens_its_list_and_the_menu_stays_open(open_page: Open) -> None:
    for name, mrr, chance in (("fjord", 5_000, 0.7), ("kestrel", 4_000, 0.05), ("lark", 90, 0.6), ("moth", 100, 0.02)):
        given_account(name, mrr=mrr, churn_risk=chance)
    page = open_page("/portfolio/map/?owner=")
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
    assert page.complaints == []


def test_a_stage_is_set_in_the_row_and_let_go_of(open_page: Open) -> None:
    account = given_account("fjord")
    given_lifecycle()
    follow()
    page = open_page("/accounts/?owner=")

    page.get_by_role("button", name="Trial").click()
    page.locator("#acts select[name=stage]").select_option("active")
    page.locator("#acts form[action*='lifecycle/put'] input[name=reason]").fill("Signed-at-the-fair-" * 6)
    page.get_by_role("button", name="Set the stage").click()
    page.get_by_role("button", name="Active").wait_for()

    assert stages.stages_of([account]) == {account: "active"}
    assert page.complaints == []
    narrow = open_page("/accounts/?owner=", width=360)
    narrow.get_by_role("button", name="What to do").click()
    narrow.get_by_role("button", name="Let go").wait_for()
    inside, outside = narrow.evaluate("[document.querySelector('#acts').scrollWidth, document.body.scrollWidth]")
    assert (inside <= 360, outside) == (True, 360)
    narrow.get_by_role("button", name="Let go").click()
    narrow.get_by_text("The stages are followed again.").wait_for()
    assert stages.placement_of(account) is None
    held = open_page("/lifecycle/held/", width=360)
    assert held.evaluate("document.body.scrollWidth") == 360
