"""The editors of journeys and e-mail templates in Chromium."""

import pytest

from tenure.channels import queries as channels
from tenure.journeys import queries as journeys
from tests.channels.given import given_account, given_person, given_template, given_topic
from tests.web.visiting import Open

pytestmark = pytest.mark.browser


def test_a_journey_is_built_step_by_step(open_page: Open) -> None:
    given_topic()
    given_template()
    given_account("Fjord")
    page = open_page("/journeys/new/")

    page.get_by_label("Name", exact=True).fill("First weeks")
    page.get_by_label("Comes in").select_option("appeared")
    page.locator('button[value="add:wait"]').click()
    page.locator("#id_s0-days").fill("2")
    page.locator('button[value="add:send_email"]').click()
    page.locator("#id_s1-template_id").select_option(label="Welcome")
    page.locator("#id_s1-topic").select_option("onboarding")
    page.locator('button[value="up:1"]').click()
    page.locator("#id_s0-template_id").wait_for()
    assert page.locator("#id_s1-days").input_value() == "2"
    assert page.get_by_label("Name", exact=True).input_value() == "First weeks"
    page.locator("#preview", has_text="Send the e-mail “Welcome”").wait_for()
    page.get_by_role("button", name="Save draft").click()

    page.get_by_text("nothing runs until you launch it").wait_for()
    (row,) = journeys.journeys()
    assert [step.kind for step in row.definition.steps] == ["send_email", "wait"]
    assert page.complaints == []


def test_what_is_typed_while_an_answer_travels_stays(open_page: Open) -> None:
    page = open_page("/journeys/new/")
    page.locator('button[value="add:wait"]').click()
    page.locator("#id_s0-days").wait_for()

    page.evaluate(
        """() => {
            document.querySelector('button[value="add:send_email"]').click();
            const days = document.querySelector('#id_s0-days');
            days.value = '5';
            days.dispatchEvent(new Event('input', {bubbles: true}));
        }"""
    )

    page.locator("#id_s1-template_id").wait_for()
    assert page.locator("#id_s0-days").input_value() == "5"


def test_a_template_is_read_as_a_customer_reads_it(open_page: Open) -> None:
    given_person("maya@northwind.example", "Maya Lind", account_id=given_account("Northwind"))
    page = open_page("/journeys/templates/new/")

    page.get_by_label("Name", exact=True).fill("Welcome")
    page.get_by_label("Topic").fill("Getting started")
    page.get_by_label("Subject").fill("Good to have you")
    page.get_by_label("Body").fill("Hello ")
    page.get_by_role("button", name="full name").click()
    mail = page.frame_locator("#preview iframe")
    mail.get_by_text("Hello Maya Lind").wait_for()
    page.reload(wait_until="networkidle")
    mail.get_by_text("Hello Maya Lind").wait_for()
    page.get_by_label("Phone").check()
    page.locator("iframe.mail-frame-phone").wait_for()
    page.frame_locator("iframe.mail-frame-phone").get_by_text("Hello Maya Lind").wait_for()
    assert mail.locator("body").evaluate("b => getComputedStyle(b).backgroundColor") == "rgb(243, 245, 244)"
    page.get_by_role("button", name="Save").click()

    page.get_by_text("Saved “Welcome”.").wait_for()
    assert channels.current_version(channels.templates().get().pk).body == "Hello {{ person.name }}"
    assert page.complaints == []
