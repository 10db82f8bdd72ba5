"""The builder in Chromium: by keyboard alone, on a telephone, and without a script."""

import os

import pytest

from tenure.kernel import clock
from tenure.segments import queries
from tests.segments.given import given_account, given_segment, given_use, store_and_tell
from tests.tracking.sending import send, track
from tests.web.visiting import Open

pytestmark = pytest.mark.browser


def test_builds_a_segment_by_keyboard_alone(open_page: Open) -> None:
    given_account("fjord", plan="Premium", seats=40)
    given_account("kestrel", plan="Premium", seats=3)
    page = open_page("/segments/new/")

    page.locator("#name").focus()
    page.keyboard.type("Large and Premium")
    page.locator("#c_0_name").focus()
    page.keyboard.type("plan")
    page.keyboard.press("Tab")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.activeElement.id") == "c_0_operator"
    assert page.locator("#c_0_values option").get_attribute("value") == "Premium"
    page.keyboard.press("Tab")
    page.keyboard.type("Premium")
    page.locator("#preview", has_text="2 of 2 accounts").wait_for()
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#c_1_kind").wait_for()
    assert page.evaluate("document.activeElement.id") == "c_1_kind"
    page.keyboard.press("Tab")
    page.keyboard.type("seats")
    page.keyboard.press("Tab")
    page.wait_for_load_state("networkidle")
    page.keyboard.type("is more")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Tab")
    page.keyboard.type("10")
    page.locator("#preview", has_text="accounts where plan is Premium and seats is more than 10").wait_for()
    page.locator("#preview", has_text="1 of 2 accounts").wait_for()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/segments/*/")

    assert page.locator("h1").inner_text().startswith("Large and Premium")
    assert [(s.name, s.size) for s in queries.segments()] == [("Large and Premium", 1)]
    assert page.complaints == []


def test_shows_who_would_enter_and_leave_while_one_types(open_page: Open) -> None:
    given_account("fjord", plan="Premium")
    given_account("kestrel", plan="Basic")
    segment = given_segment()
    page = open_page(f"/segments/{segment.pk}/edit/")
    page.locator("#preview", has_text="Nobody would enter or leave").wait_for()

    page.locator("#c_0_value").fill("Basic")

    page.locator("#preview", has_text="1 would enter").wait_for()
    assert "Kestrel" in page.locator("#preview").inner_text()
    assert "1 would leave" in page.locator("#preview").inner_text()
    page.get_by_role("button", name="Text").click()
    page.locator("#text").wait_for()
    page.locator("#text").fill("name: Premium\nwhere:\n  trait: plan\n  operator: resembles\n")
    page.locator("#preview", has_text="Line 4").wait_for()
    assert queries.segment(segment.pk).version == 1


def test_asks_for_properties_and_for_people_at_accounts(open_page: Open) -> None:
    given_account("fjord")
    given_account("kestrel")
    given_use("fjord", "Export", times=2)
    store_and_tell()
    page = open_page("/segments/new/")

    page.locator("#name").fill("Exporters with somebody there")
    page.locator("#c_0_kind").select_option("performed")
    page.locator("#c_0_event").fill("Export")
    page.get_by_role("button", name="Add property").click()
    page.locator("#c_0_0_property").fill("format")
    page.locator("#c_0_0_operator").select_option("is_not_set")
    page.locator("#preview", has_text="“Export” (where format is not known) happened").wait_for()
    page.get_by_role("button", name="Add condition").click()
    page.locator("#c_1_kind").select_option("people")
    page.get_by_role("button", name="Say which people").click()
    page.locator("#c_1_0_0_kind").select_option("last_seen")
    page.locator("#c_1_0_0_days").wait_for()
    page.locator("#c_1_0_0_operator").select_option("within_last_days")
    page.locator("#preview", has_text="for at least 1 person: seen within the last 14 days").wait_for()
    page.locator("#preview", has_text="1 of 2 accounts").wait_for()
    if shots := os.environ.get("TENURE_SHOTS"):
        page.screenshot(path=f"{shots}/builder.png", full_page=True)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/segments/*/")

    assert [(s.name, s.size) for s in queries.segments()] == [("Exporters with somebody there", 1)]
    assert page.complaints == []


