"""Changing a touch model by its form, and accepting what a VIP is promised by a link, in Chromium."""

import pytest

from tenure.touch_models import queries as touch_models
from tenure.vips import queries as vips
from tenure.web.pages.vips import accepting
from tests.segments.given import given_account
from tests.touch_models.given import given_models
from tests.vips.given import given_rules
from tests.web.visiting import Open

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def start():
    accepting.LIMIT.forget()


def test_changes_a_touch_model_by_the_form_sees_who_would_move_saves_and_undoes(open_page: Open) -> None:
    fjord = given_account("fjord", mrr=2500)
    given_models()
    page = open_page("/touch-models/edit/")
    page.locator("#preview", has_text="No account would move.").wait_for()

    page.locator("#models_0_minimum_days").fill("")
    page.locator("#c_models_0_enters_0_value").fill("9000")
    page.locator("#c_models_0_stays_0_value").fill("8000")
    page.locator("#preview", has_text="High-touch → Low-touch").wait_for()
    assert "Fjord" in page.locator("#preview").inner_text()

    page.get_by_role("button", name="Say a condition").first.click()
    page.locator("#c_models_1_stays_0_name").wait_for()
    page.locator("#c_models_1_stays_0_name").fill("mrr")
    page.locator("#c_models_1_stays_0_name").press("Tab")
    page.wait_for_load_state("networkidle")
    page.locator("#c_models_1_stays_0_operator").select_option("is_set")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Text", exact=True).click()
    page.locator("textarea#text").wait_for()
    assert "value: 9000" in page.locator("textarea#text").input_value()
    page.get_by_role("button", name="Builder").click()
    page.locator("#models_1_name").wait_for()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("The touch models are saved").wait_for()

    assert touch_models.models_of([fjord]) == {fjord: "low_touch"}
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Version 1 is in force again.").wait_for()
    assert touch_models.definition().definition.models[0].minimum_days == 30
    assert page.complaints == []


def test_adds_a_step_with_its_message_at_360_pixels(open_page: Open) -> None:
    given_account("fjord", mrr=2500)
    given_models()
    page = open_page("/touch-models/edit/", width=360)

    page.locator("#plans_1_steps_add").click()
    page.locator("#plans_1_steps_1_title").wait_for()
    assert page.evaluate("document.activeElement.id") == "plans_1_steps_1_title"
    page.keyboard.type("Tell them how to reach us")
    page.locator("#plans_1_steps_1_message").fill("Write to help@halyard.example.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("The touch models are saved").wait_for()

    assert touch_models.definition().definition.plans[1].steps[1].message == "Write to help@halyard.example."
    assert page.complaints == []


def test_a_customer_accepts_by_the_link_it_was_sent(open_page: Open) -> None:
    rich = given_account("rich", mrr=5000)
    given_rules()
    member = open_page(f"/accounts/{rich}/")
    member.get_by_role("button", name="Ask for acceptance").click()
    member.get_by_role("button", name="Make the link").click()
    member.locator("#vip_links").wait_for()
    path = "/terms/" + member.locator("#vip_links [data-copy-text]").get_attribute("data-copy-text").split("/terms/")[1]

    customer = open_page(path, signed_in=False, width=360)
    assert customer.get_by_text("A first answer within one hour").is_visible()
    customer.get_by_label("Your name and role").fill("Maya Lin, CFO")
    customer.get_by_label("I accept these terms on behalf of Rich.").check()
    assert customer.evaluate("document.documentElement.scrollWidth") <= 360
    customer.get_by_role("button", name="Accept", exact=True).click()
    customer.get_by_text("Maya Lin, CFO accepted these terms on").wait_for()

    (accepted,) = vips.acceptances_of([rich])[rich]
    assert (accepted.accepted_by, accepted.address, accepted.by_link) == ("Maya Lin, CFO", "127.0.0.1", True)
    assert customer.complaints == []
    assert member.complaints == []