def test_offers_the_events_that_were_seen(open_page: Open) -> None:
    given_account("fjord")
    given_use("fjord", "Report exported")
    store_and_tell()
    page = open_page("/segments/new/")

    page.locator("#c_0_kind").select_option("performed")
    page.locator("#c_0_event").wait_for()

    assert page.locator("#events option").get_attribute("value") == "Report exported"


def test_offers_values_that_were_seen_and_says_why_somebody_is_in(open_page: Open) -> None:
    for key, how in (("fjord", "pdf"), ("kestrel", "csv"), ("northwind", "pdf")):
        given_account(key)
        said = {"format": how, "email": f"ann@{key}.example"}
        call = track("Export", userId=f"{key}-ann", context={"groupId": key}, at=clock.now(), properties=said)
        send(call, received_at=clock.now())
    store_and_tell()
    page = open_page("/segments/new/")

    page.locator("#name").fill("Exporters")
    page.locator("#c_0_kind").select_option("performed")
    page.locator("#c_0_event").fill("Export")
    page.get_by_role("button", name="Add property").click()
    page.locator("#c_0_0_property").wait_for()
    offered = page.locator("#c_0_properties option")
    assert sorted(o.get_attribute("value") for o in offered.all()) == ["email", "format"]
    page.locator("#c_0_0_property").fill("format")
    page.locator("#c_0_0_value").focus()
    page.locator("#c_0_0_values option[value=pdf]").wait_for(state="attached")
    values = page.locator("#c_0_0_values option")
    assert [o.get_attribute("value") for o in values.all()] == ["pdf", "csv"]
    page.locator("#c_0_0_value").fill("pdf")
    page.locator("#preview", has_text="2 of 3 accounts").wait_for()
    page.locator("#c_0_0_operator").select_option("one_of")
    page.get_by_role("button", name="csv").click()
    page.locator("#preview", has_text="format is one of pdf, csv").wait_for()
    page.locator("#preview", has_text="3 of 3 accounts").wait_for()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/segments/*/")
    page.get_by_role("link", name="Why is Fjord in it?").click()
    page.wait_for_url("**/why/*/")

    assert "Fjord is in “Exporters”" in page.locator("h1").inner_text()
    assert "1 time" in page.locator("main").inner_text()
    assert page.complaints == []


def test_asks_for_people_of_several_roles_and_for_the_trend_of_one_event(open_page: Open) -> None:
    given_account("fjord")
    given_use("fjord", "Export")
    store_and_tell()
    page = open_page("/segments/new/")

    page.locator("#c_0_kind").select_option("people")
    page.get_by_text("buyers", exact=True).click()
    page.get_by_text("champions", exact=True).click()
    page.locator("#preview", has_text="at least 1 person with the role buyer or champion").wait_for()
    page.get_by_role("button", name="Add condition").click()
    page.locator("#c_1_kind").select_option("usage_change")
    page.locator("#c_1_event").fill("Export")
    page.locator("#preview", has_text="uses of “Export” fell by at least 30%").wait_for()
    page.get_by_role("button", name="Text").click()
    page.locator("#text").wait_for()

    assert "  - buyer\n  - champion\n" in page.locator("#text").input_value().replace("    - ", "  - ")
    assert page.complaints == []


def test_fits_a_telephone_with_targets_a_thumb_can_hit(open_page: Open) -> None:
    segment = given_segment()
    page = open_page(f"/segments/{segment.pk}/edit/", width=360)
    page.get_by_role("button", name="Add group").click()
    page.locator("#c_1_0_kind").wait_for()

    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    small = page.eval_on_selector_all(
        "#builder button, #builder select, #builder input:not([type=hidden]):not([type=checkbox])",
        "es => es.filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.id || e.innerText)",
    )
    assert small == []
    assert page.complaints == []


def test_works_without_a_script(open_page: Open) -> None:
    given_account("fjord", plan="Premium")
    page = open_page("/segments/new/", scripts=False)

    page.locator("#name").fill("Premium")
    page.locator("#c_0_name").fill("plan")
    page.locator("#c_0_value").fill("Premium")
    page.get_by_role("button", name="Add condition").click()
    page.locator("#c_1_kind").select_option("churned")
    page.locator("#c_1_name").press("Enter")
    page.locator("#c_1_value").wait_for()
    page.get_by_role("button", name="Save").click()

    assert [(s.name, s.size) for s in queries.segments()] == [("Premium", 1)]
